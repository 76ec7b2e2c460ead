import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { normaliseUz, searchKey } from '#server/kernel/text.ts'
import { buildingRegistered } from './events.ts'
import { organisationForNewHouse } from './policy.ts'
import { passportColumns, sameAddress } from './queries.ts'
import { assertPassport } from './rules.ts'
import type { Passport, PassportField, PassportPatch, RegisterBuildingInput } from './schema.ts'

const columns = Object.entries(passportColumns) as [PassportField, string][]

function wholePassport(patch: PassportPatch): Passport {
  const whole = Object.fromEntries(columns.map(([field]) => [field, patch[field] ?? null])) as Passport
  return { ...whole, neverOverhauled: patch.neverOverhauled ?? false, wallType: patch.wallType ?? '' }
}

/** A new house enters the register and at once belongs to who manages it. */
export async function registerBuilding(ctx: Context, input: RegisterBuildingInput): Promise<{ buildingId: string }> {
  const organisationId = organisationForNewHouse(ctx.actor, input.country, input.organisationId)
  const passport = wholePassport(input.passport)
  assertPassport(passport, { country: input.country, today: ctx.today, apartments: null, nonResidential: null, buildingMeters: null, premisesAreaM2: null })
  const addressUz = normaliseUz(input.addressUz)
  const key = searchKey(`${input.name} ${addressUz} ${input.addressKk} ${input.addressRu}`)
  // The house exists for nobody yet, so row-level security lets only the machine write its first row.
  await asService(ctx, 'imports', async inner => {
    if (await sameAddress(inner, { buildingId: input.buildingId, territoryCode: input.territoryCode, searchKey: key })) throw conflict('buildings.sameAddress')
    await assertKnown(inner, input, organisationId)
    const row = { ...Object.fromEntries(columns.map(([field, column]) => [column, passport[field]])),
      building_id: input.buildingId, country: input.country, territory_code: input.territoryCode, name: input.name, address_uz: addressUz, address_kk: input.addressKk,
      address_ru: input.addressRu, address_state: addressUz + input.addressKk + input.addressRu === '' ? 'NOT_GIVEN' : 'GIVEN', search_key: key, external_key: '',
      system_of_record: 'OWN', tax_number: '', demonstration: false, created_at: ctx.now.toISOString() }
    const inserted = await inner.db.$executeRaw`insert into buildings select x.* from jsonb_populate_record(null::buildings, ${JSON.stringify(row)}::jsonb) x on conflict do nothing`
    if (inserted === 0) throw conflict('buildings.idTaken')
    if (organisationId !== null) {
      await inner.db.$executeRaw`insert into building_managements (building_id, management_id, organisation_id, method, basis, valid_from)
        select ${input.buildingId}::uuid, ${newId()}::uuid, organisation_id, case kind when 'ASSOCIATION' then 'ASSOCIATION' when 'PARTNERSHIP' then 'PARTNERSHIP'
          when 'MANAGER' then 'MANAGER' else 'ORGANISATION' end, '', ${ctx.today}::date from organisations where organisation_id = ${organisationId}::uuid`
    }
  })
  await record(ctx, { action: 'buildings.registerBuilding', buildingId: input.buildingId, subjectType: 'building', subjectId: input.buildingId,
    after: { name: input.name, territoryCode: input.territoryCode, organisationId, passport } })
  await emit(ctx, { name: buildingRegistered, buildingId: input.buildingId, payload: { name: input.name } })
  return { buildingId: input.buildingId }
}

async function assertKnown(ctx: Context, input: RegisterBuildingInput, organisationId: string | null): Promise<void> {
  const rows = await ctx.db.$queryRaw<{ territory: boolean; organisation: boolean }[]>(Prisma.sql`select
    exists (select from territories where code = ${input.territoryCode} and country = ${input.country}) as territory,
    exists (select from organisations where organisation_id = ${organisationId}::uuid and country = ${input.country}) as organisation`)
  if (!rows[0]?.territory) throw notFound('buildings.territoryUnknown', { code: input.territoryCode })
  if (organisationId !== null && !rows[0].organisation) throw notFound('buildings.organisationUnknown')
}
