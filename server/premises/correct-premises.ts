import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { compareDates } from '#server/kernel/period.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, houseReach, type PremisesRecord } from './queries.ts'
import { judgeArea, normaliseUnitNumber } from './rules.ts'
import type { CorrectPremisesInput } from './schema.ts'

type Values = Pick<PremisesRecord, 'number' | 'entrance' | 'floor' | 'rooms' | 'areaM2' | 'livingAreaM2' | 'cadastralNumber' | 'electricStove'>

function valuesAfter(before: PremisesRecord, input: CorrectPremisesInput, script: 'CYRILLIC' | 'LATIN'): Values {
  const or = <T>(given: T | undefined, kept: T): T => (given === undefined ? kept : given)
  return {
    number: input.number === undefined ? before.number : normaliseUnitNumber(input.number, script),
    entrance: or(input.entrance, before.entrance), floor: or(input.floor, before.floor), rooms: or(input.rooms, before.rooms),
    areaM2: input.areaM2 === undefined ? before.areaM2 : judgeArea(input.areaM2),
    livingAreaM2: input.livingAreaM2 ? judgeArea(input.livingAreaM2) : or(input.livingAreaM2, before.livingAreaM2),
    cadastralNumber: or(input.cadastralNumber, before.cadastralNumber), electricStove: or(input.electricStove, before.electricStove),
  }
}

/**
 * A wall was moved on a day: bills count the days of each area. An area that was only recorded wrongly gets no day, and
 * replaces the one in force.
 */
async function writeArea(ctx: Context, input: CorrectPremisesInput, { before, after }: { before: Values; after: Values }): Promise<void> {
  const { buildingId, premisesId, areaFrom, ground } = input
  if (areaFrom === undefined) {
    await ctx.db.$executeRaw`update premises_areas x set area_m2 = ${after.areaM2}::numeric where x.building_id = ${buildingId}::uuid and x.premises_id = ${premisesId}::uuid
      and x.valid_from = (select max(y.valid_from) from premises_areas y where y.building_id = x.building_id and y.premises_id = x.premises_id)`
    return
  }
  if (compareDates(areaFrom, ctx.today) > 0) throw invalid('premises.dateInFuture', { date: areaFrom })
  const [last] = await ctx.db.$queryRaw<{ from: string | null }[]>`select max(x.valid_from)::text as "from" from premises_areas x
    where x.building_id = ${buildingId}::uuid and x.premises_id = ${premisesId}::uuid`
  if (last?.from && compareDates(areaFrom, last.from) <= 0) throw invalid('premises.laterArea', { date: last.from })
  await ctx.db.$executeRaw`insert into premises_areas (building_id, premises_id, valid_from, previous_m2, area_m2, ground)
    values (${buildingId}::uuid, ${premisesId}::uuid, ${areaFrom}::date, ${before.areaM2}::numeric, ${after.areaM2}::numeric, ${ground})`
}

/** Area, number, floor … of a unit. A change of area changes bills, shares and votes, so its ground is kept. */
export async function correctPremises(ctx: Context, input: CorrectPremisesInput): Promise<{ changed: string[] }> {
  const house = await houseReach(ctx, input.buildingId)
  const before = await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  const after = valuesAfter(before, input, house.country === 'KZ' ? 'CYRILLIC' : 'LATIN')
  const changed = (Object.keys(after) as (keyof Values)[]).filter(key => after[key] !== before[key])
  if (changed.length === 0) return { changed }
  await ctx.db.$executeRaw`update premises set number = ${after.number}, number_state = case when number = ${after.number} then number_state else 'GIVEN' end,
      entrance = ${after.entrance}, floor = ${after.floor}, rooms = ${after.rooms}, area_m2 = ${after.areaM2}::numeric, living_area_m2 = ${after.livingAreaM2}::numeric,
      cadastral_number = ${after.cadastralNumber}, electric_stove = ${after.electricStove}
    where building_id = ${input.buildingId}::uuid and premises_id = ${input.premisesId}::uuid`.catch((error: unknown) => {
    throw sqlState(error) === uniqueViolation ? conflict('premises.numberTaken', { number: after.number }) : error
  })
  if (after.areaM2 !== before.areaM2) await writeArea(ctx, input, { before, after })
  await record(ctx, { action: 'premises.correctPremises', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    ground: input.ground, before: Object.fromEntries(changed.map(key => [key, before[key]])), after: { ...Object.fromEntries(changed.map(key => [key, after[key]])), ...(input.areaFrom === undefined ? {} : { areaFrom: input.areaFrom }) } })
  return { changed }
}
