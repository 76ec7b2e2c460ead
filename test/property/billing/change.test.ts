import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amountOf, explainChange, pricedLines, sumCauses } from '#server/billing/changes/rules.ts'
import { recompute, recomputeLine } from '#server/billing/charges/rules.ts'
import { causes, type BillLine, type CommonBy, type PriceItem } from '#server/billing/schema.ts'
import { priceOf } from '#server/kernel/quantity.ts'
import { makeItem, planOf } from '#test/support/prices.ts'

const decimal = (most: number, places: number) => fc.integer({ min: 0, max: most * 10 ** places })
  .map(value => (places === 0 ? String(value) : `${Math.floor(value / 10 ** places)}.${String(value % 10 ** places).padStart(places, '0')}`.replace(/\.?0+$/, '')))
const price = decimal(2000, 4).map(text => (text === '0' ? '0.01' : text))

const itemOf = (of: PriceItem['of']): fc.Arbitrary<PriceItem> => fc.record({
  tiers: fc.integer({ min: 1, max: of === 'VOLUME' ? 4 : 1 }), prices: fc.array(price, { minLength: 4, maxLength: 4 }), perPerson: fc.boolean(),
  monthDays: fc.integer({ min: 28, max: 31 }), served: fc.integer({ min: 1, max: 31 }), vatBp: fc.constantFrom(0, 1200, 1600),
  houseQuantity: decimal(200, 3),
}).map(({ tiers, prices, perPerson, monthDays, served, vatBp, houseQuantity }) => makeItem({
  of, prices: prices.slice(0, tiers), upTo: ['3', '5', '10'].slice(0, tiers - 1), perPerson: of === 'VOLUME' && perPerson, monthDays, days: of === 'SHARE' ? monthDays : Math.min(served, monthDays), vatBp,
  ...(of === 'SHARE' ? { houseNet: String(priceOf(houseQuantity, prices[0] ?? '0')), houseQuantity, houseArea: '2103.30' } : {}),
}))

const partsFor = (item: PriceItem) => fc.option(fc.array(fc.tuple(decimal(300, 2), fc.integer({ min: 1, max: Math.max(1, Math.floor(item.days / 3)) })), { minLength: 1, maxLength: 3 }), { nil: undefined })
const lineFor = (item: PriceItem): fc.Arbitrary<BillLine> => fc.record({
  quantity: item.of === 'PERSONS' ? fc.integer({ min: 0, max: 9 }).map(String) : decimal(300, item.of === 'VOLUME' ? 3 : 2),
  people: fc.integer({ min: 1, max: 9 }), before: fc.option(decimal(5, 3), { nil: undefined }), extra: fc.boolean(), parts: item.of === 'AREA' ? partsFor(item) : fc.constant(undefined),
}).map(({ quantity, people, before, extra, parts }) => {
  const inputs = { quantity, people: item.perPerson ? people : 1, extra: item.of === 'SHARE' && extra, parts }
  const { net, vat } = recompute(item, inputs)
  return {
    key: item.key, quantity, net: String(net), vat: String(vat), ...(item.perPerson ? { people } : {}),
    ...(parts === undefined ? {} : { parts }),
    ...(item.of === 'VOLUME' && before !== undefined && before !== '0' ? { before } : {}), ...(inputs.extra ? { extra: 1 as const } : {}),
  }
})

const kinds = ['VOLUME', 'AREA', 'PERSONS', 'SHARE', 'ONE'] as const
const month = fc.constantFrom(...kinds).chain(of => itemOf(of)).chain(item => lineFor(item).map(line => ({ lines: [line], prices: planOf([item]) })))
/** A flat's own volume, or none, beside its part of what is common. */
const shared = fc.record({ own: fc.option(itemOf('VOLUME').chain(item => lineFor(item).map(line => ({ item, line }))), { nil: null }), base: itemOf('VOLUME'), by: fc.constantFrom<CommonBy>('AREA', 'PERSONS', 'EQUAL'), house: decimal(200, 3), flats: decimal(200, 3), weights: fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 999 })), extra: fc.boolean() })
  .map(({ own, base, by, house, flats, weights: [weight, others], extra }) => {
    const item = { ...base, key: 'COLD_WATER.common', of: 'SHARE' as const, by, upTo: [], prices: base.prices.slice(0, 1), perPerson: false, houseQuantity: house }
    const inputs = { quantity: String(weight), common: { flats, all: String(weight + others) } }
    const { net, vat } = recompute(item, { ...inputs, people: 1, extra })
    const line: BillLine = { key: item.key, ...inputs, ...(extra ? { extra: 1 } : {}), net: String(net), vat: String(vat) }
    return { lines: [...(own ? [own.line] : []), line], prices: planOf([...(own ? [own.item] : []), item]) }
  })
const empty = { lines: [], prices: planOf([]) }

test('causes sum to the change exactly, whatever changed', () => {
  fc.assert(fc.property(fc.oneof(month, shared), fc.oneof(month, shared), (before, after) => {
    for (const [old, now] of [[before, after], [empty, after], [before, empty]] as const) {
      const changes = explainChange(old, now)
      const total = amountOf(pricedLines(now)) - amountOf(pricedLines(old))
      const sum = sumCauses(changes)
      expect(causes.reduce((all, cause) => all + sum[cause], 0n)).toBe(total)
      expect(changes.reduce((all, each) => all + each.change, 0n)).toBe(total)
    }
  }), { numRuns: 2000 })
})

test('only the cause that moved is named', () => {
  fc.assert(fc.property(itemOf('VOLUME').chain(item => fc.tuple(fc.constant(item), lineFor(item), lineFor(item))), ([item, first, second]) => {
    const { before: _before, ...old } = first
    const now = { ...old, quantity: second.quantity }
    const amount = recomputeLine(item, now)
    const [change] = explainChange({ lines: [old], prices: planOf([item]) }, { lines: [{ ...now, net: String(amount.net), vat: String(amount.vat) }], prices: planOf([item]) })
    expect(change?.causes).toMatchObject({ tariff: 0n, people: 0n, days: 0n, correction: 0n })
  }), { numRuns: 1000 })
  fc.assert(fc.property(itemOf('VOLUME').chain(item => fc.tuple(fc.constant(item), lineFor(item), price)), ([item, line, other]) => {
    const { before: _before, ...same } = line
    const dearer = { ...item, prices: item.prices.map(() => other) }
    const [change] = explainChange({ lines: [same], prices: planOf([item]) }, { lines: [same], prices: planOf([dearer]) })
    expect(change?.causes).toMatchObject({ volume: 0n, people: 0n, days: 0n, correction: 0n })
  }), { numRuns: 1000 })
})

test('a bill that did not change has no causes', () => {
  fc.assert(fc.property(fc.oneof(month, shared), same => {
    const changes = explainChange(same, same)
    expect(changes.map(each => each.change)).toEqual([0n])
    const { correction, ...rest } = sumCauses(changes)
    expect(correction).toBe(0n)
    expect(Object.values(rest).every(each => each === 0n)).toBe(true)
  }), { numRuns: 1000 })
})
