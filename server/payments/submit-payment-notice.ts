import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { assertOwnIntent } from './policy.ts'
import type { IntentKey } from './schema.ts'

type Intent = { personId: string; premisesId: string; toldPaidAt: Date | null }

/** 'I have paid': the person's word, shown as on its way until the provider confirms; it settles nothing. */
export async function submitPaymentNotice(ctx: Context, { buildingId, intentId }: IntentKey): Promise<{ toldPaidAt: Date }> {
  const rows = await ctx.db.$queryRaw<Intent[]>`select i.person_id as "personId", i.premises_id as "premisesId", i.told_paid_at as "toldPaidAt"
    from payment_intents i where i.building_id = ${buildingId}::uuid and i.intent_id = ${intentId}::uuid and i.withdrawn_at is null`
  const intent = rows[0]
  if (!intent) throw notFound('payments.intentNotFound')
  assertOwnIntent(ctx.actor, intent.personId)
  if (intent.toldPaidAt) return { toldPaidAt: intent.toldPaidAt }
  await asService(ctx, 'payments', inner => inner.db.$executeRaw`update payment_intents set told_paid_at = app.now()
    where building_id = ${buildingId}::uuid and intent_id = ${intentId}::uuid`)
  await record(ctx, { action: 'payments.submitPaymentNotice', buildingId, premisesId: intent.premisesId, subjectType: 'paymentIntent', subjectId: intentId })
  return { toldPaidAt: ctx.now }
}
