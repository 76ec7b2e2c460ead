import { describe, expect, it } from 'vitest'
import { dueWords } from '#app/_parts/billing/due-words.ts'
import { texts } from '#server/infra/texts.ts'
import { owedOf } from '#server/ledger/rules.ts'
import { duesOf, lateOf, type BillDue } from '#server/payments/dues/rules.ts'

const today = '2026-11-21'
const fund = 'PROGRAMME:0190f0f0-0000-7000-8000-000000000000'
const invoice = (number: string, dueOn: string, change: Record<string, unknown> = {}) => ({ invoiceId: number, number, fund, amount: 30_000n, dueOn, state: 'OPEN', ...change })
const payable = (invoices: ReturnType<typeof invoice>[], items: { invoiceId: string | null; amount: bigint }[] = []) => ({ invoices, inFlight: { items } })
const numbers = (dues: ReturnType<typeof duesOf>) => dues.instalments.map(({ number }) => number)

describe('what is to be paid of an account', () => {
  it('is its balance where there are no instalments', () => {
    expect(duesOf({ balance: 1_000n, programmes: 0n }, undefined, today)).toEqual({ bill: 1_000n, moving: 0n, disputed: 0n, instalments: [] })
    expect(duesOf({ balance: -1_000n, programmes: 0n }, undefined, today).bill).toBe(-1_000n)
  })

  it('tells what of it is disputed, and never more than is to be paid', () => {
    const said = (balance: bigint, disputed: bigint) => duesOf({ balance, programmes: 0n }, { ...payable([]), disputed }, today).disputed
    expect([said(1_000n, 300n), said(200n, 300n), said(-1n, 300n)]).toEqual([300n, 200n, 0n])
  })

  it('takes an instalment of this month out of the sum and names it by itself', () => {
    const dues = duesOf({ balance: 130_000n, programmes: 30_000n }, payable([invoice('1', '2026-11-25'), invoice('2', '2026-12-25')]), today)
    expect([dues.bill, numbers(dues)]).toEqual([100_000n, ['1']])
  })

  it('speaks of the next one a fortnight before', () => {
    const dues = duesOf({ balance: 100_000n, programmes: 0n }, payable([invoice('2', '2026-12-05'), invoice('3', '2027-01-05')]), today)
    expect([dues.bill, numbers(dues)]).toEqual([100_000n, ['2']])
  })

  it('never counts money on its way', () => {
    const paid = duesOf({ balance: 130_000n, programmes: 30_000n }, payable([invoice('1', '2026-11-25')], [{ invoiceId: '1', amount: 30_000n }, { invoiceId: null, amount: 40_000n }]), today)
    expect(paid).toMatchObject({ bill: 60_000n, moving: 70_000n, instalments: [] })
    const early = duesOf({ balance: 100_000n, programmes: 0n }, payable([invoice('2', '2026-12-05')], [{ invoiceId: '2', amount: 30_000n }]), today)
    expect(early).toMatchObject({ bill: 100_000n, moving: 30_000n, instalments: [] })
    expect(duesOf({ balance: 100n, programmes: 0n }, payable([], [{ invoiceId: null, amount: 500n }]), today).bill).toBe(0n)
  })

  it('counts an advance of the house and no money of a programme: one paid early hides no other debt', () => {
    const early = owedOf([{ fund: 'UTILITIES', amount: 20_000n }, { fund, amount: -10_000n }])
    expect(duesOf(early, payable([invoice('2', '2026-12-25', { state: 'PAID' })]), today).bill).toBe(20_000n)
    const other = owedOf([{ fund, amount: 30_000n }, { fund: 'PROGRAMME:0190f0f0-0000-7000-8000-000000000001', amount: -50_000n }, { fund: 'CURRENT', amount: -5_000n }, { fund: 'UTILITIES', amount: 20_000n }])
    const dues = duesOf(other, payable([invoice('1', '2026-11-25')]), today)
    expect([dues.bill, numbers(dues)]).toEqual([15_000n, ['1']])
  })

  it('leaves out what was paid by the account\'s own number, withdrawn or paid', () => {
    const dues = duesOf({ balance: 100_000n, programmes: 0n }, payable([invoice('1', '2026-11-25'), invoice('2', '2026-11-05', { state: 'PAID' }), invoice('3', '2026-11-28', { fund: 'TARGETED' })]), today)
    expect([dues.bill, numbers(dues)]).toEqual([100_000n, []])
  })
})

describe('what of it is late', () => {
  const bills = [{ total: 60_000n, dueOn: '2026-10-15' }, { total: 80_000n, dueOn: '2026-11-15' }, { total: 90_000n, dueOn: '2026-12-15' }]

  it('is what is owed beyond the bills whose day has not come, since the day of the oldest unpaid one', () => {
    expect(lateOf(170_000n, bills, today)).toEqual({ amount: 80_000n, since: '2026-11-15' })
    expect(lateOf(171_000n, bills, today)).toEqual({ amount: 81_000n, since: '2026-10-15' })
    expect(lateOf(300_000n, bills, today)).toEqual({ amount: 210_000n, since: '2026-10-15' })
  })

  it('is nothing while the new bill alone is unpaid, in part or whole, and on its last day', () => {
    for (const bill of [-5n, 0n, 40_000n, 90_000n]) expect(lateOf(bill, bills, today)).toEqual({ amount: 0n, since: null })
    expect(lateOf(170_000n, bills, '2026-11-15')).toEqual({ amount: 0n, since: null })
    expect(lateOf(170_000n, bills, '2026-11-16').amount).toBe(80_000n)
  })
})

describe('the words of what is to be paid', () => {
  const next = { total: 80_000n, dueOn: '2026-12-15' }
  const said = (bill: bigint, months: readonly BillDue[], day = today) =>
    dueWords({ bill, months, today: day, currency: 'KZT', locale: 'ru', t: texts('ru') }).replaceAll('\u00A0', ' ')

  it('tell a debt that no bill asked for as late, without a day', () => {
    expect(lateOf(130_000n, [next], today)).toEqual({ amount: 50_000n, since: null })
    expect(said(130_000n, [next])).toBe('По 500 ₸ срок уже вышел, остальное оплатите до 15 декабря')
    expect(said(50_000n, [{ total: 0n, dueOn: '2026-12-15' }])).toBe('Срок оплаты уже вышел')
    expect(said(80_000n, [next])).toBe('Оплатите до 15 декабря')
  })

  it('tell a day of another year with its year', () => {
    const months = [{ total: 50_000n, dueOn: '2025-12-15' }, { total: 80_000n, dueOn: '2026-01-15' }]
    expect(said(130_000n, months, '2026-01-10')).toBe('По 500 ₸ срок был 15 декабря 2025 г., остальное оплатите до 15 января')
    expect(said(130_000n, months, '2026-01-20')).toBe('Срок был 15 декабря 2025 г.')
    expect(said(80_000n, [next, { total: 80_000n, dueOn: '2027-01-15' }], '2026-12-20')).toBe('Оплатите до 15 января 2027 г.')
  })
})
