import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { isBeyondTiers } from '#server/billing/charges/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import { previewRows } from '#server/billing/runs/queries.ts'
import type { BillLine, Charge, PriceItem, PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { addMeter, addReading } from '#test/support/billing.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeItem } from '#test/support/prices.ts'

const period = '2026-10'
const services: readonly Charge[] = ['COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS']
const volumes = ['COLD_WATER', 'ELECTRICITY', 'HOT_WATER']
let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 24, areas: ['60.00', '45.37', '54.60', '38.09', '101.50'] })
  for (const [index, unit] of house.premises.entries()) {
    await db.sql('update registered_persons set persons = $1 where premises_id = $2', [index % 7, unit.premisesId])
    await db.sql('update premises set electric_stove = $1 where premises_id = $2', [index % 3 === 0, unit.premisesId])
    for (const [place, service] of ['COLD_WATER', 'ELECTRICITY'].entries()) {
      if (index % 8 === 7) continue
      const meterId = await addMeter(db, house, { premisesId: unit.premisesId, service })
      if (index % 6 !== 5) await addReading(db, house, { meterId, premisesId: unit.premisesId, period, consumption: `${(index * 37 + place * 91) % 320}.${String((index * 7919) % 1000).padStart(3, '0')}` })
      if (index % 2 === 0) await addReading(db, house, { meterId, premisesId: unit.premisesId, period: '2026-09', consumption: `${index}.5` })
    }
  }
})

const money = fc.integer({ min: 1, max: 99_999_999 }).map(value => `${Math.floor(value / 10_000)}.${String(value % 10_000).padStart(4, '0')}`)
const lastDay = 31
const onDay = (day: number) => `${period}-${String(day).padStart(2, '0')}`
/** So many days at the end of the month; as a contribution, a price of a part of the month, and a service with a gap say them. */
function spansOf(days: number, place: string): Partial<PriceItem> {
  const rest = { from: onDay(lastDay + 1 - days), to: onDay(lastDay) }
  if (place === 'span') return { span: rest }
  if (place === 'price') return rest
  return { spans: days > 1 && days < lastDay ? [{ from: onDay(1), to: onDay(1) }, { ...rest, from: onDay(lastDay + 2 - days) }] : [rest] }
}
const item = (index: number): fc.Arbitrary<PriceItem> => fc.record({
  of: fc.constantFrom('VOLUME', 'VOLUME', 'AREA', 'PERSONS', 'ONE', 'SHARE'), prices: fc.array(money, { minLength: 1, maxLength: 5 }),
  limits: fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 5, maxLength: 5 }), perPerson: fc.boolean(), bounded: fc.boolean(),
  stove: fc.constantFrom(null, null, true, false), metered: fc.constantFrom(null, null, null, true, false), days: fc.integer({ min: 1, max: 31 }), place: fc.constantFrom('span', 'price', 'spans'),
  vatBp: fc.constantFrom(0, 1200, 1600, 1550), two: fc.boolean(), houseNet: fc.bigInt(0n, 10n ** 12n),
}).map(draft => {
  const tiered = draft.of === 'VOLUME'
  const prices = tiered ? draft.prices : draft.prices.slice(0, 1)
  const limits = draft.limits.toSorted((a, b) => a - b).map(String)
  return makeItem({
    key: `ITEM.${index}`, service: services[index] ?? 'WASTE', of: draft.of, prices, upTo: limits.slice(0, tiered && draft.bounded ? prices.length : prices.length - 1), perPerson: tiered && draft.perPerson,
    volumeAt: tiered && draft.two ? [1, 3] : [1 + index % 2], stove: draft.stove, metered: draft.metered, days: draft.days, vatBp: draft.vatBp,
    fund: (['UTILITIES', 'CURRENT', 'SAVINGS'] as const)[index % 3] ?? 'UTILITIES',
    ...(draft.of === 'AREA' || draft.of === 'PERSONS' || draft.of === 'ONE' ? spansOf(draft.days, draft.place) : {}),
    ...(draft.of === 'SHARE' ? { houseNet: String(draft.houseNet), houseArea: '0', houseQuantity: '1', days: 31 } : {}),
  })
})
const plan: fc.Arbitrary<PricePlan> = fc.tuple(...Array.from({ length: 6 }, (_, index) => item(index)))
  .map(items => ({ items, volumes: volumes.map((service, index) => ({ service, norm: ['3.5', '80', '2.25'][index] ?? null })) }))

