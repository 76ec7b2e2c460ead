import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { log } from '#server/infra/log.ts'
import { reconcileLately } from '#server/payments/jobs.ts'
import { pullWords } from '#server/payments/reconciliation/words.ts'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fakeClickApi } from '#test/support/fakes/click-api.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { HalykWorld } from '#test/support/fakes/halyk-world.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'
import { drainEvents } from '#test/support/worker.ts'

// Providers that can be asked (payments.md 1.5, 3.5, 7.5): what they have against what we have.
let db: TestDatabase
let world: HalykWorld
let api: Awaited<ReturnType<typeof fakeClickApi>>
let house: TestHouse
let accountant: ActingPerson
let click: FakeClick
let day: string
/** What the stopwatch of the pull shows. */
const elapsed = vi.hoisted(() => ({ read: (): number => 0 }))
vi.mock('#server/infra/clock.ts', async original => ({ ...await original<object>(), stopwatch: () => () => elapsed.read() }))

beforeAll(async () => {
  db = await testDatabase()
  world = await HalykWorld.open(db, { flats: 6 })
  house = await makeHouse(db, { country: 'UZ', flats: 3 })
  accountant = await asAccountant(db, house)
  const merchant = await makeMerchant(db, { provider: 'click', short: true })
  api = await fakeClickApi(merchant.key)
  await db.sql('update payment_merchants set merchant_user_id = $2, api_page = $3 where merchant_id = $1', [merchant.merchantId, '7', api.base])
  click = new FakeClick(world.doors.origin, merchant)
  day = (await db.sql<{ day: string }>('select app.today()::text as day'))[0]!.day
})
afterAll(async () => {
  await api.stop()
  await world.close()
})

const found = async (who: ActingPerson, of: TestHouse) => {
  await who.caller.statements.reconcile({ buildingId: of.buildingId, day })
  const { differences, days } = await who.caller.statements.reconciliations({ buildingId: of.buildingId })
  return { differences: differences.map(each => [each.provider, each.class, each.theirState]), theirs: days.map(each => [each.provider, each.ourCount, each.theirCount]) }
}

