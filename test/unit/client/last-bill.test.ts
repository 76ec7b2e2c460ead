import { beforeEach, expect, test, vi } from 'vitest'

const shelf = vi.hoisted(() => new Map<string, unknown>())
const later = () => new Promise(resolve => setTimeout(resolve, 1))
vi.mock('#app/_client/shelf.ts', () => ({
  putOnShelf: async (name: string, value: unknown) => {
    await later()
    shelf.set(name, value)
  },
  takeFromShelf: async (name: string) => {
    await later()
    return shelf.has(name) ? { value: shelf.get(name), at: new Date(0) } : null
  },
}))
const { recallBills, rememberBill } = await import('#app/_client/last-bill.ts')

const bill = (addressLabel: string, amount = 1n) => ({ addressLabel, period: '2026-10' as const, amount, currency: 'KZT' as const, dueDate: '2026-11-25' as const })

beforeEach(() => shelf.clear())

test('a screen with several homes remembers the bill of each, the newest word for an address', async () => {
  await Promise.all([rememberBill(bill('flat 25')), rememberBill(bill('parking 6')), rememberBill(bill('flat 25', 2n))])
  expect((await recallBills())?.bills.map(each => `${each.addressLabel} ${each.amount}`)).toEqual(['flat 25 2', 'parking 6 1'])
})
