import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import { assertMayList } from '#server/buildings/policy.ts'
import type { HouseFacts } from '#server/buildings/rules.ts'
import type { ListBuildingsInput, Passport, PassportField } from '#server/buildings/schema.ts'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { searchKey } from '#server/kernel/text.ts'

/** Columns of the passport by the names of its fields. */
export const passportColumns: Record<PassportField, string> = {
  cadastralNumber: 'cadastral_number', atoClassifierCode: 'ato_classifier_code', addressRegistrationCode: 'address_registration_code',
  intendedPurpose: 'intended_purpose', stockCategory: 'stock_category', condominiumRegistered: 'condominium_registered',
  hasTechnicalPassport: 'has_technical_passport', balanceOwnership: 'balance_ownership', elevatorCount: 'elevator_count',
  hasElectricity: 'has_electricity', yearBuilt: 'year_built', commissioningYear: 'commissioning_year', lastOverhaulDate: 'last_overhaul_date',
  neverOverhauled: 'never_overhauled', totalResidential: 'total_residential', totalNonResidential: 'total_non_residential', totalParking: 'total_parking',
  storeyCount: 'storey_count', apartmentCount: 'apartment_count', nonResidentialCount: 'non_residential_count', heatingType: 'heating_type',
  heatingScheme: 'heating_scheme', gasSupplyType: 'gas_supply_type', hasGasPipeline: 'has_gas_pipeline', hotWaterType: 'hot_water_type',
  waterSupplyType: 'water_supply_type', hasWaterPipe: 'has_water_pipe', sewerageType: 'sewerage_type', hasSewer: 'has_sewer',
  commonMeterCount: 'common_meter_count', buildingCondition: 'building_condition', disposalReason: 'disposal_reason', barrierFree: 'barrier_free',
  entranceCount: 'entrance_count', totalAreaM2: 'total_area_m2', wallType: 'wall_type',
}

export type BuildingRecord = {
  buildingId: string
  country: Country
  territoryCode: string
  name: string
  addressUz: string
  addressKk: string
  addressRu: string
  addressState: 'GIVEN' | 'NOT_GIVEN'
  systemOfRecord: 'OWN' | 'EXTERNAL'
  demonstration: boolean
  confirmedOn: string | null
  /** May this session change the record? */
  mayCorrect: boolean
  passport: Passport
}

type Row = {
  building_id: string; country: Country; territory_code: string; name: string; address_uz: string; address_kk: string; address_ru: string
  address_state: 'GIVEN' | 'NOT_GIVEN'; system_of_record: 'OWN' | 'EXTERNAL'; demonstration: boolean; confirmed_on: string | null; may_correct: boolean
  passport: Record<string, unknown>
}

// Every column as JSON under the name of its field; the area as text, so that no figure passes through a float.
const passportJson = Prisma.raw(`jsonb_build_object(${Object.entries(passportColumns)
  .map(([field, column]) => `'${field}', ${column === 'total_area_m2' ? 'trim_scale(b.total_area_m2)::text' : `b.${column}`}`).join(', ')})`)

function recordOf(row: Row): BuildingRecord {
  return {
    buildingId: row.building_id, country: row.country, territoryCode: row.territory_code, name: row.name, addressUz: row.address_uz, addressKk: row.address_kk,
    addressRu: row.address_ru, addressState: row.address_state, systemOfRecord: row.system_of_record, demonstration: row.demonstration,
    confirmedOn: row.confirmed_on, mayCorrect: row.may_correct, passport: row.passport as Passport,
  }
}

/** The house if this session may see it; otherwise it does not exist. */
export async function findBuilding(ctx: Context, buildingId: string): Promise<BuildingRecord> {
  const rows = await ctx.db.$queryRaw<Row[]>`
    select b.building_id, b.country, b.territory_code, b.name, b.address_uz, b.address_kk, b.address_ru, b.address_state, b.system_of_record, b.demonstration,
      (b.confirmed_at at time zone interval '5 hours')::date::text as confirmed_on,
      auth.reaches('{registry.write}', b.building_id) or auth.service_has('{imports,seed}') as may_correct, ${passportJson} as passport
    from buildings b where b.building_id = ${buildingId}::uuid`
  if (!rows[0]) throw notFound()
  return recordOf(rows[0])
}

/** What the passport is compared with. Only for a session that sees the whole register of the house. */
export async function factsOf(ctx: Context, building: Pick<BuildingRecord, 'buildingId' | 'country'>): Promise<HouseFacts> {
  const rows = await ctx.db.$queryRaw<{ units: bigint; apartments: bigint; non_residential: bigint; area: string | null; meters: bigint }[]>`
    select count(*) as units, count(*) filter (where p.kind = 'APARTMENT') as apartments, count(*) filter (where p.kind = 'NON_RESIDENTIAL') as non_residential,
      trim_scale(sum(p.area_m2))::text as area,
      (select count(*) from meters m where m.building_id = ${building.buildingId}::uuid and m.kind = 'BUILDING' and m.removed_on is null) as meters
    from premises p where p.building_id = ${building.buildingId}::uuid`
  const row = rows[0]
  // A register without a single unit says nothing of how many there are.
  const known = row !== undefined && row.units > 0n
  return {
    country: building.country, today: ctx.today,
    apartments: known ? Number(row.apartments) : null, nonResidential: known ? Number(row.non_residential) : null,
    premisesAreaM2: known ? row.area : null, buildingMeters: row !== undefined && row.meters > 0n ? Number(row.meters) : null,
  }
}

