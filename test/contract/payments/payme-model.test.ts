import { afterAll, expect, test } from 'vitest'
import { chance } from '#test/support/chance.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { FakePayme, type PaymeAnswer } from '#test/support/fakes/payme.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'

// P23: a reference model of Payme's side against the doors, in random steps; then the sums of the ledger.
const steps = Number(process.env['UYIM_MODEL_STEPS'] ?? 1200)
const hours = 43_200_000

type Known = { number: string; amount: number; time: number; state: 1 | 2 | -1 | -2 }
const { db, doors, merchant, invoiceAll, moneyPaid, close } = await openPaymentHouse({ provider: 'payme' }, 5)
const payme = new FakePayme(doors.origin, merchant.key)

afterAll(async () => {
  await resetClock()
  await close()
})

class Model {
  known = new Map<string, Known>()
  invoices: Map<string, number>
  constructor(invoices: Map<string, number>) {
    this.invoices = invoices
  }
  age(now: number): void {
    for (const each of this.known.values()) if (each.state === 1 && now - each.time > hours) each.state = -1
  }
  live(number: string): boolean {
    return [...this.known.values()].some(each => each.number === number && (each.state === 1 || each.state === 2))
  }
  create(id: string, { number, amount, time }: { number: string; amount: number; time: number }, now: number): number {
    const there = this.known.get(id)
    if (there) return there.state !== 1 ? -31008 : there.number !== number ? -31050 : there.amount !== amount ? -31001 : 1
    const wanted = this.invoices.get(number)
    if (wanted !== undefined && amount !== wanted) return -31001
    if (wanted !== undefined && this.live(number)) return -31052
    if (now - time > hours) return -31008
    this.known.set(id, { number, amount, time, state: 1 })
    return 1
  }
  perform(id: string): number {
    const there = this.known.get(id)
    if (!there) return -31003
    if (there.state === 1) there.state = 2
    return there.state === 2 ? 2 : -31008
  }
  cancel(id: string): number {
    const there = this.known.get(id)
    if (!there) return -31003
    if (there.state === 1) there.state = -1
    if (there.state === 2) there.state = -2
    return there.state
  }
}

type Step = { model: Model; ids: string[]; numbers: readonly string[]; pick: (below: number) => number; now: number; label: string }

async function oneStep({ model, ids, numbers, pick, now, label }: Step): Promise<number> {
  const id = ids[pick(ids.length)]!
  const kind = pick(20)
  if (kind === 0) return passTime({ model, ids, numbers, pick, now, label })
  if (kind < 9) {
    const number = numbers[pick(numbers.length)]!
    const wanted = { number, amount: pick(8) === 0 ? 123_456 : 250_000, time: now - pick(2) * 23 * 60_000 - (pick(15) === 0 ? 14 * 3_600_000 : 0) }
    expect(told(await payme.create(id, number, wanted.amount, wanted.time)), label).toBe(model.create(id, wanted, now))
  } else if (kind < 15) {
    const expected = model.perform(id)
    const answers = await Promise.all(Array.from({ length: 1 + pick(3) }, () => payme.perform(id)))
    for (const answer of answers) expect(told(answer), label).toBe(expected)
  } else if (kind < 18) {
    expect(told(await payme.cancel(id, 3)), label).toBe(model.cancel(id))
  } else {
    expect(told(await payme.look(id)), label).toBe(model.known.get(id)?.state ?? -31003)
  }
  return now
}

async function passTime({ model, ids, pick, now }: Step): Promise<number> {
  // No sum of the jumps comes near twelve hours: the millisecond is P12's.
  const later = now + [61 * 60_000, 307 * 60_000, 13 * 3_600_000][pick(3)]!
  await setNow(new Date(later))
  // An id that is done may live again as another one.
  for (const [place, each] of ids.entries()) if ((model.known.get(each)?.state ?? 1) < 0 && pick(3) === 0) ids[place] = FakePayme.newTransaction()
  model.age(later)
  return later
}

const told = (answer: PaymeAnswer) => answer.error?.code ?? Number(answer.result?.['state'])

test(`${steps} random steps agree with the model, and the ledger is the sum of what was paid`, async () => {
  const pick = chance(Number(process.env['UYIM_SEED'] ?? 20261121))
  const { invoices, numbers } = await invoiceAll(250_000)
  const model = new Model(invoices)
  const ids = Array.from({ length: 60 }, () => FakePayme.newTransaction())
  let now = new Date('2026-06-01T00:00:00Z').getTime()
  await setNow(new Date(now))
  for (let step = 0; step < steps; step += 1) {
    now = await oneStep({ model, ids, numbers, pick, now, label: `step ${step}` })
  }
  const paid = [...model.known.values()].filter(each => each.state === 2).reduce((sum, each) => sum + each.amount, 0)
  expect(await moneyPaid()).toEqual({ ledger: String(paid), transactions: String(paid), live: 0 })
  expect(model.known.size).toBeGreaterThan(50)
  expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
  const events = await db.sql<{ name: string; n: number }>(`select name, count(*)::int as n from event_queue group by name`)
  const everPaid = (await db.sql<{ n: number }>(`select count(*)::int as n from payment_transactions where performed_at is not null`))[0]?.n
  expect(events.find(each => each.name === 'payments.posted')?.n).toBe(everPaid)
}, 240_000)
