// What a figure of law may be at all: a slip of the hand is caught before a second person reads it.
import { compareDecimal, parseDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { indexCountries, type IndexCode } from './schema.ts'

const limits: Record<IndexCode, { least: string; most: string; places: number }> = {
  MRP: { least: '1000', most: '100000', places: 0 }, VAT: { least: '0', most: '30', places: 2 }, REFINANCING_RATE: { least: '0.01', most: '100', places: 2 }, BILL_DUE_DAY: { least: '1', most: '28', places: 0 },
  SAVINGS_MIN_MRP: { least: '0.0001', most: '1', places: 4 }, OTHER_UNITS_MAX_TIMES: { least: '1', most: '10', places: 2 },
  'PREPAID_MONTHS.ELECTRICITY': { least: '1', most: '12', places: 0 }, 'PREPAID_MONTHS.GAS': { least: '1', most: '12', places: 0 },
  REPAIR_OWNERS_PERCENT: { least: '0.001', most: '100', places: 3 }, REPAIR_START_PERCENT: { least: '0', most: '100', places: 3 },
}

/** The figure in canonical form; null: none, or out of what it can be. */
export function readIndex(code: IndexCode, text: string): Decimal | null {
  const { least, most, places } = limits[code]
  const value = parseDecimal(text)
  return value === null || compareDecimal(value, least) < 0 || compareDecimal(value, most) > 0 || (value.split('.')[1] ?? '').length > places ? null : value
}

export function isIndexOf(country: 'UZ' | 'KZ', code: IndexCode): boolean {
  return (indexCountries[code] as readonly string[]).includes(country)
}