test('Click and Halyk are asked of each payment of the days; who took money back or lost it is told, who is silent tells nothing', async () => {
  const paid: number[] = []
  for (const place of [0, 1, 2]) {
    const trans = FakeClick.newTransaction()
    await click.pay({ trans, account: house.premises[place]!.accountNumber, amount: '1000.00' })
    paid.push(Number(trans) + 7)
  }
  const unit = world.unit()
  const owner = await world.ownerOf(unit)
  const orders = [await world.go(owner, unit.accountNumber, 100_000n)]
  world.bank.pay()
  orders.push(await world.go(owner, unit.accountNumber, 200_000n))
  world.bank.pay()
  for (const order of orders) await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  expect(await found(accountant, house), 'nobody was asked').toMatchObject({ differences: [], theirs: [['click', 3, null]] })

  await db.shiftClock(24 * 3_600_000)
  api.mood.status = 503
  world.bank.mood = 'silent'
  expect(await pullWords(5)).toBe(0)
  expect(await found(accountant, house)).toMatchObject({ differences: [], theirs: [['click', 3, null]] })
  api.mood.status = 200
  world.bank.mood = 'well'
  api.statuses.set(paid[0]!, 2).set(paid[1]!, -9).set(paid[2]!, 1)
  world.bank.transactions.delete(orders[1]!.number)
  expect(await pullWords(5), 'what is still in progress is no word').toBe(4)
  // Two of three have a word: one stands, one does not; of the third nothing is said yet.
  expect(await found(accountant, house)).toEqual({ differences: [['click', 'STATE_DIFF', 'REFUNDED']], theirs: [['click', 3, 1]] })
  const banker = await asAccountant(db, world.house)
  expect((await found(banker, world.house)).differences).toEqual([['halyk', 'MISSING_THERE', null]])

  api.statuses.set(paid[1]!, 2).set(paid[2]!, 2)
  expect(await pullWords(5)).toBe(3)
  expect(await pullWords(5), 'who agrees is not asked again; who has lost a payment is').toBe(1)
  expect(await found(accountant, house)).toMatchObject({ differences: [], theirs: [['click', 3, 3]] })
  await expect((await asClerk(db, house)).caller.statements.reconcile({ buildingId: house.buildingId, day })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('Halyk: another sum, another terminal and a code that nobody described are differences, never agreement; money kept apart is with the bank and not with us', async () => {
  await db.shiftClock(0)
  const unit = world.unit()
  const owner = await world.ownerOf(unit)
  const paid = async (sum: bigint) => {
    const order = await world.go(owner, unit.accountNumber, sum)
    world.bank.pay()
    await world.bank.tell(world.doors.origin, order.number)
    await drainEvents()
    return order
  }
  const [sum, broken, terminal, lost] = [await paid(910_000n), await paid(920_000n), await paid(930_000n), await paid(940_000n)]
  const kept = await world.go(owner, unit.accountNumber, 950_000n)
  world.bank.pay('CHARGE', { amount: 9_500.01 })
  await world.bank.tell(world.doors.origin, kept.number)
  await drainEvents()
  const transaction = (order: { number: string }) => world.bank.transactions.get(order.number)!
  transaction(sum).amount = 1
  transaction(broken).amount = 9200.005
  transaction(terminal).terminal = 'not-ours'
  await db.shiftClock(24 * 3_600_000)
  await pullWords(5)
  const banker = await asAccountant(db, world.house)
  const told = async (...orders: { number: string }[]) => {
    await banker.caller.statements.reconcile({ buildingId: world.house.buildingId, day })
    const { differences } = await banker.caller.statements.reconciliations({ buildingId: world.house.buildingId })
    return orders.map(order => differences.filter(each => each.subject === order.number).map(each => [each.class, each.theirAmount, each.theirState]))
  }
  expect(await told(sum, broken, terminal, lost, kept)).toEqual([[['AMOUNT_DIFF', 100n, 'PAID']], [['STATE_DIFF', null, 'OTHER']], [['STATE_DIFF', null, 'OTHER']], [], [['MISSING_HERE', 950_001n, 'PAID']]])
  // It does not tell: asked again the next mornings, a difference on the third.
  await db.sql('delete from provider_words where payment_id = $1', [lost.paymentId])
  world.bank.code = '109'
  await pullWords(5)
  expect(await told(lost)).toEqual([[]])
  await db.shiftClock(3 * 24 * 3_600_000)
  await pullWords(5)
  expect(await told(lost)).toEqual([[['STATE_DIFF', null, 'UNKNOWN']]])
  world.bank.code = null
  await pullWords(5)
  expect(await told(lost)).toEqual([[]])
  await db.sql('delete from provider_words where payment_id = any($1::uuid[])', [[sum, broken, terminal].map(each => each.paymentId)])
  for (const order of [sum, broken, terminal]) Object.assign(transaction(order), { amount: { [sum.number]: 9100, [broken.number]: 9200, [terminal.number]: 9300 }[order.number], terminal: transaction(lost).terminal })
  await pullWords(5)
  expect(await told(sum, broken, terminal)).toEqual([[], [], []])
  await db.shiftClock(24 * 3_600_000)
})

test('a reversal of a payment older than the days counts: the bank\'s own word at once, others are asked anew', async () => {
  await db.shiftClock(0)
  const trans = FakeClick.newTransaction()
  await click.pay({ trans, account: house.premises[0]!.accountNumber, amount: '700.00' })
  api.statuses.set(Number(trans) + 7, 2)
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, 600_000n)
  world.bank.pay()
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  await db.shiftClock(24 * 3_600_000)
  await pullWords(5)
  const wordOf = async (paymentId: string) => (await db.sql<{ state: string }>('select state from provider_words where payment_id = $1', [paymentId]))[0]?.state
  const [clickPayment] = await db.sql<{ id: string }>('select payment_id as id from payment_transactions where external_id = $1', [trans])
  expect([await wordOf(order.paymentId), await wordOf(clickPayment!.id)]).toEqual(['PAID', 'PAID'])
  await db.shiftClock(20 * 24 * 3_600_000)
  world.bank.transactions.get(order.number)!.statusName = 'REFUND'
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  await accountant.caller.payments.reverse({ buildingId: house.buildingId, paymentId: clickPayment!.id, reason: 'По заявлению, запрос 20' })
  api.statuses.set(Number(trans) + 7, -9)
  expect([await wordOf(order.paymentId), await wordOf(clickPayment!.id)]).toEqual(['REFUNDED', 'PAID'])
  expect(await pullWords(5)).toBe(1)
  expect(await wordOf(clickPayment!.id)).toBe('REFUNDED')
  const banker = await asAccountant(db, world.house)
  await reconcileLately()
  for (const [who, subject] of [[accountant, trans], [banker, order.number]] as const) expect((await who.caller.statements.reconciliations({})).differences.filter(each => each.subject === subject)).toEqual([])
  await db.shiftClock(24 * 3_600_000)
})

test('a silent merchant is left after three failures in a row, the others are not; nothing is asked after three minutes, and the rest the next morning', async () => {
  const numbers: number[] = []
  for (const place of [0, 1, 2, 0, 1]) {
    const trans = FakeClick.newTransaction()
    await click.pay({ trans, account: house.premises[place]!.accountNumber, amount: '500.00' })
    numbers.push(Number(trans) + 7)
    api.statuses.set(Number(trans) + 7, 2)
  }
  const unit = world.unit()
  const order = await world.go(await world.ownerOf(unit), unit.accountNumber, 300_000n)
  world.bank.pay()
  await world.bank.tell(world.doors.origin, order.number)
  await drainEvents()
  await db.shiftClock(2 * 24 * 3_600_000)
  const warned = vi.spyOn(log, 'warn').mockImplementation(() => undefined)
  const leftOf = () => warned.mock.calls.splice(0).filter(([, text]) => String(text).includes('next morning')).map(([facts]) => facts)
  const asked = () => api.asked.splice(0)
  asked()
  api.mood.status = 503
  await pullWords(5)
  expect(asked()).toEqual(numbers.slice(0, 3))
  expect(leftOf()).toMatchObject([{ left: 2, silent: [expect.any(String)] }])
  expect((await db.sql('select 1 from provider_words where payment_id = $1', [order.paymentId])).length, 'Halyk, after silent Click').toBe(1)

  api.mood.status = 200
  elapsed.read = () => api.asked.length * 90_000
  await pullWords(5)
  expect(asked()).toEqual(numbers.slice(0, 2))
  expect(leftOf()).toMatchObject([{ left: 3, silent: [] }])

  elapsed.read = () => 0
  await pullWords(5)
  expect(asked(), 'what was left').toEqual(numbers.slice(2))
  expect(leftOf()).toEqual([])
  warned.mockRestore()
})
