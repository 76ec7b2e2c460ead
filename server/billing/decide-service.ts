import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, forbidden, invalid } from '#server/kernel/errors.ts'
import { addDays } from '#server/kernel/period.ts'
import { billedUpTo } from './heat/records.ts'
import { assertMayDecideService, assertMayPublishService } from './policy.ts'
import { changeRows, type ChangeRow } from './services/queries.ts'
import type { DecideServiceInput } from './services/schema.ts'

/** The second person: from its first day on the house is charged so. A draft is also sent back, or taken back by who made it. */
export async function decideService(ctx: Context, input: DecideServiceInput): Promise<{ changeId: string }> {
  const { buildingId, changeId, decision, reason } = input
  const change = assertMayDecideService((await changeRows(ctx, { buildingId, id: changeId }))[0] ?? null)
  if (decision === 'PUBLISH') {
    await publish(ctx, buildingId, assertMayPublishService(change)).catch((error: unknown) => { throw refusal(error, change) })
  } else {
    if (reason === null) throw invalid('services.reasonNeeded')
    await ctx.db.$executeRaw`update house_service_changes set declined_at = app.now(), declined_by = ${ctx.actor.personId}::uuid, declined_reason = ${reason} where building_id = ${buildingId}::uuid and change_id = ${changeId}::uuid`
      .catch((error: unknown) => { throw refusal(error, change) })
  }
  await record(ctx, { action: 'billing.decideService', buildingId, subjectType: 'houseServiceChange', subjectId: changeId, ground: reason ?? change.ground, after: { decision, service: change.service, from: change.from, method: change.method } })
  return { changeId }
}

async function publish(ctx: Context, buildingId: string, { id, service, from, method, volumeOf, kinds, seasonal, commonSharedBy }: ChangeRow): Promise<void> {
  const billed = await billedUpTo(ctx, buildingId)
  if (billed !== null && billed >= from.slice(0, 7)) throw conflict('services.monthBilled', { period: billed })
  await ctx.db.$executeRaw`update house_service_changes set published_at = app.now() where building_id = ${buildingId}::uuid and change_id = ${id}::uuid`
  const ended = await ctx.db.$executeRaw`update house_services set valid_to = ${addDays(from, -1)}::date where building_id = ${buildingId}::uuid and service = ${service} and valid_from < ${from}::date and coalesce(valid_to, 'infinity') >= ${from}::date`
  if (method === null) {
    if (ended === 0) throw conflict('services.nothingChanges')
    return
  }
  await ctx.db.$executeRaw`insert into house_services as old (building_id, service, valid_from, method, volume_of, premises_kinds, seasonal, common_shared_by)
    values (${buildingId}::uuid, ${service}, ${from}::date, ${method}, ${[...volumeOf]}::text[], ${[...kinds]}::text[], ${seasonal}, ${commonSharedBy})
    on conflict (building_id, service, valid_from) do update set method = excluded.method, volume_of = excluded.volume_of, premises_kinds = excluded.premises_kinds, seasonal = excluded.seasonal, common_shared_by = excluded.common_shared_by`
}

function refusal(error: unknown, { from }: ChangeRow): unknown {
  const state = sqlState(error)
  if (state === '23P01') return conflict('services.laterVersion')
  if (state === 'UY060') return forbidden('services.fourEyes')
  if (state === 'UY064') return conflict('services.monthBilled', { period: from.slice(0, 7) })
  return state === 'UY001' ? conflict('services.notADraft') : error
}
