import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { assertMayKeepRegister } from './policy.ts'
import { houseReach } from './queries.ts'
import { judgeArea, normaliseUnitNumber } from './rules.ts'
import type { RegisterPremisesInput } from './schema.ts'

/** A flat, shop, parking place or storeroom enters the register of its house. */
export async function registerPremises(ctx: Context, input: RegisterPremisesInput): Promise<{ premisesId: string; number: string }> {
  const house = await houseReach(ctx, input.buildingId)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  const number = normaliseUnitNumber(input.number, house.country === 'KZ' ? 'CYRILLIC' : 'LATIN')
  const areaM2 = judgeArea(input.areaM2)
  const livingAreaM2 = input.livingAreaM2 === null ? null : judgeArea(input.livingAreaM2)
  const inserted = await ctx.db.$executeRaw`insert into premises (building_id, premises_id, kind, number, entrance, floor, rooms, area_m2, living_area_m2, cadastral_number, electric_stove)
    values (${input.buildingId}::uuid, ${input.premisesId}::uuid, ${input.kind}, ${number}, ${input.entrance}, ${input.floor}, ${input.rooms}, ${areaM2}::numeric,
      ${livingAreaM2}::numeric, ${input.cadastralNumber}, ${input.electricStove})
    on conflict do nothing`
  if (inserted === 0) throw conflict('premises.numberTaken', { number })
  await record(ctx, { action: 'premises.registerPremises', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    after: { ...input, number, areaM2, livingAreaM2 } })
  return { premisesId: input.premisesId, number }
}
