import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { grantOnBuilding } from '#server/kernel/actor.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { addDays, compareDates } from '#server/kernel/period.ts'
import { windowReach } from '#server/ledger/adjustments/queries.ts'
import type { OpenMigrationWindowInput } from '#server/ledger/adjustments/schema.ts'
import { assertMayOpenWindow } from '#server/ledger/policy.ts'

/** Lets the balances of the keeper before us be opened in a house, from today for two months at most. */
export async function openMigrationWindow(ctx: Context, input: OpenMigrationWindowInput): Promise<void> {
  assertMayOpenWindow(ctx.actor, await windowReach(ctx, input.buildingId))
  if (compareDates(input.closesOn, ctx.today) < 0 || compareDates(input.closesOn, addDays(ctx.today, 60)) > 0) throw invalid('ledger.windowTooLong')
  const added = await ctx.db.$executeRaw`insert into migration_windows (building_id, window_id, closes_on, basis, person_id)
    values (${input.buildingId}::uuid, ${input.windowId}::uuid, ${input.closesOn}::date, ${input.basis}, ${ctx.actor.personId}::uuid) on conflict do nothing`
  if (added === 0) {
    const same = await ctx.db.$queryRaw<unknown[]>`select from migration_windows w where w.building_id = ${input.buildingId}::uuid and w.window_id = ${input.windowId}::uuid
      and (w.closes_on, w.basis, w.person_id) = (${input.closesOn}::date, ${input.basis}, ${ctx.actor.personId}::uuid)`
    if (same.length === 0) throw conflict('ledger.windowTaken')
    return
  }
  await record(ctx, {
    action: 'ledger.openMigrationWindow', buildingId: input.buildingId, subjectType: 'migrationWindow', subjectId: input.windowId, ground: input.basis, grantId: grantOnBuilding(ctx.actor, 'ledger.migrate', input.buildingId)?.id ?? null, after: { closesOn: input.closesOn },
  })
}
