import type { Voice } from '#server/billing/explanation/rules.ts'
import type { ContractDraft, NormDraft, SeasonDraft } from '#server/billing/heat/schema.ts'
import type { BillLine, PriceItem, PricePlan } from '#server/billing/schema.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

/** A place of its own with prices of heat by area and by Gcal, hot water, and a season from the 18th of November. */
export async function makeHeatPlace(db: TestDatabase, prefix: string, change: { area?: string; gcal?: string; vat?: string } = {}): Promise<void> {
  const { area = '1852.64', gcal = '139860', vat = 'NONE' } = change
  await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at) values
    (gen_random_uuid(), 'UZ', $1, 'HEAT', 'AREA', 'm2', $2, $4, 'UZS', 'test', '2025-01-01', now()), (gen_random_uuid(), 'UZ', $1, 'HEAT', 'GCAL', 'Gcal', $3, $4, 'UZS', 'test', '2025-01-01', now()),
    (gen_random_uuid(), 'UZ', $1, 'HOT_WATER', 'VOLUME', 'm3', 9150, 'NONE', 'UZS', 'test', '2025-01-01', now())`, [prefix, area, gcal, vat])
  await db.sql(`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, source) values (gen_random_uuid(), 'UZ', $1, 'HEAT', '2026-11-18', '2027-03-15', 'test')`, [prefix])
}

export type ContractChange = { premisesId?: string; mode?: 'BY_AREA' | 'BY_BUILDING_METER' | 'BY_FLAT_METER'; area?: string | null; policy?: 'IN_SEASON' | 'SPREAD_12'; hotWater?: boolean; customerClass?: string; from?: string; to?: string | null; number?: string }

/** A contract that is in force, of the house unless a flat is named. */
export async function makeContract(db: TestDatabase, house: TestHouse, change: ContractChange = {}): Promise<string> {
  const { premisesId = null, mode = 'BY_AREA', area = null, policy = 'IN_SEASON', hotWater = false, customerClass = 'POPULATION', from = '2026-01-01', to = null, number = 'T-1' } = change
  await db.sql(`insert into organisations (organisation_id, country, kind, name) values ('00000000-0000-7000-8000-00000000feed', 'UZ', 'SUPPLIER', 'Issiqlik') on conflict do nothing`)
  const contractId = newId()
  await db.sql(`insert into heat_contracts (building_id, contract_id, premises_id, number, supplier_id, mode, heated_area_m2, season_policy, hot_water, customer_class, valid_from, valid_to)
    values ($1, $2, $3, $4, '00000000-0000-7000-8000-00000000feed', $5, $6, $7, $8, $9, $10, $11)`, [house.buildingId, contractId, premisesId, number, mode, area, policy, hotWater, customerClass, from, to])
  return contractId
}

export const heatHouse = (db: TestDatabase, prefix: string, areas: readonly string[]): Promise<TestHouse> => makeHouse(db, { country: 'UZ', flats: areas.length, areas, territoryCode: `${prefix}001`, demonstration: false })

/** An act: no heat, or no hot water, from a day to a day. */
export async function makeAct(db: TestDatabase, house: TestHouse, { from, to, act = '7', service = 'HEAT', at = null }: { from: string; to: string; act?: string; service?: string; at?: string | null }): Promise<void> {
  await db.sql(`insert into service_interruptions (building_id, interruption_id, service, from_day, to_day, act_number, recorded_at) values ($1, gen_random_uuid(), $2, $3, $4, $5, coalesce($6::timestamptz, app.now()))`,
    [house.buildingId, service, from, to, act, at])
}

export type HeatBill = { number: string; lines: BillLine[]; prices: PricePlan }

/** Heat lines of a month by the flat's number, with their prices. */
export async function heatLines(db: TestDatabase, house: TestHouse, period: string): Promise<Map<string, { line: BillLine; item: PriceItem }[]>> {
  const rows = await db.sql<HeatBill>(`select p.number, b.lines::json as lines, r.prices from bills b join premises p using (building_id, premises_id) join billing_runs r using (building_id, period)
    where b.building_id = $1 and b.period = $2 order by p.number`, [house.buildingId, period])
  return new Map(rows.map(row => [row.number, row.lines.filter(each => each.heat).map(line => ({ line, item: row.prices.items.find(each => each.key === line.key)! }))]))
}

export const voiceOf = (locale: 'uz' | 'kk' | 'ru'): Voice => ({ say: texts(locale), locale, currency: 'UZS' })

export const supplierId = '00000000-0000-7000-8000-00000000feed'
export type HeatOffice = { house: TestHouse; accountant: ActingPerson; authority: ActingPerson; prefix: string }

/** A place of its own: the accountant of a house there drafts, the authority of the place publishes what is the place's. */
export async function makeHeatOffice(db: TestDatabase, territoryCode: string): Promise<HeatOffice> {
  await db.sql(`insert into legal_acts (act_id, country, kind, number, issued_on, title_ru, source) values ('act', 'KZ', 'ORDER', '7', '2026-01-10', 'Test', 'test') on conflict do nothing`)
  await db.sql(`insert into organisations (organisation_id, country, kind, name) values ($1, 'KZ', 'SUPPLIER', 'Issiqlik') on conflict do nothing`, [supplierId])
  const house = await makeHouse(db, { country: 'KZ', flats: 2, territoryCode })
  const prefix = territoryCode.slice(0, 4)
  return { house, prefix, accountant: await asAccountant(db, house), authority: await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: prefix }, { kind: 'STAFF' }) }
}

const place = (at: Pick<HeatOffice, 'prefix'>) => ({ heatId: newId(), country: 'KZ' as const, territoryPrefix: at.prefix, actId: 'act', newAct: null, source: 'The decision of the town' })
export const seasonDraft = (at: Pick<HeatOffice, 'prefix'>, change: Partial<SeasonDraft> = {}): SeasonDraft => ({ kind: 'SEASON', ...place(at), from: '2026-11-18', to: '2027-03-15', ...change })
export const normDraft = (at: Pick<HeatOffice, 'prefix'>, change: Partial<NormDraft> = {}): NormDraft => ({ kind: 'NORM', ...place(at), from: '2026-01-01', to: null, litres: '120,5', gcalPerM3: '0.055', ...change })
export const contractDraft = ({ house }: Pick<HeatOffice, 'house'>, change: Partial<ContractDraft> = {}): ContractDraft => ({
  kind: 'CONTRACT', heatId: newId(), buildingId: house.buildingId, premisesId: null, number: 'T-1', supplierId, mode: 'BY_AREA', areaM2: null, policy: 'IN_SEASON', hotWater: false, customerClass: 'POPULATION', from: '2026-12-01', to: null, ...change,
})
