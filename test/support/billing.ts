import { seedIndexes } from '#prisma/seed/reference/indexes.ts'
import { seedLegalActs } from '#prisma/seed/reference/legal-acts.ts'
import { seedPenalties } from '#prisma/seed/reference/penalties.ts'
import { seedTariffs } from '#prisma/seed/reference/tariffs.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import type { Fund } from '#server/ledger/schema.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import type { TestHouse, TestPremises } from '#test/support/factories.ts'

/** Acts, indexes, tariffs, norms and seasons as every installation has them. */
export async function seedMoneyReference(): Promise<void> {
  for (const part of [seedLegalActs, seedIndexes, seedTariffs, seedPenalties]) await serviceTransaction('reference', part)
}

/** A database with all that, on the day when October is billed. */
export async function billingDatabase(): Promise<TestDatabase> {
  const db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-11-21T05:00:00Z')
  return db
}

type Service = { service: string; method: string; volumeOf?: string[]; seasonal?: boolean; from?: string; to?: string | null; kinds?: string[] }

export const almatyServices: readonly Service[] = [
  { service: 'COLD_WATER', method: 'METER' }, { service: 'HOT_WATER', method: 'METER' },
  { service: 'SEWERAGE', method: 'METER', volumeOf: ['COLD_WATER', 'HOT_WATER'] },
  { service: 'ELECTRICITY', method: 'METER' }, { service: 'HEAT', method: 'AREA', seasonal: true }, { service: 'WASTE', method: 'PERSON' },
]
export const tashkentServices: readonly Service[] = [
  { service: 'COLD_WATER', method: 'METER' }, { service: 'HOT_WATER', method: 'METER' },
  { service: 'SEWERAGE', method: 'METER', volumeOf: ['COLD_WATER', 'HOT_WATER'] },
  { service: 'ELECTRICITY', method: 'METER' }, { service: 'GAS', method: 'METER' }, { service: 'HEAT', method: 'AREA', seasonal: true }, { service: 'WASTE', method: 'PERSON' },
]

/** What a house is charged for: services, maintenance per m² and, in Kazakhstan, the savings contribution. */
export async function arrangeServices(db: TestDatabase, house: TestHouse, services?: readonly Service[]): Promise<void> {
  const rows = (services ?? (house.country === 'KZ' ? almatyServices : tashkentServices)).map(each =>
    ({ volumeOf: [], seasonal: false, from: '2025-01-01', to: null, kinds: ['APARTMENT'], ...each }))
  await db.sql(`insert into house_services (building_id, service, valid_from, valid_to, method, volume_of, premises_kinds, seasonal)
    select $1, x.service, x."from", x."to", x.method, x."volumeOf", x.kinds, x.seasonal from jsonb_to_recordset($2::jsonb)
      as x(service text, "from" date, "to" date, method text, "volumeOf" text[], kinds text[], seasonal boolean)`, [house.buildingId, JSON.stringify(rows)])
  await db.sql(`insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, basis, valid_from) values ($1, $2, 'CURRENT', 'APARTMENT', 80, 'test', '2025-01-01')`,
    [house.buildingId, newId()])
  if (house.country === 'KZ') {
    await db.sql(`insert into contribution_rates (building_id, rate_id, fund, premises_kind, index_code, index_multiple, basis, valid_from)
      values ($1, $2, 'SAVINGS', 'APARTMENT', 'MRP', 0.005, 'test', '2025-01-01')`, [house.buildingId, newId()])
  }
}

/** A meter in a flat; its id. */
export async function addMeter(db: TestDatabase, house: TestHouse, { premisesId, service }: { premisesId: string | null; service: string }): Promise<string> {
  const meterId = newId()
  const unit = service === 'ELECTRICITY' ? 'kWh' : service === 'HEAT' ? 'Gcal' : 'm3'
  await db.sql(`insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, installed_on) values ($1, $2, $3, $4, $5, $6, $7, '2024-01-01')`,
    [house.buildingId, meterId, premisesId, service, premisesId === null ? 'BUILDING' : 'UNIT', meterId.slice(-8), unit])
  return meterId
}

/** A counted reading of a month with that consumption. */
export async function addReading(db: TestDatabase, house: TestHouse, reading: { meterId: string; premisesId: string | null; period: string; consumption: string }): Promise<void> {
  await db.sql(`insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, source, submitted_at)
    values ($1, $2, ($5::text || '-25')::date, $3, $4, $5, array[100 + $6::numeric], $6::numeric, array[$6::numeric], 'ACCEPTED', 'RESIDENT', now())`,
    [house.buildingId, reading.meterId, newId(), reading.premisesId, reading.period, reading.consumption])
}

/** What a flat owes, as a run posts it on the 28th of its month. */
export async function chargeUnit(house: TestHouse, unit: TestPremises, { amount, fund = 'UTILITIES', period = '2026-10' }: { amount: bigint; fund?: Fund; period?: string }): Promise<void> {
  await serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: unit.accountId, premisesId: unit.premisesId, period, transactionId: newId(),
    kind: 'CHARGE', valueDate: `${period}-28`, sourceType: 'test', sourceId: 'test', lines: [{ fund, amount, contra: 'INCOME' }] }))
}
