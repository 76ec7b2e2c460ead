import { describe, expect, it } from 'vitest'
import { allExact, billNumber, dueDate, vatRows } from '#server/billing/rules.ts'
import { flatPrice, makeItem, makeLine, planOf } from '#test/support/prices.ts'

describe('due dates', () => {
  it.each([['2026-10', 25, '2026-11-25'], ['2025-12', 15, '2026-01-15'], ['2026-01', 31, '2026-02-28']])('%s on day %i', (period, day, date) => {
    expect(dueDate(period, day)).toBe(date)
  })
})

it('a bill has the number of its account and month', () => {
  expect(billNumber('5000000017', '2026-10')).toBe('5000000017-202610')
})

describe('what is printed', () => {
  it('is exact or it is not', () => {
    const plan = planOf([makeItem()])
    expect(allExact([makeLine('11', { people: 2, net: '113111', vat: '18098' })], plan)).toBe(true)
    expect(allExact([makeLine('11', { people: 2, net: '113112', vat: '18098' })], plan)).toBe(false)
    expect(allExact([makeLine('11', { people: 2, net: '113111', vat: '18097' })], plan)).toBe(false)
  })
  it('has a row of VAT for each rate', () => {
    const line = (vat: string, net: string) => makeLine('1', { net, vat })
    expect(vatRows([
      { item: makeItem({ vatBp: 1600 }), line: line('16', '100') }, { item: makeItem({ vatBp: 1200 }), line: line('12', '100') },
      { item: makeItem({ vatBp: 1600 }), line: line('32', '200') }, { item: flatPrice(['1'], { vatBp: 0 }), line: line('0', '500') },
    ])).toEqual([{ vatBp: 1600, net: 300n, vat: 48n }, { vatBp: 1200, net: 100n, vat: 12n }])
  })
})
