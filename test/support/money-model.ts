import { expect } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { nextPeriod, type Period } from '#server/kernel/period.ts'
import { asAccountant, asChair, asClerk, asManager, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { asInspector } from '#test/support/adjustments.ts'
import { addMeter, addReading, arrangeServices } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { FakePayme } from '#test/support/fakes/payme.ts'

type Caller = ReturnType<typeof asStranger>['caller']
type Staff = Record<'accountant' | 'manager' | 'inspector' | 'owner' | 'tenant' | 'chair' | 'clerk' | 'alien' | 'stranger', Caller>
type Payment = { id: string; number: string; account: TestPremises; amount: bigint; state: 'CREATED' | 'PAID' | 'GONE' }
type Adjustment = { adjustmentId: string; account: TestPremises; amount: bigint; conclusionId: string | null; posted: boolean }
type Programme = { programmeId: string; version: number; price: bigint }

const reason = 'Letter of the bank No 17'
/** What says that the first of two same calls was done, though nobody heard it. */
const done = ['billing.alreadyBilled', 'payments.notPaid', 'ledger.requestTaken', 'ledger.concluded', 'ledger.conclusionUsed', 'repairs.programmeExists', 'repairs.notLatestEstimate']

/**
 * A house whose money is known from outside: what was billed, what the provider heard, what the inspector allowed.
 * Steps are taken at random by every role, also by those who may not, some with every connection of the server cut.
 */
export class MoneyModel {
  readonly taken: Record<string, number> = {}
  readonly #expected = new Map<string, bigint>()
  readonly #payments: Payment[] = []
  readonly #adjustments: Adjustment[] = []
  readonly #programmes: Programme[] = []
  readonly #meters: { meterId: string; premisesId: string; service: string }[] = []
  readonly #db: TestDatabase
  readonly #payme: FakePayme
  readonly #pick: (below: number) => number
  house!: TestHouse
  #as!: Staff
  #month: Period = '2026-01'
  #nextToBill: Period = '2026-01'

  constructor(db: TestDatabase, payme: FakePayme, pick: (below: number) => number) {
    this.#db = db
    this.#payme = payme
    this.#pick = pick
  }

  async settle(): Promise<void> {
    await setNow('2026-01-05T05:00:00Z')
    this.house = await makeHouse(this.#db, { country: 'UZ', flats: 5, areas: ['45.30', '62.10', '30.00', '54.60', '71.20'] })
    const twin = await makeHouse(this.#db, { country: 'UZ', flats: 1 })
    await arrangeServices(this.#db, this.house)
    const [first] = this.house.premises
    if (!first) throw new Error('a house without flats')
    for (const unit of this.house.premises) {
      this.#expected.set(unit.accountId, 0n)
      for (const service of ['COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'GAS']) {
        this.#meters.push({ meterId: await addMeter(this.#db, this.house, { premisesId: unit.premisesId, service }), premisesId: unit.premisesId, service })
      }
    }
    const people = { accountant: asAccountant(this.#db, this.house), manager: asManager(this.#db, this.house), inspector: asInspector(this.#db, this.house), owner: asOwner(this.#db, this.house, first),
      tenant: asTenant(this.#db, this.house, first), chair: asChair(this.#db, this.house), clerk: asClerk(this.#db, this.house), alien: asAccountant(this.#db, twin), stranger: Promise.resolve(asStranger()) }
    this.#as = Object.fromEntries(await Promise.all(Object.entries(people).map(async ([role, person]) => [role, (await person).caller]))) as Staff
  }

  /** One step; its name. */
  async step(): Promise<string> {
    const moves: [string, number, () => Promise<void>][] = [
      ['bill', 2, () => this.#bill()], ['createPayment', 8, () => this.#createPayment()], ['perform', 8, () => this.#perform()], ['cancel', 3, () => this.#cancel()],
      ['refund', 2, () => this.#refund()], ['askAdjustment', 2, () => this.#askAdjustment()], ['decide', 2, () => this.#decide()], ['adjust', 3, () => this.#adjust()],
      ['programme', 1, () => this.#programme()], ['trespass', 5, () => this.#trespass()]]
    let at = this.#pick(moves.reduce((sum, [, weight]) => sum + weight, 0))
    const [name, , move] = moves.find(([, weight]) => (at -= weight) < 0) ?? moves[0]!
    await move()
    this.taken[name] = (this.taken[name] ?? 0) + 1
    return name
  }

  async nextMonth(): Promise<void> {
    this.#month = nextPeriod(this.#month)
    await setNow(`${this.#month}-05T05:00:00Z`)
    // Everybody has worked on in between: a session that idles a month is another test's.
    await this.#db.sql('update auth.sessions set last_seen_at = app.now()')
  }

  /** Every invariant of server/ledger/README.md that a person could be harmed by. */
  async check(label: string): Promise<void> {
    const { buildingId } = this.house
    expect(await this.#db.sql('select * from app.verify_ledger($1) limit 3', [buildingId]), label).toEqual([])
    expect(await this.#db.sql('select * from app.verify_adjustments() limit 3'), label).toEqual([])
    const rows = await this.#db.sql<{ id: string; total: string; sum: string }>(`select a.account_id as id, coalesce(h.total, 0)::text as total,
        (coalesce((select sum(e.amount) from ledger_entries e where e.building_id = a.building_id and e.account_id = a.account_id), 0)
        - coalesce((select sum(i.amount) from repair_instalments i where i.building_id = a.building_id and i.premises_id = a.premises_id and i.charged_by is not null), 0))::text as sum
      from accounts a left join account_heads h using (building_id, account_id) where a.building_id = $1`, [buildingId])
    const programme = await this.#db.sql<{ id: string; sum: string }>(`select a.account_id as id, coalesce(sum(i.amount), 0)::text as sum from accounts a
      left join repair_instalments i on i.building_id = a.building_id and i.premises_id = a.premises_id and i.charged_by is not null where a.building_id = $1 group by a.account_id`, [buildingId])
    const instalments = new Map(programme.map(row => [row.id, BigInt(row.sum)]))
    for (const { id, total, sum } of rows) {
      expect(BigInt(sum), `${label}: what happened to ${id}`).toBe(this.#expected.get(id))
      expect(BigInt(total), `${label}: the balance of ${id}`).toBe((this.#expected.get(id) ?? 0n) + (instalments.get(id) ?? 0n))
    }
    const [mixed] = await this.#db.sql<{ n: number }>(`select count(*)::int as n from (select 1 from ledger_entries where building_id = $1
      group by period, transaction_id, fund having sum(amount) <> 0) x`, [buildingId])
    expect(mixed?.n, `${label}: a transaction that moves money between funds`).toBe(0)
  }

  #unit(): TestPremises {
    return this.house.premises[this.#pick(this.house.premises.length)]!
  }

  #add(unit: TestPremises, amount: bigint): void {
    this.#expected.set(unit.accountId, (this.#expected.get(unit.accountId) ?? 0n) + amount)
  }

  /** Does it; one time in six every connection is cut meanwhile and the same is asked again, as a person or a provider would. */
  async #struck<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#pick(6) > 0) return work()
    this.taken['struck'] = (this.taken['struck'] ?? 0) + 1
    const first = work().then(() => null, () => null)
    await new Promise(later => setTimeout(later, this.#pick(12)))
    await this.#db.sql(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'uyim_app'`)
    await first
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        if (error instanceof Error && done.includes(error.message)) return null
        if (attempt === 3 || !(error instanceof Error) || error.message.includes('.')) throw error
      }
    }
  }

  async #bill(): Promise<void> {
    const period = this.#nextToBill
    if (period > this.#month) return
    const { buildingId } = this.house
    for (const { meterId, premisesId, service } of this.#meters) {
      const known = await this.#db.sql('select from readings where building_id = $1 and meter_id = $2 and period = $3', [buildingId, meterId, period])
      if (known.length === 0 && this.#pick(8) > 0) await addReading(this.#db, this.house, { meterId, premisesId, period, consumption: String(this.#pick(service === 'ELECTRICITY' ? 260 : 13)) })
    }
    await this.#struck(() => this.#as[this.#pick(2) ? 'accountant' : 'manager'].billing.run({ buildingId, period, acceptFindings: true }))
    const bills = await this.#db.sql<{ id: string; total: string }>('select account_id as id, total::text from bills where building_id = $1 and period = $2', [buildingId, period])
    expect(bills.length).toBe(this.house.premises.length)
    for (const { id, total } of bills) this.#add(this.house.premises.find(unit => unit.accountId === id)!, BigInt(total))
    this.#nextToBill = nextPeriod(period)
  }

  async #createPayment(): Promise<void> {
    const unit = this.#unit()
    const payment: Payment = { id: FakePayme.newTransaction(), number: unit.accountNumber, account: unit, amount: BigInt(100 * (1 + this.#pick(900_000))), state: 'CREATED' }
    const answer = await this.#heard(() => this.#payme.create(payment.id, payment.number, Number(payment.amount), this.#moment()))
    expect(answer.result).toMatchObject({ state: 1 })
    this.#payments.push(payment)
  }

  #moment(): number {
    return new Date(`${this.#month}-05T05:00:00Z`).getTime()
  }

  /** Asks until an answer comes that is not our own trouble (payments.md 2). */
  async #heard(ask: () => ReturnType<FakePayme['perform']>): ReturnType<FakePayme['perform']> {
    await this.#struck(() => ask().catch(() => null))
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answer = await ask()
      if (answer.error?.code !== -32400) return answer
    }
    throw new Error('the door does not come back')
  }

  async #perform(): Promise<void> {
    const payment = this.#payments[this.#pick(this.#payments.length)]
    if (!payment) return
    const { result, error } = await this.#heard(() => this.#payme.perform(payment.id))
    if (result?.['state'] === 2 && payment.state === 'CREATED') {
      payment.state = 'PAID'
      this.#add(payment.account, -payment.amount)
    } else if (payment.state === 'CREATED') {
      expect(error?.code).toBe(-31008)
      payment.state = 'GONE'
    }
  }

  async #cancel(): Promise<void> {
    const payment = this.#payments[this.#pick(this.#payments.length)]
    if (!payment) return
    await this.#heard(() => this.#payme.cancel(payment.id, 5))
    if (payment.state === 'PAID') this.#add(payment.account, payment.amount)
    payment.state = 'GONE'
  }

  async #refund(): Promise<void> {
    const payment = this.#payments[this.#pick(this.#payments.length)]
    if (!payment) return
    const [row] = await this.#db.sql<{ id: string }>('select payment_id as id from payment_transactions where external_id = $1', [payment.id])
    const refund = () => this.#as.accountant.payments.reverse({ buildingId: this.house.buildingId, paymentId: row?.id ?? newId(), reason })
    if (payment.state !== 'PAID') return void await expect(refund()).rejects.toMatchObject({ message: 'payments.notPaid' })
    await this.#struck(refund)
    this.#add(payment.account, payment.amount)
    payment.state = 'GONE'
  }

  async #askAdjustment(): Promise<void> {
    const unit = this.#unit()
    const adjustment: Adjustment = { adjustmentId: newId(), account: unit, amount: BigInt(-1 - this.#pick(500_000)), conclusionId: null, posted: false }
    await this.#struck(() => this.#as.accountant.ledger.requestAdjustment({ adjustmentId: adjustment.adjustmentId, number: unit.accountNumber, fund: 'UTILITIES', amount: adjustment.amount,
      reason: 'DOUBLE_CHARGE', explanation: 'The same water was charged twice.', papers: ['Act No 7'] }))
    this.#adjustments.push(adjustment)
  }

  async #decide(): Promise<void> {
    const open = this.#adjustments.find(each => each.conclusionId === null)
    if (!open) return
    const conclusionId = newId()
    await this.#struck(() => this.#as.inspector.ledger.issueConclusion({ buildingId: this.house.buildingId, adjustmentId: open.adjustmentId, conclusionId, number: `X-${conclusionId.slice(-6)}`,
      grounds: 'The act and both bills were compared.', allowed: { from: open.amount - 10n, to: open.amount + 10n > -1n ? -1n : open.amount + 10n, validUntil: `${nextPeriod(this.#month)}-01` } }))
    open.conclusionId = conclusionId
  }

  async #adjust(): Promise<void> {
    const ready = this.#adjustments.filter(each => each.conclusionId !== null)
    const chosen = ready[this.#pick(ready.length)]
    if (!chosen?.conclusionId) return
    const { conclusionId } = chosen
    const past = this.#pick(3) === 0
    const post = (amount: bigint) => this.#as.accountant.ledger.postAdjustment({ buildingId: this.house.buildingId, conclusionId, transactionId: newId(), amount })
    if (chosen.posted || past) return void await expect(post(chosen.posted ? chosen.amount : chosen.amount - 11n)).rejects.toThrow()
    const [row] = await this.#db.sql<{ live: boolean }>('select valid_until >= app.today() as live from inspection_conclusions where conclusion_id = $1', [conclusionId])
    if (!row?.live) return void await expect(post(chosen.amount)).rejects.toThrow()
    await this.#struck(() => post(chosen.amount))
    chosen.posted = true
    this.#add(chosen.account, chosen.amount)
  }

  /** A repair, then a dearer estimate of it: only the difference is laid on the flats. */
  async #programme(): Promise<void> {
    const { buildingId } = this.house
    const known = this.#programmes[this.#pick(this.#programmes.length + 1)]
    if (!known && this.#programmes.length >= 4) return
    const programme = known ?? { programmeId: newId(), version: 0, price: 0n }
    const { manager } = this.#as
    if (!known) {
      await this.#struck(() => manager.repairs.openProgramme({ buildingId, programmeId: programme.programmeId, kind: 'CAPITAL', title: 'Tomni taʼmirlash', year: 2026 }))
      this.#programmes.push(programme)
    }
    programme.price += BigInt(1_000_000 + this.#pick(90_000_000))
    programme.version += 1
    await manager.repairs.registerEstimate({ buildingId, programmeId: programme.programmeId, vatPercent: '0', lines: [{ code: '1', name: 'Tom', unit: 'm2', quantity: '1', unitPrice: programme.price }] })
    const day = `${this.#month}-05`
    const approve = { buildingId, programmeId: programme.programmeId, version: programme.version, decisionNumber: '7', decisionOn: day, instalments: 1 + this.#pick(4), firstDueOn: day }
    await this.#struck(() => manager.repairs.approveEstimate(approve))
    const [row] = await this.#db.sql<{ sum: string }>('select sum(amount)::text as sum from repair_obligations where building_id = $1 and programme_id = $2', [buildingId, programme.programmeId])
    expect(BigInt(row?.sum ?? 0), 'obligations are the owners\' 30 %, rounded half up').toBe((programme.price * 30n + 50n) / 100n)
  }

  /** Somebody tries what is not theirs; whatever the words, nothing may come of it. */
  async #trespass(): Promise<void> {
    const { buildingId } = this.house
    const payment = this.#payments.find(each => each.state === 'PAID')
    const [row] = payment ? await this.#db.sql<{ id: string }>('select payment_id as id from payment_transactions where external_id = $1', [payment.id]) : []
    const ready = this.#adjustments.find(each => each.conclusionId !== null && !each.posted)
    const open = this.#adjustments.find(each => each.conclusionId === null)
    const tries: [keyof Staff, (caller: Caller) => Promise<unknown>][] = [
      ...(['owner', 'tenant', 'chair', 'clerk', 'inspector', 'alien', 'stranger'] as const).map(who =>
        [who, (caller: Caller) => caller.billing.run({ buildingId, period: this.#month, acceptFindings: true })] as [keyof Staff, (caller: Caller) => Promise<unknown>]),
      ...(['owner', 'chair', 'clerk', 'inspector', 'alien', 'stranger'] as const).map(who =>
        [who, (caller: Caller) => caller.payments.reverse({ buildingId, paymentId: row?.id ?? newId(), reason })] as [keyof Staff, (caller: Caller) => Promise<unknown>]),
      ...(['owner', 'chair', 'clerk', 'inspector', 'alien'] as const).map(who =>
        [who, (caller: Caller) => caller.ledger.postAdjustment({ buildingId, conclusionId: ready?.conclusionId ?? newId(), transactionId: newId(), amount: ready?.amount ?? -1n })] as [keyof Staff, (caller: Caller) => Promise<unknown>]),
      ...(['owner', 'accountant', 'manager', 'alien'] as const).map(who =>
        [who, (caller: Caller) => caller.ledger.issueConclusion({ buildingId, adjustmentId: open?.adjustmentId ?? newId(), conclusionId: newId(), number: 'X-0', grounds: 'None at all.',
          allowed: { from: -9n, to: -1n, validUntil: `${this.#month}-28` } })] as [keyof Staff, (caller: Caller) => Promise<unknown>]),
    ]
    const [who, attempt] = tries[this.#pick(tries.length)]!
    await expect(attempt(this.#as[who]), `${who} got through`).rejects.toThrow()
  }
}
