import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { assertMayOrder } from './policy.ts'
import { assertMonth, progressOf, type Progress } from './preview/queries.ts'
import type { OpenBillingInput } from './schema.ts'

/** Puts every house of an organisation, or of a list of its houses, that is not billed for the month yet into the line; the worker or the screen works it off. */
export async function openBilling(ctx: Context, input: OpenBillingInput): Promise<Progress> {
  assertMayOrder(ctx.actor, input.organisationId)
  assertMonth(input.period, ctx.today)
  const orderId = newId()
  const chosen = input.buildingIds ?? null
  const added = await ctx.db.$executeRaw`
    insert into billing_orders (building_id, period, order_id, organisation_id, state, accept_findings, person_id)
    select k.building_id, ${input.period}, ${orderId}::uuid, k.organisation_id, 'WAITING', ${input.acceptFindings}, ${ctx.actor.personId}::uuid
      from building_managements k
     where k.organisation_id = ${input.organisationId}::uuid and k.valid_from <= app.today() and (k.valid_to is null or k.valid_to >= app.today())
       and k.building_id = any(auth.buildings('{billing.run}'))
       and (${chosen}::text[] is null or k.building_id = any(${chosen}::text[]::uuid[]))
       and not exists (select 1 from billing_runs r where r.building_id = k.building_id and r.period = ${input.period})
       and not exists (select 1 from month_closings m where m.building_id = k.building_id and m.period >= ${input.period})
    on conflict (building_id, period) do update set state = 'WAITING', order_id = excluded.order_id, accept_findings = excluded.accept_findings,
      person_id = excluded.person_id, reason = null, settled_at = null
      where billing_orders.state = 'HELD'`
  if (added === 0) throw conflict('billing.nothingToBill')
  await record(ctx, { action: 'billing.openBilling', buildingId: null, subjectType: 'billingOrder', subjectId: orderId, ground: input.period,
    after: { organisationId: input.organisationId, houses: added, acceptFindings: input.acceptFindings } })
  return progressOf(ctx, orderId)
}