/** The area that shares a house's amount: the flats that the item's conditions let in. */
function withAreas(random: PricePlan): PricePlan {
  return { ...random, items: random.items.map(each => (each.of === 'SHARE' ? { ...each, stove: null, metered: null, houseArea: total } : each)) }
}
let total = '0'

describe('the set-based engine', () => {
  it('gives for random prices what recompute() gives, line by line', async () => {
    const [sum] = await db.sql<{ area: string }>('select sum(area_m2)::text as area from premises where building_id = $1', [house.buildingId])
    total = sum?.area ?? '0'
    await fc.assert(fc.asyncProperty(plan, async random => {
      const prices = withAreas(random)
      const rows = await serviceTransaction('billing', ctx => previewRows(ctx, { buildingId: house.buildingId, period, prices: JSON.stringify(prices), dueOn: '2026-11-25', currency: 'KZT' }))
      const isBeyond = (line: BillLine) => prices.items.some(each => each.key === line.key && isBeyondTiers(each, { quantity: line.quantity, people: line.people ?? 1, extra: false }))
      for (const row of rows) {
        const lines = JSON.parse(row.lines) as BillLine[]
        // Above the last published tier there is no price: the flat goes without the service and is named, nobody sees an amount.
        expect(lines.filter(isBeyond)).toEqual([])
        expect(lines.filter(line => !allExact([line], prices))).toEqual([])
        const lost = (row.gaps ?? []).filter(each => each.premisesId === row.premisesId).map(each => each.service)
        expect(lost).toHaveLength(row.gaps?.length ?? 0)
        expect(lines.filter(line => lost.some(service => prices.items.some(each => each.key === line.key && each.service === service)))).toEqual([])
        expect(row.utilities + row.current + row.savings).toBe(lines.reduce((sum, line) => sum + BigInt(line.net) + BigInt(line.vat), 0n))
        expect(row.vat).toBe(lines.reduce((sum, line) => sum + BigInt(line.vat), 0n))
      }
      for (const each of prices.items.filter(one => one.of === 'SHARE')) {
        const parts = rows.flatMap(row => (JSON.parse(row.lines) as BillLine[]).filter(line => line.key === each.key).map(line => BigInt(line.net)))
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(BigInt(each.houseNet ?? '0'))
      }
    }), { numRuns: 40 })
  })

  it('does so too for accounts and areas of a part of the month', async () => {
    for (const [index, unit] of house.premises.entries()) {
      if (index % 4 === 1) await db.sql(`update accounts set opened_on = ('${period}-01'::date + $1::int) where account_id = $2`, [index, unit.accountId])
      if (index % 4 === 2) await db.sql(`update accounts set closed_on = ('${period}-01'::date + $1::int) where account_id = $2`, [index, unit.accountId])
      if (index % 3 === 0) await db.sql(`insert into premises_areas (building_id, premises_id, valid_from, previous_m2, area_m2, ground) values ($1, $2, '${period}-01'::date + $3::int, 33.33, 44.1, 'test'),
        ($1, $2, '${period}-20', 44.1, (select area_m2 from premises where premises_id = $2), 'test')`, [house.buildingId, unit.premisesId, index % 18])
      if (index % 5 === 0) await db.sql(`insert into registered_persons (building_id, premises_id, valid_from, persons) values ($1, $2, '${period}-09', $3), ($1, $2, '${period}-25', $3), ($1, $2, '${period}-28', 0)`, [house.buildingId, unit.premisesId, index % 4])
    }
    await fc.assert(fc.asyncProperty(plan, async random => {
      const prices = { ...random, items: random.items.filter(each => each.of !== 'SHARE') }
      const rows = await serviceTransaction('billing', ctx => previewRows(ctx, { buildingId: house.buildingId, period, prices: JSON.stringify(prices), dueOn: '2026-11-25', currency: 'KZT' }))
      for (const row of rows) {
        const lines = JSON.parse(row.lines) as BillLine[]
        expect(lines.filter(line => !allExact([line], prices))).toEqual([])
        for (const { parts, key } of lines) expect((parts ?? []).reduce((sum, [, days]) => sum + days, 0)).toBeLessThanOrEqual(prices.items.find(each => each.key === key)?.days ?? 0)
        expect(row.utilities + row.current + row.savings).toBe(lines.reduce((sum, line) => sum + BigInt(line.net) + BigInt(line.vat), 0n))
      }
    }), { numRuns: 25 })
  })
})
