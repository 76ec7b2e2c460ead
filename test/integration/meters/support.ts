import { newId } from '#server/kernel/ids.ts'
import type { TestDatabase } from '#test/support/database.ts'
import type { TestHouse, TestPremises } from '#test/support/factories.ts'

export type TestMeter = { buildingId: string; meterId: string; premisesId: string | null }
type Options = { service?: string; registers?: number; start?: string[]; startOn?: string; verifiedUntil?: string | null; digits?: number; serial?: string; kind?: 'UNIT' | 'BUILDING' }

let serials = 0

/** A cold-water meter of a flat with one counted reading: 471 on 25 October 2026. */
export async function makeMeter(db: TestDatabase, house: TestHouse, unit: TestPremises | null, options: Options = {}): Promise<TestMeter> {
  const meterId = newId()
  const start = options.start ?? ['471']
  const startOn = options.startOn ?? '2026-10-25'
  serials += 1
  await db.sql(`insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, registers, digits, decimals, installed_on, verified_until)
    values ($1, $2, $3, $4, $5, $6, 'm3', $7, $8, 3, '2024-01-10', $9)`,
    [house.buildingId, meterId, unit?.premisesId ?? null, options.service ?? 'COLD_WATER', unit ? 'UNIT' : 'BUILDING', options.serial ?? `S${serials}`, start.length, options.digits ?? 5,
      options.verifiedUntil === undefined ? '2030-01-10' : options.verifiedUntil])
  await db.sql(`insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, source, submitted_at, received_at)
    values ($1, $2, $3::date, $4, $5, to_char($3::date, 'YYYY-MM'), $6::numeric[], 0, array_fill(0::numeric, array[$7::int]), 'ACCEPTED', 'SYSTEM', $3::date, $3::date)`,
    [house.buildingId, meterId, startOn, newId(), unit?.premisesId ?? null, start, start.length])
  return { buildingId: house.buildingId, meterId, premisesId: unit?.premisesId ?? null }
}

export function readingOf(meter: TestMeter, value: string | string[], change: Record<string, unknown> = {}) {
  return {
    readingId: newId(), buildingId: meter.buildingId, meterId: meter.meterId, values: typeof value === 'string' ? [value] : value,
    takenOn: '2026-11-24', submittedAt: '2026-11-24T10:00:00.000Z', ...change,
  }
}

/** The domain code of a refusal, or what came back when there was none. */
export async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return await attempt
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause
    return cause?.code ?? error
  }
}
