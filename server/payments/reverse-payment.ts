import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { halykTold } from './events.ts'
import { askRefund } from './halyk/queries.ts'
import { assertMayReverse } from './policy.ts'
import { paidIntoProgramme, reversalRefusal } from './queries.ts'
import { paymentLife } from './rules.ts'
import type { PaymentState, Provider, ReversePaymentInput } from './schema.ts'

type Row = { state: PaymentState; provider: Provider | 'bank'; premisesId: string; reaches: boolean }
const refundReason = 5

/**
 * A refund by letter, as Kaspi's are (payments.md 6): the opposite posting, once, with the reason in the trace. Halyk gives the
 * money back itself when asked: its payment is reversed when the bank says that it has. Money of a programme that lies in the bank
 * of the house goes back as two persons decide, never by one.
 */
export async function reversePayment(ctx: Context, { buildingId, paymentId, reason }: ReversePaymentInput): Promise<void> {
  const rows = await ctx.db.$queryRaw<Row[]>`select t.state, t.provider, t.premises_id as "premisesId", auth.reaches('{billing.run}', t.building_id) as reaches
    from payment_transactions t where t.building_id = ${buildingId}::uuid and t.payment_id = ${paymentId}::uuid`
  const payment = rows[0]
  if (!payment) throw notFound('payments.paymentNotFound')
  assertMayReverse(ctx.actor, payment.reaches)
  if (!paymentLife.can(payment.state, 'reverse')) throw conflict('payments.notPaid')
  if (payment.provider === 'bank' && await asService(ctx, 'payments', inner => paidIntoProgramme(inner, { buildingId, paymentId }))) throw conflict('payments.programmeByBank')
  await assertInFund(ctx, { buildingId, paymentId })
  if (payment.provider === 'halyk') {
    await asService(ctx, 'payments', inner => askRefund(inner, { buildingId, paymentId }, reason))
    await emit(ctx, { name: halykTold, buildingId, payload: { paymentId } })
    await record(ctx, { action: 'payments.askRefund', buildingId, premisesId: payment.premisesId, subjectType: 'payment', subjectId: paymentId, ground: reason })
    return
  }
  await asService(ctx, 'payments', inner => inner.db.$queryRaw<{ state: PaymentState }[]>`
    with done as materialized (select app.reverse_payment(t, ${newId()}::uuid, app.moment(), ${refundReason}::int) as t from payment_transactions t
      where t.building_id = ${buildingId}::uuid and t.payment_id = ${paymentId}::uuid)
    select (done.t).state, case when (done.t).state = 'REFUNDED'
      then app.announce_payments(array[app.note_payment(done.t, ${newId()}::uuid, 'payments.reversed', 'payments.reversePayment', 'PAID')])::text end from done`)
    .catch((error: unknown) => { throw sqlState(error) === 'UY010' ? conflict('payments.notPaid') : error })
  await asService(ctx, 'payments', inner => inner.db.$executeRaw`update statement_lines set note = ${reason}
    where building_id = ${buildingId}::uuid and known_payment_id = ${paymentId}::uuid and state = 'EXCEPTION' and problem = 'REVERSED'`)
  await record(ctx, { action: 'payments.reversePayment', buildingId, premisesId: payment.premisesId, subjectType: 'payment', subjectId: paymentId, ground: reason,
    before: { state: payment.state }, after: { state: 'REFUNDED' } })
}

/** Asked under the locks of the payment and of the programme, which stay until the end. */
async function assertInFund(ctx: Context, key: { buildingId: string; paymentId: string }): Promise<void> {
  const refusal = await asService(ctx, 'payments', inner => reversalRefusal(inner, key))
    .catch((error: unknown) => { throw sqlState(error) === 'UY010' ? conflict('payments.notPaid') : error })
  if (refusal === 'GIVEN_BACK') throw conflict('payments.givenBack')
  if (refusal === 'SPENT') throw conflict('payments.programmeSpent')
}
