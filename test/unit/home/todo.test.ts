import { describe, expect, it } from 'vitest'
import type { Account, HomeFacts, Meeting, Meter, MyRequest, Payable } from '#app/[locale]/(resident)/home/facts.ts'
import { askedReadings, todosOf } from '#app/[locale]/(resident)/home/todo.ts'

const words = { t: (key: string, params?: Record<string, unknown>) => params ? `${key} ${JSON.stringify(params)}` : key, locale: 'ru' as const }
const today = '2026-11-21'
const home = { buildingId: 'b', premisesId: 'p', role: 'OWNER', level: 2 }
const facts = (change: Partial<HomeFacts> = {}): HomeFacts => ({
  me: { today, homes: [home], roles: [], pendingDevices: [] } as unknown as HomeFacts['me'], accounts: [], meters: [], meetings: [], requests: [], payables: [], unread: 0, asking: { homes: [], categories: [] }, ...change,
})
const account = (balance: bigint, dueOn = '2026-11-25') => ({
  accountId: 'a', accountNumber: '5000000123', balance, programmes: 0n, currency: 'KZT', house: { buildingId: 'b', unitKind: 'APARTMENT', unitNumber: '45' }, lastBill: { period: '2026-10', dueOn, total: balance }, months: [{ period: '2026-10', total: balance, dueOn }],
}) as unknown as Account
const meter = (lastPeriod: string | null, window = { fromDay: 20, toDay: 30, graceDays: 3 }) => ({ window, last: lastPeriod === null ? null : { period: lastPeriod }, waiting: null }) as unknown as Meter
const vote = (change: Partial<Meeting> = {}) => ({ meetingId: 'm', state: 'OPEN', title: { uz: '', kk: '', ru: 'Крыша' }, questions: 3, ownSeats: 1, votedSeats: 0, closesAt: new Date('2026-11-30T13:00:00Z'), ...change }) as Meeting
const request = (state: string, mine = true) => ({ requestId: 'r', number: 7, mine, state, category: 'ROOF', silenceEndsOn: '2026-11-24' }) as unknown as MyRequest
const keys = (given: HomeFacts) => todosOf(given, words).map(todo => [todo.key, todo.date])

describe('what needs me now', () => {
  it('is nothing when nothing is due', () => {
    expect(todosOf(facts({ accounts: [account(0n), account(-500n)], meters: [meter('2026-11')], meetings: [vote({ votedSeats: 1 })], requests: [request('IN_WORK'), request('CLOSED')] }), words)).toEqual([])
  })

  it('puts the nearest date first, and what waits for no date before it', () => {
    const me = { ...facts().me, pendingDevices: [{ device: 'd', name: 'Chrome', since: new Date('2026-11-21T08:00:00Z') }] } as unknown as HomeFacts['me']
    expect(keys(facts({ me, accounts: [account(1_842_000n)], meters: [meter('2026-10')], meetings: [vote()], requests: [request('DONE_BY_EXECUTOR')] })))
      .toEqual([['d', null], ['r', '2026-11-24'], ['a', '2026-11-25'], ['readings', '2026-11-30'], ['m', '2026-11-30']])
  })

  it('shows the sum and names the act by it', () => {
    const [bill] = todosOf(facts({ accounts: [account(1_842_000n)] }), words)
    expect(bill).toMatchObject({ sum: { amount: 1_842_000n, currency: 'KZT' }, act: { href: '/ru/pay/5000000123' }, also: { href: '/ru/bills/5000000123/2026-10' } })
    expect(bill?.act.word).toContain('18\u00A0420')
  })

  it('places a sum by the oldest unpaid day in it, and says what of it is late and until when the rest waits', () => {
    const months = [{ period: '2026-10', total: 800_000n, dueOn: '2026-11-15' }, { period: '2026-11', total: 1_042_000n, dueOn: '2026-12-15' }]
    const owing = { ...account(1_842_000n, '2026-12-15'), months } as Account
    const [bill] = todosOf(facts({ accounts: [owing] }), words)
    expect(bill?.date).toBe('2026-11-15')
    expect(bill?.when).toMatch(/partLate .*8\u00A0000/)
    const [inTime] = todosOf(facts({ accounts: [{ ...owing, balance: 1_042_000n }] }), words)
    expect([inTime?.date, inTime?.when]).toEqual(['2026-12-15', undefined])
  })

  it('puts a debt that no bill asked for before what has a day, and says what of the sum is late', () => {
    const owing = { ...account(1_842_000n, '2026-12-15'), months: [{ period: '2026-11', total: 1_042_000n, dueOn: '2026-12-15' }] } as Account
    const [bill] = todosOf(facts({ accounts: [owing], requests: [request('DONE_BY_EXECUTOR')] }), words)
    expect([bill?.key, bill?.date]).toEqual(['a', null])
    expect(bill?.when).toMatch(/partLateNoDay .*8\u00A0000/)
  })

  it('never counts money on its way as debt', () => {
    const moving = (amount: bigint) => [{ accountId: 'a', inFlight: { amount, items: [{ invoiceId: null, amount }] }, invoices: [] } as unknown as Payable]
    expect(keys(facts({ accounts: [account(1_842_000n)], payables: moving(1_842_000n) }))).toEqual([])
    expect(todosOf(facts({ accounts: [account(1_842_000n)], payables: moving(1_000_000n) }), words)[0]?.sum?.amount).toBe(842_000n)
  })

  it('marks what of the sum is disputed, never more than is to be paid', () => {
    const disputed = (sum: bigint) => [{ accountId: 'a', inFlight: { amount: 0n, items: [] }, invoices: [], disputed: sum } as unknown as Payable]
    const note = (sum: bigint) => todosOf(facts({ accounts: [account(1_842_000n)], payables: disputed(sum) }), words)[0]?.note
    expect(note(0n)).not.toContain('ofItDisputed')
    expect([note(300_000n), note(9_900_000n)].map(text => /ofItDisputed.*?(\d+\u00A0\d+)/.exec(text ?? '')?.[1])).toEqual(['3\u00A0000', '18\u00A0420'])
  })

  it('leaves neighbours\' requests and finished votes to others', () => {
    expect(keys(facts({ requests: [request('DONE_BY_EXECUTOR', false)], meetings: [vote({ state: 'COUNTED' }), vote({ ownSeats: 0 })] }))).toEqual([])
  })

  it('begins with the flat where there is none', () => {
    expect(keys(facts({ me: { ...facts().me, homes: [] } }))).toEqual([['link', null]])
  })

  it('reminds of readings within ten days of the end', () => {
    const allMonth = { fromDay: 1, toDay: 31, graceDays: 3 }
    expect(keys(facts({ meters: [meter('2026-10', allMonth)] }))).toEqual([['readings', '2026-11-30']])
    const early = { ...facts().me, today: '2026-11-10' }
    expect(keys(facts({ me: early, meters: [meter('2026-10', allMonth)] }))).toEqual([])
  })
})

describe('the month for which readings are asked', () => {
  it.each([
    ['2026-11-19', null], ['2026-11-20', { period: '2026-11', until: '2026-11-30', grace: false }], ['2026-02-28', { period: '2026-02', until: '2026-02-28', grace: false }],
    ['2026-12-02', { period: '2026-11', until: '2026-12-03', grace: true }], ['2026-12-04', null],
  ])('on %s', (day, asked) => {
    expect(askedReadings(meter(null), day)).toEqual(asked)
  })
})
