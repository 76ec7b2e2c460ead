import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, houseReach } from './queries.ts'
import type { RegisterPersonsInput } from './schema.ts'

/** How many people are registered in a unit from a day on: an input of bills by persons. */
export async function registerPersons(ctx: Context, input: RegisterPersonsInput): Promise<{ persons: number; since: string }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  const before = await ctx.db.$queryRaw<{ persons: number; since: string }[]>`select persons, valid_from::text as since from registered_persons
    where building_id = ${input.buildingId}::uuid and premises_id = ${input.premisesId}::uuid and valid_from <= ${input.since}::date order by valid_from desc limit 1`
  await ctx.db.$executeRaw`insert into registered_persons (building_id, premises_id, valid_from, persons, source)
    values (${input.buildingId}::uuid, ${input.premisesId}::uuid, ${input.since}::date, ${input.persons}, ${input.source})
    on conflict (building_id, premises_id, valid_from) do update set persons = excluded.persons, source = excluded.source`
  await record(ctx, { action: 'premises.registerPersons', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises', subjectId: input.premisesId,
    ground: input.source, before: before[0] ?? null, after: { persons: input.persons, since: input.since } })
  return { persons: input.persons, since: input.since }
}
