import { describe, expect, it } from 'vitest'
import { withCorrections, type CorrectionFacts } from '#server/billing/corrections/plan.ts'
import { divide } from '#server/billing/heat/rules.ts'
import type { HousePlan } from '#server/billing/heat/plan.ts'
import { recount } from '#server/billing/reissue/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, PriceItem, PricePlan } from '#server/billing/schema.ts'
import { roundRational } from '#server/kernel/money.ts'

const item = (change: Partial<PriceItem>): PriceItem => ({
  key: 'COLD_WATER', service: 'COLD_WATER', fund: 'UTILITIES', of: 'VOLUME', volumeAt: [1], unit: 'm3', upTo: [], prices: ['100'], perPerson: false, kinds: ['APARTMENT'], stove: null, metered: null, days: 31, monthDays: 31,
  houseNet: null, houseQuantity: null, houseArea: null, vatBp: 0, vatMode: 'NONE', tariffId: null, actId: null, source: 'test', validFrom: '2026-01-01', demonstration: false, verified: true, index: null, ...change,
} as PriceItem)
const plan = (...items: PriceItem[]): PricePlan => ({ items, volumes: [{ service: 'COLD_WATER', norm: null }] })
const line = (change: Partial<BillLine> = {}): BillLine => ({ key: 'COLD_WATER', quantity: '10', net: '100000', vat: '0', ...change })

describe('a reading corrected after its bill', () => {
  const house: HousePlan = { plan: plan(), findings: [], accounts: [], left: [] }
  const facts = (prices: PricePlan, change: Partial<CorrectionFacts['bills'][number]>): CorrectionFacts => ({
    bills: [{ accountId: 'a', premisesId: 'p', unitKind: 'APARTMENT', unit: '7', open: true, period: '2026-10', volumes: { COLD_WATER: '4' }, lines: [line()], own: null, given: [], ...change }], prices: { '2026-10': prices }, shared: [],
  })
  const charged = (prices: PricePlan, change: Partial<CorrectionFacts['bills'][number]>) => withCorrections(house, facts(prices, change)).accounts.map(each => [each.recalculated.map(one => [one.line_key, one.net]), each.lines.map(one => one.net)])

  it('is settled once, and taken back whole where it is corrected back', () => {
    expect(charged(plan(item({})), {})).toEqual([[[['COLD_WATER', '40000']], ['40000']]])
    const given = [{ key: 'COLD_WATER', net: '40000', vat: '0' }]
    expect(charged(plan(item({})), { given })).toEqual([])
    expect(charged(plan(item({})), { given, volumes: { COLD_WATER: '0' } })).toEqual([[[['COLD_WATER', '-40000']], ['-40000']]])
  })

  it('what was settled for a line that a corrected bill has no more still counts', () => {
    expect(charged(plan(item({ key: 'COLD_WATER.metered' })), { lines: [line({ key: 'COLD_WATER.metered' })], given: [{ key: 'COLD_WATER', net: '40000', vat: '0' }] })).toEqual([])
  })

  it('of a service that its bill left out, the month is charged whole once, at each of its prices', () => {
    const prices = plan(item({ upTo: ['20'], days: 10 }), item({ key: 'COLD_WATER.2', upTo: ['20'], prices: ['131'], days: 21 }), item({ key: 'COLD_WATER.stove', stove: true }))
    const lacked = [{ service: 'COLD_WATER', stove: false, privileged: false, people: 2, volumes: { COLD_WATER: '100' } }]
    const change = { lines: [], lacked, volumes: { COLD_WATER: '-90' } }
    const given = [{ key: 'COLD_WATER', net: '32258', vat: '0' }, { key: 'COLD_WATER.2', net: '88742', vat: '0' }]
    expect(charged(prices, change)).toEqual([[given.map(each => [each.key, each.net]), ['121000']]])
    expect(charged(prices, { ...change, given })).toEqual([])
  })

  it('what was divided again for a flat that had no part before is none of its own water', () => {
    expect(charged(plan(item({})), { given: [{ key: 'COLD_WATER.common', net: '500', vat: '0' }] })).toEqual([[[['COLD_WATER', '40000']], ['40000']]])
  })

  it('what the house shared is divided again to the last unit: heat by contract too, and of who is gone on the closed account; nothing moves where nothing has changed', () => {
    const heat = item({ key: 'HEAT.common', service: 'HEAT', of: 'SHARE', unit: 'Gcal', prices: ['500000'], vatBp: 1200, days: 20, houseQuantity: '35', houseArea: '180', heat: { mode: 'COMMON', house: '100', apart: '5', flats: '60' } })
    const weights = ['40', '60', '80']
    const total = 1_166_666_667n // 35 × 500,000 × 100 × 20 / 30
    const divided = (change: Partial<CorrectionFacts['shared'][number]>): CorrectionFacts => ({ bills: [], prices: {}, shared: [{ period: '2026-10', item: heat, served: 30, house: '0', flats: '0', taken: null,
      shares: divide(total, weights.map(BigInt)).map(({ amount }, index) => ({ accountId: `a${index}`, premisesId: `p${index}`, open: index < 2, weight: weights[index]!, net: String(amount), vat: String(roundRational(amount * 1200n, 10_000n)) })), ...change }] })
    expect(withCorrections(house, divided({}))).toBe(house)
    // 5 Gcal less of the house, 3 more of the flats: 27 to share.
    const made = withCorrections(house, divided({ house: '-5', flats: '3' }))
    const rows = [...made.accounts, ...made.left].flatMap(each => each.recalculated)
    expect(rows.map(each => each.line_key)).toEqual(Array(3).fill('HEAT.common'))
    expect(rows.reduce((sum, each) => sum + BigInt(each.net), total)).toBe(900_000_000n)
    expect([made.accounts.map(each => each.accountId), made.left.map(each => each.accountId)]).toEqual([['a0', 'a1'], ['a2']])
    expect(made.accounts.every(each => allExact(each.lines, made.plan))).toBe(true)
    expect(made.accounts[0]?.lines[0]?.shares?.[0]).toMatchObject({ house: '95', flats: '68', weight: '40', all: '180' })
    // Flats above the house: all that was charged is given back.
    expect(withCorrections(house, divided({ house: '-40' })).accounts.map(each => each.lines[0]?.net)).toEqual(['-259259259', '-388888889'])
  })

  it('above the last published tier nothing is settled, and the flat is named', () => {
    const tiers = plan(item({ upTo: ['12'], prices: ['100'] }))
    expect(withCorrections(house, facts(tiers, { volumes: { COLD_WATER: '2' } })).findings).toEqual([])
    const made = withCorrections(house, facts(tiers, {}))
    expect([made.accounts, made.findings]).toEqual([[], [{ service: 'COLD_WATER', code: 'aboveTiers', day: '2026-10-01', kinds: ['APARTMENT'], premisesId: 'p', unitKind: 'APARTMENT', unit: '7' }]])
  })
})

