import { afterAll, expect, test } from 'vitest'
import { chance } from '#test/support/chance.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'
import { FakeUzum } from '#test/support/fakes/uzum.ts'

// P23 for Click and Uzum together: both pay the same accounts and invoices, a reference model tells every answer.
const steps = Number(process.env['UYIM_MODEL_STEPS'] ?? 1000)
const minutes = 60_000
const lives = { click: 24 * 60 * minutes, uzum: 30 * minutes }
const sum = 250_000

type Provider = keyof typeof lives
type State = 'PENDING' | 'PAID' | 'CANCELLED' | 'EXPIRED' | 'REFUNDED'
type Known = { provider: Provider; number: string; amount: number; at: number; state: State; prepared: unknown }
const { db, doors, merchant, house, invoiceAll, moneyPaid, close } = await openPaymentHouse({ provider: 'click' }, 5)
const click = new FakeClick(doors.origin, merchant)
const uzum = new FakeUzum(doors.origin, await makeMerchant(db, { provider: 'uzum', short: true }))
const { invoices, numbers } = await invoiceAll(sum)
const known = new Map<string, Known>()

afterAll(async () => {
  await resetClock()
  await close()
})

const holders = (number: string) => [...known.values()].filter(each => each.number === number && (each.state === 'PENDING' || each.state === 'PAID'))
function age(now: number): void {
  for (const each of known.values()) if (each.state === 'PENDING' && now - each.at > lives[each.provider]) each.state = 'EXPIRED'
}
const major = (amount: number) => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
type Wanted = { number: string; amount: number }

function clickPrepares(there: Known | undefined, { number, amount }: Wanted): number {
  if (there) return there.state === 'PAID' ? -4 : there.state !== 'PENDING' ? -9 : there.number !== number ? -5 : there.amount !== amount ? -2 : 0
  const wanted = invoices.get(number)
  const [holder] = wanted === undefined ? [] : holders(number)
  if (holder) return holder.state === 'PAID' ? -4 : -9
  return wanted !== undefined && amount !== wanted ? -2 : 0
}

async function prepare(id: string, wanted: Wanted, now: number): Promise<[told: unknown, expected: unknown]> {
  const expected = clickPrepares(known.get(id), wanted)
  const { error, body } = await click.prepare({ trans: id, account: wanted.number, amount: major(wanted.amount) })
  if (expected === 0 && !known.has(id)) known.set(id, { provider: 'click', ...wanted, at: now, state: 'PENDING', prepared: body['merchant_prepare_id'] })
  return [error, expected]
}

async function complete(id: string, cancelling: boolean): Promise<[told: unknown, expected: unknown]> {
  const there = known.get(id)
  const expected = !there ? -6 : cancelling ? -9 : there.state === 'PAID' ? -4 : there.state === 'PENDING' ? 0 : -9
  if (there?.state === 'PENDING') there.state = cancelling ? 'CANCELLED' : 'PAID'
  const { error } = await click.complete({ trans: id, account: there?.number ?? house.premises[0]!.accountNumber, amount: major(there?.amount ?? sum) }, there?.prepared ?? 1, cancelling ? { error: -5017 } : {})
  return [error, expected]
}

async function create(id: string, wanted: Wanted, now: number): Promise<[told: unknown, expected: unknown]> {
  const price = invoices.get(wanted.number)
  const expected = known.has(id) ? '10010' : price !== undefined && holders(wanted.number).length > 0 ? '10008' : price !== undefined && price !== wanted.amount ? '10011' : 'CREATED'
  if (expected === 'CREATED') known.set(id, { provider: 'uzum', ...wanted, at: now, state: 'PENDING', prepared: null })
  const { code, state } = await uzum.create(id, wanted.number, wanted.amount)
  return [code || state, expected]
}

async function confirm(id: string): Promise<[told: unknown, expected: unknown]> {
  const there = known.get(id)
  const expected = !there ? '10014' : there.state === 'PENDING' ? 'CONFIRMED' : there.state === 'PAID' ? '10016' : '10015'
  if (there?.state === 'PENDING') there.state = 'PAID'
  const { code, state } = await uzum.confirm(id)
  return [code || state, expected]
}

async function reverse(id: string): Promise<[told: unknown, expected: unknown]> {
  const there = known.get(id)
  const expected = !there ? '10014' : there.state === 'PENDING' || there.state === 'PAID' ? 'REVERSED' : '10018'
  if (there?.state === 'PENDING') there.state = 'CANCELLED'
  else if (there?.state === 'PAID') there.state = 'REFUNDED'
  const { code, state } = await uzum.reverse(id)
  return [code || state, expected]
}

async function status(id: string): Promise<[told: unknown, expected: unknown]> {
  const there = known.get(id)
  const words = { PENDING: 'CREATED', PAID: 'CONFIRMED', CANCELLED: 'REVERSED', REFUNDED: 'REVERSED', EXPIRED: 'FAILED' } as const
  const { code, state } = await uzum.status(id)
  return [code || state, there ? words[there.state] : '10014']
}

type At = { wanted: Wanted; now: number }
function ofClick(kind: number, id: string, { wanted, now }: At): Promise<[told: unknown, expected: unknown]> {
  return kind < 6 ? prepare(id, wanted, now) : complete(id, kind === 9)
}
function ofUzum(kind: number, id: string, { wanted, now }: At): Promise<[told: unknown, expected: unknown]> {
  if (kind < 15) return create(id, wanted, now)
  return kind < 18 ? confirm(id) : kind < 20 ? reverse(id) : status(id)
}

/** An id that is done may give its place to another one. */
function renew(ids: string[], pick: (below: number) => number, next: () => string): void {
  for (const [place, each] of ids.entries()) if (!['PENDING', 'PAID'].includes(known.get(each)?.state ?? 'PENDING') && pick(3) === 0) ids[place] = next()
}

test(`${steps} random steps of Click and Uzum agree with the model, and the ledger is the sum of what was paid`, async () => {
  const pick = chance(Number(process.env['UYIM_SEED'] ?? 20261121))
  const ids = { click: Array.from({ length: 30 }, () => FakeClick.newTransaction()), uzum: Array.from({ length: 30 }, () => FakeUzum.newTransaction()) }
  let now = new Date('2026-06-01T00:00:00Z').getTime()
  await setNow(new Date(now))
  for (let step = 0; step < steps; step += 1) {
    const [kind, wanted] = [pick(21), { number: numbers[pick(numbers.length)]!, amount: pick(8) === 0 ? 123_456 : sum }]
    const [one, other] = [ids.click[pick(30)]!, ids.uzum[pick(30)]!]
    if (kind === 0) {
      // No sum of the jumps comes near either limit: the millisecond is P12's.
      now += [7 * minutes, 47 * minutes, 25 * 60 * minutes][pick(3)]!
      await setNow(new Date(now))
      age(now)
      renew(ids.click, pick, FakeClick.newTransaction)
      renew(ids.uzum, pick, FakeUzum.newTransaction)
      continue
    }
    const [told, expected] = kind < 10 ? await ofClick(kind, one, { wanted, now }) : await ofUzum(kind, other, { wanted, now })
    expect(told, `step ${step}, kind ${kind}`).toBe(expected)
  }
  const paid = [...known.values()].filter(each => each.state === 'PAID').reduce((all, each) => all + each.amount, 0)
  expect(await moneyPaid()).toEqual({ ledger: String(paid), transactions: String(paid), live: 0 })
  expect(known.size).toBeGreaterThan(80)
  expect(new Set([...known.values()].map(each => each.state)).size).toBe(5)
  expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
}, 240_000)
