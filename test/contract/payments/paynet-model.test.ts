import { afterAll, expect, test } from 'vitest'
import { chance } from '#test/support/chance.ts'
import { FakePaynet, type PaynetAnswer } from '#test/support/fakes/paynet.ts'
import { openPaynetHouse } from '#test/support/fakes/paynet-house.ts'

// P23: a reference model of Paynet's side against the doors, in random steps; then the sums of the ledger.
const steps = Number(process.env['UYIM_MODEL_STEPS'] ?? 600)

type Known = { number: string; amount: number; state: 1 | 2 }
const { db, paynet, invoiceAll, moneyPaid, close } = await openPaynetHouse(4)

afterAll(close)

class Model {
  known = new Map<number, Known>()
  invoices: Map<string, number>
  constructor(invoices: Map<string, number>) {
    this.invoices = invoices
  }
  perform(id: number, number: string, amount: number): number {
    const there = this.known.get(id)
    if (there) return there.number !== number ? 302 : there.amount !== amount ? 413 : there.state === 1 ? 201 : 202
    const wanted = this.invoices.get(number)
    // A paid invoice is told before its sum is looked at.
    if (wanted !== undefined && [...this.known.values()].some(each => each.number === number && each.state === 1)) return 201
    if (wanted !== undefined && wanted !== amount) return 413
    this.known.set(id, { number, amount, state: 1 })
    return 0
  }
  cancel(id: number): number {
    const there = this.known.get(id)
    if (!there) return 203
    if (there.state === 2) return 202
    there.state = 2
    return 0
  }
}

const told = (answer: PaynetAnswer) => answer.error?.code ?? 0

test(`${steps} random steps agree with the model, and the ledger is the sum of what was paid`, async () => {
  const pick = chance(Number(process.env['UYIM_SEED'] ?? 20261121))
  const { invoices, numbers } = await invoiceAll(250_000)
  const model = new Model(invoices)
  const ids = Array.from({ length: 120 }, () => FakePaynet.newTransaction())
  for (let step = 0; step < steps; step += 1) {
    const id = ids[pick(ids.length)]!
    const kind = pick(10)
    if (kind < 6) {
      const [number, amount] = [numbers[pick(numbers.length)]!, pick(8) === 0 ? 123_456 : 250_000]
      const expected = model.perform(id, number, amount)
      const answers = await Promise.all(Array.from({ length: 1 + pick(3) }, () => paynet.perform(id, number, amount)))
      expect(answers.filter(answer => told(answer) === expected).length, `step ${step}`).toBe(expected === 0 ? 1 : answers.length)
      expect(answers.every(answer => told(answer) === expected || expected === 0 && told(answer) === 201), `step ${step}`).toBe(true)
    } else if (kind < 8) {
      expect(told(await paynet.cancel(id)), `step ${step}`).toBe(model.cancel(id))
    } else {
      expect((await paynet.check(id)).result?.['transactionState'], `step ${step}`).toBe(model.known.get(id)?.state ?? 3)
    }
  }
  const paid = [...model.known.values()].filter(each => each.state === 1).reduce((sum, each) => sum + each.amount, 0)
  expect(await moneyPaid()).toEqual({ ledger: String(paid), transactions: String(paid), live: 0 })
  expect(await db.sql(`select from payment_transactions where state not in ('PAID', 'REFUNDED')`)).toEqual([])
  expect(model.known.size).toBeGreaterThan(50)
  expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
}, 240_000)
