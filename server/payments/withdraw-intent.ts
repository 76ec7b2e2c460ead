import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { assertOwnIntent } from './policy.ts'
import type { IntentKey } from './schema.ts'

/** 'I did not pay after all': what was said to be on its way is owed again. */
export async function withdrawIntent(ctx: Context, { buildingId, intentId }: IntentKey): Promise<void> {
  const rows = await ctx.db.$queryRaw<{ personId: string; premisesId: string; gone: boolean }[]>`
    select i.person_id as "personId", i.premises_id as "premisesId", i.withdrawn_at is not null as gone
    from payment_intents i where i.building_id = ${buildingId}::uuid and i.intent_id = ${intentId}::uuid`
  const intent = rows[0]
  if (!intent) throw notFound('payments.intentNotFound')
  assertOwnIntent(ctx.actor, intent.personId)
  if (intent.gone) return
  await asService(ctx, 'payments', inner => inner.db.$executeRaw`update payment_intents set withdrawn_at = app.now()
    where building_id = ${buildingId}::uuid and intent_id = ${intentId}::uuid`)
  await record(ctx, { action: 'payments.withdrawIntent', buildingId, premisesId: intent.premisesId, subjectType: 'paymentIntent', subjectId: intentId })
}
