import { searchKey } from '#server/kernel/text.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import type { World, WorldHouse } from '#prisma/seed/demo/world.ts'

// What stands in the field is read by people: each country's papers are in its own language.
const papers = {
  KZ: { management: 'Меншік иелері жиналысының шешімі (көрсетілім)', persons: 'тіркеу мәліметі (көрсетілім)', ownership: 'Сатып алу-сату шарты (көрсетілім)' },
  UZ: { management: 'Mulkdorlar yigʻilishi qarori (namoyish)', persons: 'roʻyxatga olish maʼlumoti (namoyish)', ownership: 'Oldi-sotdi shartnomasi (namoyish)' },
} as const

/** Houses, units, owners, accounts of the demonstration; doing it again changes nothing. */
export async function seedRegistry(world: World): Promise<void> {
  await serviceTransaction('seed', async ctx => {
    await insertOrganisations(ctx, world)
    for (const house of world.houses) {
      await insertBuilding(ctx, house)
      await insertManagements(ctx, house)
      await insertPremises(ctx, house)
      await insertOwners(ctx, house)
      await insertAccounts(ctx, house)
    }
  })
}

async function insertOrganisations(ctx: Context, world: World): Promise<void> {
  const rows = [
    ...world.houses.map(house => ({ organisation_id: house.organisationId, country: house.country, kind: house.organisation.kind, name: house.organisation.name, phone: house.organisation.phone })),
    ...world.callCentres.map(centre => ({ organisation_id: centre.organisationId, country: centre.country, kind: 'CALL_CENTRE', name: centre.name, phone: centre.phone })),
  ]
  await ctx.db.$executeRaw`insert into organisations (organisation_id, country, kind, name, phone, demonstration)
    select x.organisation_id, x.country, x.kind, x.name, x.phone, true
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(organisation_id uuid, country text, kind text, name text, phone text)
    on conflict do nothing`
}

async function insertBuilding(ctx: Context, house: WorldHouse): Promise<void> {
  const row = {
    ...house.passport, building_id: house.buildingId, country: house.country, territory_code: house.territoryCode, name: house.name,
    address_uz: house.addressUz, address_kk: house.addressKk, address_ru: house.addressRu, address_state: 'GIVEN',
    search_key: searchKey(`${house.name} ${house.addressUz} ${house.addressKk} ${house.addressRu}`),
    external_key: `demo:${house.key}`, system_of_record: 'OWN', demonstration: true, never_overhauled: house.passport['never_overhauled'] ?? false,
    entrance_count: house.passport['entrance_count'], latitude: house.latitude, longitude: house.longitude, created_at: ctx.now.toISOString(),
  }
  await ctx.db.$executeRaw`insert into buildings select x.* from jsonb_populate_record(null::buildings, ${JSON.stringify(row)}::jsonb) x on conflict do nothing`
}

async function insertManagements(ctx: Context, house: WorldHouse): Promise<void> {
  const rows = [
    { management_id: house.managementId, organisation_id: house.organisationId, method: house.organisation.method },
    { management_id: house.callCentreManagementId, organisation_id: house.callCentreId, method: 'CALL_CENTRE' },
  ]
  await ctx.db.$executeRaw`insert into building_managements (building_id, management_id, organisation_id, method, basis, valid_from)
    select ${house.buildingId}::uuid, x.management_id, x.organisation_id, x.method, ${papers[house.country].management}, '2020-01-01'
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(management_id uuid, organisation_id uuid, method text)
    on conflict do nothing`
}

async function insertPremises(ctx: Context, house: WorldHouse): Promise<void> {
  const rows = JSON.stringify(house.premises)
  await ctx.db.$executeRaw`insert into premises (building_id, premises_id, kind, number, entrance, floor, rooms, area_m2, living_area_m2, electric_stove)
    select ${house.buildingId}::uuid, x."premisesId", x.kind, x.number, x.entrance, x.floor, x.rooms, x."areaM2", x."livingAreaM2", x."electricStove"
      from jsonb_to_recordset(${rows}::jsonb) as x("premisesId" uuid, kind text, number text, entrance int, floor int, rooms int,
        "areaM2" numeric, "livingAreaM2" numeric, "electricStove" boolean)
    on conflict do nothing`
  await ctx.db.$executeRaw`insert into registered_persons (building_id, premises_id, valid_from, persons, source)
    select ${house.buildingId}::uuid, x."premisesId", '2025-01-01', x.persons, ${papers[house.country].persons}
      from jsonb_to_recordset(${rows}::jsonb) as x("premisesId" uuid, kind text, persons int) where x.kind = 'APARTMENT'
    on conflict do nothing`
}

async function insertOwners(ctx: Context, house: WorldHouse): Promise<void> {
  const owners = JSON.stringify(house.premises.flatMap(unit => unit.owners.map(owner =>
    ({ ...owner, premisesId: unit.premisesId, searchKey: searchKey(owner.name) }))))
  await ctx.db.$executeRaw`insert into owners (building_id, owner_id, kind, full_name, search_key, phone, phone_since, locale)
    select distinct on (x."ownerId") ${house.buildingId}::uuid, x."ownerId", x.kind, x.name, x."searchKey", x.phone,
        case when x.phone is null then null else x.since end, x.locale
      from jsonb_to_recordset(${owners}::jsonb) as x("ownerId" uuid, kind text, name text, "searchKey" text, phone text, since date, locale text)
      order by x."ownerId"
    on conflict do nothing`
  await ctx.db.$executeRaw`insert into ownerships (building_id, ownership_id, premises_id, owner_id, share_numerator, share_denominator, valid_from, basis, source)
    select ${house.buildingId}::uuid, x."ownershipId", x."premisesId", x."ownerId", x."shareNumerator", x."shareDenominator", x.since, ${papers[house.country].ownership}, 'demonstration'
      from jsonb_to_recordset(${owners}::jsonb) as x("ownershipId" uuid, "premisesId" uuid, "ownerId" uuid, "shareNumerator" bigint,
        "shareDenominator" bigint, since date)
    on conflict do nothing`
}

async function insertAccounts(ctx: Context, house: WorldHouse): Promise<void> {
  const rows = JSON.stringify(house.premises)
  await ctx.db.$executeRaw`insert into accounts (building_id, account_id, premises_id, number, payer_kind, opened_on)
    select ${house.buildingId}::uuid, x."accountId", x."premisesId", x."accountNumber", x."payerKind", '2025-01-01'
      from jsonb_to_recordset(${rows}::jsonb) as x("accountId" uuid, "premisesId" uuid, "accountNumber" text, "payerKind" text)
    on conflict do nothing`
  await ctx.db.$executeRaw`insert into account_numbers (number, building_id, account_id, premises_id)
    select x."accountNumber", ${house.buildingId}::uuid, x."accountId", x."premisesId"
      from jsonb_to_recordset(${rows}::jsonb) as x("accountId" uuid, "premisesId" uuid, "accountNumber" text)
    on conflict do nothing`
}