/** Another house at the same address of the territory (DQ-05). Asked as a machine, because it may be anybody's. */
export async function sameAddress(ctx: Context, building: { buildingId: string; territoryCode: string; searchKey: string }): Promise<string | null> {
  const rows = await ctx.db.$queryRaw<{ building_id: string }[]>`select building_id from buildings
    where territory_code = ${building.territoryCode} and search_key = ${building.searchKey} and address_state = 'GIVEN' and building_id <> ${building.buildingId}::uuid limit 1`
  return rows[0]?.building_id ?? null
}

export type BuildingRow = { buildingId: string; name: string; country: Country; address: string; addressState: string; yearBuilt: number | null; storeyCount: number | null; units: number; filledPercent: number; organisation: string | null }

const pageSize = 40
// Fields of the annex that are columns which may be empty; 12, 18 and 28 are judged in rules.ts when the house is opened.
const uncounted = new Set(['commissioningYear', 'lastOverhaulDate', 'neverOverhauled', 'heatingScheme', 'disposalReason', 'totalNonResidential', 'totalParking', 'entranceCount', 'totalAreaM2', 'wallType'])
const counted = Object.entries(passportColumns).filter(([field]) => !uncounted.has(field)).map(([, column]) => `b.${column}`)
const countedFields = counted.length
const countedColumns = Prisma.raw(counted.join(', '))
const orders = { name: Prisma.sql`b.name, b.building_id`, filled: Prisma.sql`given, b.name, b.building_id`, year: Prisma.sql`b.year_built nulls last, b.name, b.building_id` }

/** Houses of the register that this session works with, forty on a page. */
export async function listBuildings(ctx: Context, input: ListBuildingsInput): Promise<{ rows: BuildingRow[]; total: number; page: number; pages: number }> {
  assertMayList(ctx.actor)
  const words = searchKey(input.text).split(' ').filter(Boolean).slice(0, 6)
  const found = words.map(word => Prisma.sql`and ' ' || b.search_key like ${`% ${word.replace(/[%_\\]/g, '')}%`}`)
  const where = Prisma.sql`b.building_id = any((select auth.buildings('{registry.read}'))::uuid[]) ${Prisma.join(found.length > 0 ? found : [Prisma.empty], ' ')}`
  const address = Prisma.raw(`b.address_${ctx.locale}`)
  const rows = await ctx.db.$queryRaw<{ building_id: string; name: string; country: Country; address: string; address_state: string; year_built: number | null; storey_count: number | null; units: bigint; given: number; organisation: string | null; total: bigint }[]>`
    select b.building_id, b.name, b.country, coalesce(nullif(${address}, ''), b.address_ru) as address, b.address_state, b.year_built, b.storey_count,
      (select count(*) from premises p where p.building_id = b.building_id) as units,
      num_nonnulls(${countedColumns}) as given,
      (select o.name from building_managements m join organisations o on o.organisation_id = m.organisation_id
        where m.building_id = b.building_id and m.method <> 'CALL_CENTRE' and (m.valid_to is null or m.valid_to >= app.today()) order by m.valid_from desc limit 1) as organisation,
      count(*) over () as total
    from buildings b where ${where} order by ${orders[input.sort]} limit ${pageSize} offset ${(input.page - 1) * pageSize}`
  const total = Number(rows[0]?.total ?? 0n)
  return {
    rows: rows.map(row => ({ buildingId: row.building_id, name: row.name, country: row.country, address: row.address, addressState: row.address_state, yearBuilt: row.year_built,
      storeyCount: row.storey_count, units: Number(row.units), filledPercent: Math.floor((row.given * 100) / countedFields), organisation: row.organisation })),
    total, page: input.page, pages: Math.max(1, Math.ceil(total / pageSize)),
  }
}


export type PublicHouse = Pick<BuildingRecord, 'buildingId' | 'country' | 'name' | 'addressUz' | 'addressKk' | 'addressRu' | 'demonstration' | 'passport'> & {
  managements: { method: string; organisation: string; phone: string; since: string }[]
}

/** What stands at the door of the house: no people, no money. Runs as the machine actor 'public'. */
export async function publicHouse(ctx: Context, buildingId: string): Promise<PublicHouse> {
  const house = await findBuilding(ctx, buildingId)
  const managements = await ctx.db.$queryRaw<PublicHouse['managements']>`
    select m.method, o.name as organisation, o.phone, m.valid_from::text as since from building_managements m join organisations o on o.organisation_id = m.organisation_id
    where m.building_id = ${buildingId}::uuid and m.valid_from <= app.today() and (m.valid_to is null or m.valid_to >= app.today())
    order by m.method = 'CALL_CENTRE', m.valid_from`
  const { country, name, addressUz, addressKk, addressRu, demonstration, passport } = house
  return { buildingId, country, name, addressUz, addressKk, addressRu, demonstration, passport, managements }
}
