import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Currency } from '#server/kernel/money.ts'
import { assertMayReverse } from '#server/payments/policy.ts'
import type { PaymentState, Provider } from '#server/payments/schema.ts'

export type DeskPayment = {
  paymentId: string; provider: Provider | 'bank'; externalId: string; number: string; amount: bigint; currency: Currency; state: PaymentState; acceptedAt: Date; postedAt: Date | null; cancelledAt: Date | null
  /** The bank was asked to give it back, and has not answered yet. */
  refundAsked: boolean
}
export type AccountPayments = { buildingId: string; premisesId: string; number: string; house: string; unitKind: string; unitNumber: string; payments: DeskPayment[] }
type Row = Omit<AccountPayments, 'payments'> & { accountId: string; reaches: boolean }

const shownAtMost = 60

/** The payments of an account, by its number or by that of a part of a repair, for whoever may give one back; the newest first. */
export async function paymentsOfNumber(ctx: Context, { number }: { number: string }): Promise<AccountPayments> {
  const rows = await ctx.db.$queryRaw<Row[]>`
    with named as (
      select n.building_id, n.account_id from accounts n where n.number = ${number}::char(10)
      union select v.building_id, v.account_id from payment_invoices v where v.number = ${number}::char(10))
    select a.building_id::text as "buildingId", a.account_id::text as "accountId", a.premises_id::text as "premisesId", a.number::text as number, b.name as house, p.kind as "unitKind", p.number as "unitNumber",
      auth.reaches('{billing.run}', a.building_id) as reaches
    from named join accounts a using (building_id, account_id) join buildings b using (building_id) join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id`
  const row = rows[0]
  if (!row) throw notFound('payments.payableNotFound')
  assertMayReverse(ctx.actor, row.reaches)
  const { accountId, reaches: _, ...place } = row
  const payments = await asService(ctx, 'payments', inner => inner.db.$queryRaw<DeskPayment[]>`
    select t.payment_id::text as "paymentId", t.provider, t.external_id as "externalId", t.number::text as number, t.amount, t.currency::text as currency, t.state, t.created_at as "acceptedAt",
      t.performed_at as "postedAt", t.cancelled_at as "cancelledAt", coalesce(t.state = 'PAID' and o.refund_asked_at is not null and o.refund_refusal is null, false) as "refundAsked"
    from payment_transactions t left join halyk_orders o on o.building_id = t.building_id and o.payment_id = t.payment_id
    where t.building_id = ${place.buildingId}::uuid and t.account_id = ${accountId}::uuid and not (t.state = 'PENDING' and t.expires_at = 'infinity')
    order by t.created_at desc, t.seq desc limit ${shownAtMost}`)
  return { ...place, payments }
}
