import { newId } from '#server/kernel/ids.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { TestDatabase } from '#test/support/database.ts'

export type TestPremises = {
  premisesId: string
  accountId: string
  accountNumber: string
  number: string
  kind: 'APARTMENT' | 'NON_RESIDENTIAL' | 'PARKING' | 'STORAGE'
  areaM2: string
  ownerId: string
  ownershipId: string
  persons: number
}

export type TestHouse = {
  buildingId: string
  organisationId: string
  country: Country
  name: string
  territoryCode: string
  premises: TestPremises[]
}

export type HouseOptions = {
  country?: Country
  /** How many flats; 4 unless told. */
  flats?: number
  /** Areas of the flats in turn; 50.00, 51.00 … unless told. */
  areas?: readonly string[]
  name?: string
  organisationId?: string
  territoryCode?: string
  persons?: number
  demonstration?: boolean
}

let houses = 0

/** A house with flats, one owner and one account each, managed by an organisation; made behind the policies' back. */
export async function makeHouse(db: TestDatabase, options: HouseOptions = {}): Promise<TestHouse> {
  houses += 1
  const country = options.country ?? 'KZ'
  const house: TestHouse = {
    buildingId: newId(), organisationId: options.organisationId ?? newId(), country,
    name: options.name ?? `${country === 'KZ' ? 'Абай' : 'Chilonzor'} ${houses}`,
    territoryCode: options.territoryCode ?? (country === 'KZ' ? '751410000' : '1726294'),
    premises: Array.from({ length: options.flats ?? 4 }, (_, index) => ({
      premisesId: newId(), accountId: newId(), accountNumber: '', number: String(index + 1), kind: 'APARTMENT' as const,
      areaM2: options.areas?.[index % options.areas.length] ?? `${50 + index % 40}.00`, ownerId: newId(), ownershipId: newId(), persons: options.persons ?? 2,
    })),
  }
  const numbers = await db.sql<{ account_id: string; number: string }>(insertHouse,
    [house.buildingId, country, house.territoryCode, house.name, house.organisationId, newId(), JSON.stringify(house.premises), options.demonstration ?? true])
  const byAccount = new Map(numbers.map(row => [row.account_id, row.number.trim()]))
  for (const unit of house.premises) unit.accountNumber = byAccount.get(unit.accountId) ?? ''
  return house
}

const insertHouse = `
  with organisation as (
    insert into organisations (organisation_id, country, kind, name) values ($5::uuid, $2::text, 'ASSOCIATION', $4::text) on conflict do nothing),
  building as (
    insert into buildings (building_id, country, territory_code, name, address_uz, address_kk, address_ru, search_key, external_key, apartment_count, demonstration)
    values ($1::uuid, $2::text, $3::text, $4::text, $4::text, $4::text, $4::text, lower($4::text), $1::uuid::text, jsonb_array_length($7::jsonb), $8::boolean)),
  management as (
    insert into building_managements (building_id, management_id, organisation_id, method, basis, valid_from)
    values ($1::uuid, $6::uuid, $5::uuid, 'ASSOCIATION', 'test', '2020-01-01')),
  unit as (
    select x.*, app.next_account_number($2::text) as account_number from jsonb_to_recordset($7::jsonb) as x("premisesId" uuid, "accountId" uuid, number text, kind text,
      "areaM2" numeric, "ownerId" uuid, "ownershipId" uuid, persons int)),
  flats as (
    insert into premises (building_id, premises_id, kind, number, entrance, floor, rooms, area_m2)
    select $1::uuid, "premisesId", kind, number, 1, 1 + (number::int - 1) / 4 % 90, 2, "areaM2" from unit),
  people as (
    insert into owners (building_id, owner_id, full_name, search_key)
    select $1::uuid, "ownerId", 'Owner ' || number, 'owner ' || number from unit),
  shares as (
    insert into ownerships (building_id, ownership_id, premises_id, owner_id, share_numerator, share_denominator, valid_from, basis, source)
    select $1::uuid, "ownershipId", "premisesId", "ownerId", 1, 1, '2020-01-01', 'test', 'test' from unit),
  registered as (
    insert into registered_persons (building_id, premises_id, valid_from, persons, source) select $1::uuid, "premisesId", '2020-01-01', persons, 'test' from unit),
  account as (
    insert into accounts (building_id, account_id, premises_id, number, opened_on)
    select $1::uuid, "accountId", "premisesId", account_number, '2020-01-01' from unit),
  dedupe as (
    insert into account_numbers (number, building_id, account_id, premises_id) select account_number, $1::uuid, "accountId", "premisesId" from unit)
  select "accountId" as account_id, account_number as number from unit`
