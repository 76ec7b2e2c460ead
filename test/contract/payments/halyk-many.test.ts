import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { askAboutOrder } from '#server/payments/halyk/settle.ts'
import { asAccountant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { drainEvents, runJob } from '#test/support/worker.ts'
import { HalykWorld, merchantFacts, type Order } from '#test/support/fakes/halyk-world.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'

let db: TestDatabase
let world: HalykWorld
const amount = 700_000n

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db, { twoStage: true, flats: 12 })
})
afterAll(() => world.close())

describe('two stages', () => {
  test('what is held on the card is charged by us, then settled; the difference still keeps it apart', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const order = await world.go(owner, unit.accountNumber, amount)
    world.bank.pay('AUTH')
    await world.bank.tell(world.doors.origin, order.number)
    await drainEvents()
    expect(world.bank.asked).toContain(`POST /api/operation/bank-${order.number}/charge`)
    expect(await world.state(order)).toMatchObject({ order: 'PAID', payment: 'PAID' })
    const wrong = await world.go(owner, unit.accountNumber, 800_000n)
    world.bank.pay('AUTH', { amount: 1 })
    await world.bank.tell(world.doors.origin, wrong.number)
    await drainEvents()
    expect(await world.state(wrong)).toMatchObject({ order: 'QUARANTINED', difference: 'AMOUNT' })
    expect(world.bank.asked).not.toContain(`POST /api/operation/bank-${wrong.number}/charge`)
  })
})