describe('a bill by the facts of today', () => {
  const area = item({ key: 'HEAT', service: 'HEAT', of: 'AREA', volumeAt: [], days: 15 })
  const share = item({ key: 'HEAT.2', service: 'HEAT', of: 'SHARE', volumeAt: [], days: 16, houseNet: '500', houseQuantity: '5', houseArea: '50' })
  it('keeps every line of a service that has its own way in a part of the month', () => {
    const lines = [line({ key: 'HEAT', quantity: '60', net: '290323' }), line({ key: 'HEAT.2', quantity: '60', net: '600' })]
    const made = recount({ posted: { lines, prices: plan(area, share) }, fresh: { lines, prices: plan(area, share), findings: [] }, estimated: new Set() })
    expect([made?.lines, made?.services]).toEqual([lines, []])
  })

  it('keeps the line of the month beside one that settles months before', () => {
    const settled = item({ key: 'COLD_WATER.correction.0', of: 'RECALC', volumeAt: [], prices: [], heat: { mode: 'RECALC' } })
    const posted = { lines: [line(), line({ key: settled.key, quantity: '1', net: '40000' })], prices: plan(item({}), settled) }
    const made = recount({ posted, fresh: { lines: [line({ net: '120000' })], prices: plan(item({ prices: ['120'] })), findings: [] }, estimated: new Set() })
    expect(made?.lines.map(each => [each.key, each.net]).toSorted()).toEqual([['COLD_WATER', '120000'], ['COLD_WATER.correction.0', '40000']])
    expect(made?.services).toEqual(['COLD_WATER'])
  })
})
