import { expect } from 'vitest'
import type { MonthLines } from '#server/billing/changes/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, CommonBy, PricePlan } from '#server/billing/schema.ts'
import { asAccountant } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

/** Houses that share what their own meter saw and no flat; October 2026 unless told. */
export const period = '2026-10'

export async function sharedTariffs(db: TestDatabase): Promise<void> {
  const tariff = (prefix: string, service: string, [basis, price, from, to, atInlet]: readonly (string | null)[]) => db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, tiers, building_meter, vat_mode, currency, source, valid_from, valid_to, published_at)
    values (gen_random_uuid(), 'UZ', $1, $2, $3, case when $2 = 'ELECTRICITY' then 'kWh' when $2 = 'HEAT' then 'Gcal' else 'm3' end, $4, $5, $6, 'NONE', 'UZS', 'test', $7, $8, now())`, [prefix, service, basis, price,
    basis === 'VOLUME_TIERED' ? '[{"upTo": "200", "price": "600"}, {"upTo": "1000", "price": "1000"}]' : null, atInlet, from, to])
  // 1791: one price; 1792: tiers for flats and one price for houses with a meter; 1793: tiers alone.
  await tariff('1791', 'COLD_WATER', ['VOLUME', '1000', '2025-01-01', '2026-11-10', null])
  await tariff('1791', 'COLD_WATER', ['VOLUME', '1300', '2026-11-11', null, null])
  await tariff('1791', 'HEAT', ['GCAL', '500000', '2025-01-01', null, null])
  for (const place of ['1792', '1793']) await tariff(place, 'ELECTRICITY', ['VOLUME_TIERED', null, '2025-01-01', null, null])
  await tariff('1792', 'ELECTRICITY', ['VOLUME', '700.5', '2025-01-01', null, 'true'])
}

export type Shape = { place?: string; service?: string; by?: CommonBy | null; used: readonly (string | null)[]; saw: string | null; areas?: string[]; organisationId?: string }

export async function makeShared(db: TestDatabase, { place = '1791', service = 'COLD_WATER', by = 'AREA', used, saw, areas = ['40', '60', '80'], organisationId }: Shape): Promise<TestHouse> {
  const house = await makeHouse(db, { country: 'UZ', flats: used.length, persons: 2, areas, territoryCode: `${place}001`, demonstration: false, ...(organisationId ? { organisationId } : {}) })
  await arrangeServices(db, house, [{ service, method: 'METER' }])
  await db.sql('update house_services set common_shared_by = $2 where building_id = $1', [house.buildingId, by])
  await seen(db, house, { service, used, saw, month: period })
  return house
}

export async function seen(db: TestDatabase, house: TestHouse, { service, used, saw, month }: { service: string; used: readonly (string | null)[]; saw: string | null; month: string }): Promise<void> {
  for (const [index, consumption] of used.entries()) {
    const { premisesId } = house.premises[index]!
    const meterId = await addMeter(db, house, { premisesId, service })
    if (consumption !== null) await addReading(db, house, { meterId, premisesId, period: month, consumption })
  }
  if (saw !== null) await addReading(db, house, { meterId: await addMeter(db, house, { premisesId: null, service }), premisesId: null, period: month, consumption: saw })
}

export async function bill(db: TestDatabase, house: TestHouse, month = period): Promise<MonthLines[]> {
  const { caller } = await asAccountant(db, house)
  const preview = await caller.billing.preview({ buildingId: house.buildingId, period: month })
  const done = await caller.billing.run({ buildingId: house.buildingId, period: month, acceptFindings: true, expectedHash: preview.billsHash })
  expect(done.findings).toEqual(preview.findings)
  return billsOf(db, house, month)
}

export async function billsOf(db: TestDatabase, house: TestHouse, month = period): Promise<MonthLines[]> {
  const rows = await db.sql<{ lines: BillLine[]; prices: PricePlan }>(`select b.lines::json as lines, r.prices from bills b join billing_runs r using (building_id, period) join premises p on p.building_id = b.building_id and p.premises_id = b.premises_id
    where b.building_id = $1 and b.period = $2 order by p.number::int`, [house.buildingId, month])
  for (const row of rows) expect(allExact(row.lines, row.prices)).toBe(true)
  return rows
}

export const common = (bills: readonly MonthLines[]) => bills.map(each => each.lines.filter(line => line.key.includes('.common')).map(line => [line.quantity, line.common?.all, line.net, line.extra === 1] as const))
