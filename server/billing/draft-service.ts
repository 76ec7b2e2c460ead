import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { billedUpTo } from './heat/records.ts'
import { assertMayChangeServices } from './policy.ts'
import { billedHouses, changeRows, serviceRows } from './services/queries.ts'
import { differsIn, judgeWay, type Way } from './services/rules.ts'
import type { DraftServiceInput } from './services/schema.ts'

/** Writes down how a house is charged for a service from a day on. Nothing is charged by it until another person publishes it. */
export async function draftService(ctx: Context, input: DraftServiceInput): Promise<{ changeId: string }> {
  const { buildingId, changeId, service, from, ground } = input
  assertMayChangeServices(await billedHouses(ctx), buildingId)
  const way = judgeWay(service, input)
  const [known] = await changeRows(ctx, { buildingId, id: changeId })
  // The same once more changes nothing; another under its id is refused.
  if (known) {
    if (known.service === service && known.from === from && known.ground === ground && differsIn(known, way).length === 0) return { changeId }
    throw conflict('services.draftedAlready')
  }
  await assertFits(ctx, input, way)
  await ctx.db.$executeRaw`insert into house_service_changes (building_id, change_id, service, valid_from, method, volume_of, premises_kinds, seasonal, common_shared_by, ground)
    values (${buildingId}::uuid, ${changeId}::uuid, ${service}, ${from}::date, ${way.method}, ${[...way.volumeOf]}::text[], ${[...way.kinds]}::text[], ${way.seasonal}, ${way.commonSharedBy}, ${ground})`
  await record(ctx, { action: 'billing.draftService', buildingId, subjectType: 'houseServiceChange', subjectId: changeId, ground, after: { service, from, ...way } })
  return { changeId }
}

async function assertFits(ctx: Context, { buildingId, service, from }: DraftServiceInput, way: Way): Promise<void> {
  const billed = await billedUpTo(ctx, buildingId)
  if (billed !== null && billed >= from.slice(0, 7)) throw conflict('services.monthBilled', { period: billed })
  const rows = (await serviceRows(ctx, buildingId)).filter(row => row.service === service)
  if (rows.some(row => row.from > from)) throw conflict('services.laterVersion')
  const before = rows.find(row => row.to === null || row.to >= from)
  if (before === undefined ? way.method === null : differsIn(before, way).length === 0) throw conflict('services.nothingChanges')
  if (way.method === null && before?.from === from) throw conflict('services.notBegun')
}
