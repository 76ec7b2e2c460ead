import { describe, expect, it } from 'vitest'
import { compareMonths, type AccountMonth } from '#server/billing/preview/rules.ts'
import { recompute } from '#server/billing/charges/rules.ts'
import type { PriceItem } from '#server/billing/schema.ts'
import { makeItem, planOf } from '#test/support/prices.ts'

const water = makeItem({ key: 'COLD_WATER', service: 'COLD_WATER', of: 'VOLUME', prices: ['100'], vatBp: 0, upTo: [], perPerson: false, days: 30, monthDays: 30 })
const heat = makeItem({ key: 'HEAT', service: 'HEAT', of: 'AREA', prices: ['200'], vatBp: 0, upTo: [], perPerson: false, days: 30, monthDays: 30 })
function month(accountId: string, used: readonly (readonly [PriceItem, string])[]): AccountMonth {
  const lines = used.map(([item, quantity]) => ({ key: item.key, quantity, net: String(recompute(item, { quantity, people: 1, extra: false }).net), vat: '0' }))
  return { accountId, lines: { lines, prices: planOf(used.map(([item]) => item)) } }
}
const accounts = ['a', 'b', 'c', 'd', 'e']
const usual = (item: PriceItem, quantity: string) => accounts.map(id => month(id, [[item, quantity]]))

describe('a month beside the one before', () => {
  it('names who moved three times otherwise than the house, most first, with what moved it', () => {
    const now = [...usual(water, '11').slice(0, 3), month('d', [[water, '80']]), month('e', [[water, '2']])]
    expect(compareMonths(usual(water, '10'), now, 50_000n)).toEqual({ total: 500_000n, services: new Map([['COLD_WATER', 500_000n]]), outliers: [
      { accountId: 'd', service: 'COLD_WATER', before: 100_000n, now: 800_000n, cause: 'volume' }, { accountId: 'e', service: 'COLD_WATER', before: 100_000n, now: 20_000n, cause: 'volume' }] })
  })
  it('names nobody where all moved: the first month of heating, a price four times dearer', () => {
    const heated = accounts.map(id => month(id, [[water, '10'], [heat, '60']]))
    expect(compareMonths(usual(water, '10'), heated, 1n).outliers).toEqual([])
    expect(compareMonths(usual(water, '10'), usual({ ...water, prices: ['400'] }, '10'), 1n).outliers).toEqual([])
  })
  it('names who was left out when the others were charged, and no move below the least', () => {
    const cold = [...accounts.slice(1).map(id => month(id, [[water, '10'], [heat, '60']])), month('a', [[water, '10']])]
    const heated = accounts.map(id => month(id, [[water, '10'], [heat, '60']]))
    expect(compareMonths(heated, cold, 100_000n).outliers).toMatchObject([{ accountId: 'a', service: 'HEAT', now: 0n }])
    expect(compareMonths(usual(water, '0.1'), [...usual(water, '0.1').slice(1), month('a', [[water, '1']])], 50_000n).outliers).toEqual([])
  })
  it('compares whoever was there in both months only', () => {
    expect(compareMonths(usual(water, '10').slice(0, 4), [...usual(water, '10').slice(0, 4), month('e', [[water, '900']])], 1n).outliers).toEqual([])
  })
})
