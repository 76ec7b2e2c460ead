import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict } from '#server/kernel/errors.ts'
import { normaliseUz, searchKey } from '#server/kernel/text.ts'
import { buildingCorrected } from './events.ts'
import { assertMayCorrect } from './policy.ts'
import { factsOf, findBuilding, passportColumns, type BuildingRecord } from './queries.ts'
import { assertPassport, changesOf, judgePassport, type Finding } from './rules.ts'
import type { CorrectBuildingInput, Passport } from './schema.ts'

const columnList = Prisma.raw(Object.values(passportColumns).join(', '))
const prefixed = Prisma.raw(Object.values(passportColumns).map(column => `x.${column}`).join(', '))

type Values = Passport & Pick<BuildingRecord, 'name' | 'addressUz' | 'addressKk' | 'addressRu'>

function valuesAfter(before: BuildingRecord, input: CorrectBuildingInput): Values {
  const patch = Object.fromEntries(Object.entries(input.passport).filter(([, value]) => value !== undefined)) as Partial<Passport>
  return {
    ...before.passport, ...patch,
    name: input.name ?? before.name, addressUz: input.addressUz === undefined ? before.addressUz : normaliseUz(input.addressUz),
    addressKk: input.addressKk ?? before.addressKk, addressRu: input.addressRu ?? before.addressRu,
  }
}

/** Changes fields of the passport; what was before and after stays in the trail with its ground. Returns the warnings that remain. */
export async function correctBuilding(ctx: Context, input: CorrectBuildingInput): Promise<{ changed: string[]; warnings: Finding[] }> {
  await ctx.db.$queryRaw`select from buildings where building_id = ${input.buildingId}::uuid for no key update`
  const before = await findBuilding(ctx, input.buildingId)
  assertMayCorrect(ctx.actor, before.mayCorrect)
  if (before.systemOfRecord === 'EXTERNAL') throw conflict('buildings.keptElsewhere')
  const after = valuesAfter(before, input)
  const facts = await factsOf(ctx, before)
  assertPassport(after, facts)
  const changes = changesOf<Values>({ ...before.passport, name: before.name, addressUz: before.addressUz, addressKk: before.addressKk, addressRu: before.addressRu }, after)
  const changed = Object.keys(changes.after)
  const warnings = judgePassport(after, facts).filter(each => each.severity === 'WARNING')
  if (changed.length === 0) return { changed, warnings }
  await save(ctx, input.buildingId, after)
  await record(ctx, { action: 'buildings.correctBuilding', buildingId: input.buildingId, subjectType: 'building', subjectId: input.buildingId,
    ground: input.ground, before: changes.before, after: changes.after })
  await emit(ctx, { name: buildingCorrected, buildingId: input.buildingId, payload: { fields: changed } })
  return { changed, warnings }
}

async function save(ctx: Context, buildingId: string, values: Values): Promise<void> {
  const row = Object.fromEntries(Object.entries(passportColumns).map(([field, column]) => [column, values[field as keyof Passport]]))
  const given = values.addressUz + values.addressKk + values.addressRu !== ''
  await ctx.db.$executeRaw`update buildings b set (${columnList}) = (select ${prefixed} from jsonb_populate_record(null::buildings, ${JSON.stringify(row)}::jsonb) x),
      name = ${values.name}, address_uz = ${values.addressUz}, address_kk = ${values.addressKk}, address_ru = ${values.addressRu},
      address_state = ${given ? 'GIVEN' : 'NOT_GIVEN'}, search_key = ${searchKey(`${values.name} ${values.addressUz} ${values.addressKk} ${values.addressRu}`)}
    where b.building_id = ${buildingId}::uuid`
}