describe('P19–P23', () => {
  test('P19 told twenty times at once and asked twenty times at once: one posting', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay()
    const told = await Promise.all(Array.from({ length: 20 }, () => world.bank.tell(world.doors.origin, order.number)))
    expect(new Set(told.map(each => each.status))).toEqual(new Set([200]))
    await Promise.all([...Array.from({ length: 20 }, () => askAboutOrder({ buildingId: world.house.buildingId, paymentId: order.paymentId })), drainEvents()])
    expect(await world.entries(unit)).toHaveLength(1)
    expect(await db.sql(`select from event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [unit.accountId])).toHaveLength(1)
  })

  test('one press pressed many times is one order', async () => {
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    const orders = await Promise.all(Array.from({ length: 6 }, () => world.leave(owner, unit.accountNumber, amount)))
    expect(new Set(orders.map(order => order.paymentId)).size).toBe(1)
  })

  test('P20 a commit that fails: 500, and what was told is told again; a settlement that fails is made again once', async () => {
    const unit = world.unit()
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    world.bank.pay()
    await db.sql(`create function chaos() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$`)
    await db.sql(`create constraint trigger chaos after update on halyk_orders deferrable initially deferred for each row execute function chaos()`)
    expect((await world.bank.tell(world.doors.origin, order.number)).status).toBe(500)
    await expect(askAboutOrder({ buildingId: world.house.buildingId, paymentId: order.paymentId })).rejects.toThrow()
    expect(await world.entries(unit)).toEqual([])
    await db.sql(`drop trigger chaos on halyk_orders`)
    expect((await world.bank.tell(world.doors.origin, order.number)).status).toBe(200)
    await drainEvents()
    expect(await world.entries(unit)).toHaveLength(1)
  })

  test('P21 a debt that changes while the card is typed does not change what is paid', async () => {
    const unit = world.unit()
    const charge = (sum: bigint, period: string) => serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: world.house.buildingId, accountId: unit.accountId, premisesId: unit.premisesId, period,
      transactionId: newId(), kind: 'CHARGE', valueDate: `${period}-28`, sourceType: 'test', sourceId: 'test', lines: [{ fund: 'UTILITIES', amount: sum, contra: 'INCOME' }] }))
    await charge(amount, '2026-10')
    const order = await world.go(await world.ownerOf(unit), unit.accountNumber, amount)
    await charge(70_000n, '2026-11')
    world.bank.pay()
    await world.bank.tell(world.doors.origin, order.number)
    await drainEvents()
    expect((await db.sql<{ balances: unknown }>('select h.balances from account_heads h where account_id = $1', [unit.accountId]))[0]?.balances).toEqual({ UTILITIES: 70_000 })
  })

  test('P22 neither keys nor tokens nor the payer reach the log', async () => {
    const text = JSON.stringify(await db.sql('select request, response from payment_request_log')) + JSON.stringify(await db.sql('select * from payment_transactions')) + JSON.stringify(await db.sql('select * from event_queue'))
    expect(text).toContain('330001')
    for (const secret of ['first-halyk-secret', 'token-', 'CARD HOLDER', 'someone@example.kz', '+77010000000', '440043', ...world.bank.tokens.map(each => each['secret_hash'] ?? '?')]) expect(text, secret).not.toContain(secret)
  })

  test('under overload: 503', async () => {
    const busy = await openDoors({ busy: true })
    expect((await world.bank.post(`${busy.origin}/api/payments/halyk`, '{"invoiceId":"100000001"}')).status).toBe(503)
    await busy.close()
  })

  test('P23 random orders, words of the bank, silences and refunds: each ends as the model says, and the ledger is the sum of what stands', async () => {
    let seed = Number(process.env['UYIM_SEED'] ?? 20261121)
    const pick = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % below
    }
    const own = [world.unit(), world.unit()]
    const owners = [await world.ownerOf(own[0]!), await world.ownerOf(own[1]!)]
    const accountant = await asAccountant(db, world.house)
    const hear = async (order: Order, times: number) => {
      for (let i = 0; i < times; i += 1) await world.bank.tell(world.doors.origin, order.number)
      world.bank.mood = pick(5) === 0 ? 'silent' : 'well'
      await drainEvents()
      world.bank.mood = 'well'
      await db.sql('update payment_outages set rests_until = null')
      await db.sql('update halyk_orders set next_ask_at = app.now() where payment_id = $1', [order.paymentId])
      await runJob('payments.askHalyk')
    }
    const fates = ['paid', 'other sum', 'failed', 'nothing', 'back by the bank', 'back by staff'] as const
    const ends = { paid: ['PAID', 'PAID'], 'other sum': ['QUARANTINED', 'PENDING'], failed: ['OPEN', 'PENDING'], nothing: ['OPEN', 'PENDING'], 'back by the bank': ['REFUNDED', 'REFUNDED'], 'back by staff': ['REFUNDED', 'REFUNDED'] }
    let stands = 0n
    for (let step = 0; step < Number(process.env['UYIM_MODEL_STEPS'] ?? 14); step += 1) {
      const [flat, fate, sum] = [pick(2), fates[pick(fates.length)]!, BigInt(500_000 + step)]
      const order = await world.go(owners[flat]!, own[flat]!.accountNumber, sum)
      if (fate !== 'nothing') world.bank.pay(fate === 'failed' ? 'FAILED' : 'CHARGE', fate === 'other sum' ? { amount: 1 } : {})
      await hear(order, pick(3))
      if (fate === 'back by the bank') world.bank.transactions.get(order.number)!.statusName = 'REFUND'
      if (fate === 'back by staff') await accountant.caller.payments.reverse({ buildingId: world.house.buildingId, paymentId: order.paymentId, reason: 'Paid twice' })
      if (fate.startsWith('back')) await hear(order, pick(2))
      expect(Object.values(await world.state(order)).slice(0, 2), `step ${step}: ${fate}`).toEqual(ends[fate])
      if (fate === 'paid') stands += sum
    }
    expect(await db.sql(`select (-sum(amount))::text as ledger from ledger_entries where account_id = any($1::uuid[])`, [own.map(each => each.accountId)])).toEqual([{ ledger: String(stands) }])
  })

  test('P23 the ledger is the sum of what is paid, and verifies', async () => {
    const [row] = await db.sql<{ ledger: string; paid: string }>(`select (select -sum(amount) from ledger_entries where account_id is not null and source_type = 'payment')::text as ledger,
      (select sum(amount) from payment_transactions where state = 'PAID')::text as paid`)
    expect(row?.ledger).toBe(row?.paid)
    expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
  })
})

describe('merchants', () => {
  test('a terminal is needed, of Halyk only, over https unless it is this machine', async () => {
    const facts = merchantFacts(world.bank)
    const register = (more: Record<string, unknown>) => world.admin.caller.payments.registerMerchant({ ...facts, merchantId: newId(), ...more })
    await expect(register({ halyk: undefined })).rejects.toMatchObject({ message: 'payments.terminalNeeded' })
    await expect(register({ provider: 'paynet' })).rejects.toMatchObject({ message: 'payments.terminalNeeded' })
    for (const wrong of ['http://bank.example', 'javascript:alert(1)', 'https://bank.example/"><script>', 'https://bank.example/']) await expect(register({ halyk: { ...facts.halyk, pageScript: wrong } })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('a house whose merchant has no live key offers a page that says so', async () => {
    await db.sql(`update payment_merchant_keys set valid_to = app.now() where merchant_id = $1`, [world.merchantId])
    const unit = world.unit()
    const owner = await world.ownerOf(unit)
    expect((await world.page(owner, await world.leave(owner, unit.accountNumber, amount))).status).toBe(503)
  })
})
