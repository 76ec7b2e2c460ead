import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asAccountant } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'
import { FakePaynet } from '#test/support/fakes/paynet.ts'
import { FakeUzum } from '#test/support/fakes/uzum.ts'
import { faultsOf, keptHouse, linesOf, paidOf, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

// A provider's own call that comes after its operation was posted from its registry.
let db: TestDatabase
let doors: Awaited<ReturnType<typeof openDoors>>
let house: TestHouse
let keeper: Keeper

beforeAll(async () => {
  db = await statementDatabase()
  doors = await openDoors()
  await makeMerchant(db, { provider: 'kaspi', short: true })
})
beforeEach(async () => {
  keeper = await keptHouse(db, 6)
  house = keeper.house
})
afterAll(async () => {
  await doors.close()
  const { pool } = await import('#server/infra/db.ts')
  await pool().end()
})

const number = (flat: number) => house.premises[flat]!.accountNumber

/** The line of an operation that we did not hear of, given to a flat by a person. */
async function assignFrom(source: 'kaspi' | 'paynet', { flat, sum, operation }: { flat: number; sum: string; operation: string }): Promise<void> {
  const statement = await takeIn(keeper, { source, name: 'r.csv', text: `date;account;amount;id\n04.11.2026;${number(flat)};${sum};${operation}` })
  await keeper.person.caller.statements.assignLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 2, number: number(flat) })
}

test('Kaspi: the payer\'s money is said to be taken, with our number, and is posted once; another account or sum is none of it', async () => {
  const kaspi = new FakeKaspi(doors.origin)
  const operation = FakeKaspi.newOperation()
  await assignFrom('kaspi', { flat: 2, sum: '500', operation })
  const [payment] = await db.sql<{ seq: string }>('select seq::text as seq from payment_transactions where building_id = $1', [house.buildingId])
  for (let i = 0; i < 2; i += 1) {
    const reply = await kaspi.pay(operation, number(2), '500.00', '20261104120000')
    expect(reply.body).toMatchObject({ txn_id: operation, prv_txn_id: payment?.seq, result: 0, sum: '500.00' })
  }
  expect((await kaspi.pay(operation, number(3), '500.00')).result).toBe(1)
  expect((await kaspi.pay(operation, number(2), '500.01')).result).toBe(5)
  expect(await paidOf(db, house)).toMatchObject([{ provider: 'kaspi', amount: '50000', state: 'PAID' }])
  expect(await faultsOf(db, house)).toEqual([])
})

const addressOf = (segment: string) => new FakeKaspi(doors.origin, `/api/payments/kaspi/${segment}`)

test('Kaspi at another address of the house: one operation, whichever of the two came first', async () => {
  const scope = { type: 'BUILDING' as const, id: house.buildingId }
  const [first, second] = [await makeMerchant(db, { provider: 'kaspi', scope }), await makeMerchant(db, { provider: 'kaspi', scope })]
  const operation = FakeKaspi.newOperation()
  await assignFrom('kaspi', { flat: 1, sum: '700', operation })
  for (const { segment } of [first, second]) expect((await addressOf(segment).pay(operation, number(1), '700.00')).result).toBe(0)
  expect(await paidOf(db, house)).toHaveLength(1)

  const called = FakeKaspi.newOperation()
  expect((await addressOf(second.segment).pay(called, number(0), '800.00')).result).toBe(0)
  // The registry names another flat: the same operation is not posted a second time.
  await expect(assignFrom('kaspi', { flat: 4, sum: '800', operation: called })).rejects.toMatchObject({ cause: { code: 'statements.alreadySettled' } })
  expect(await paidOf(db, house)).toHaveLength(2)
  expect(await faultsOf(db, house)).toEqual([])
})

test('a merchant that is over is not chosen while another lives', async () => {
  const scope = { type: 'BUILDING' as const, id: house.buildingId }
  const [over, living] = [await makeMerchant(db, { provider: 'kaspi', scope }), await makeMerchant(db, { provider: 'kaspi', scope })]
  await db.sql(`update payment_merchants set active_from = '2021-01-01', active_to = '2024-01-01' where merchant_id = $1`, [over.merchantId])
  await assignFrom('kaspi', { flat: 1, sum: '700', operation: FakeKaspi.newOperation() })
  expect(await db.sql('select merchant_id, service from payment_transactions where building_id = $1', [house.buildingId])).toEqual([{ merchant_id: living.merchantId, service: living.segment }])
})

test('Paynet: the operation exists and is paid, in its own words; posted once', async () => {
  house = await makeHouse(db, { country: 'UZ', flats: 6 })
  await makeMerchant(db, { provider: 'paynet', short: true, key: 'paynet:late', field: 'client_id' })
  const { iban } = keeper
  keeper = { person: await asAccountant(db, house), house, iban }
  const paynet = new FakePaynet(doors.origin, 'paynet:late')
  const operation = FakePaynet.newTransaction()
  await assignFrom('paynet', { flat: 2, sum: '50000', operation: String(operation) })
  expect((await paynet.perform(operation, number(2), 5_000_000)).error?.code).toBe(201)
  expect((await paynet.check(operation)).result).toMatchObject({ transactionState: 1 })
  expect((await paynet.perform(operation, number(3), 5_000_000)).error?.code).toBe(302)
  expect(await paidOf(db, house)).toMatchObject([{ provider: 'paynet', amount: '5000000', state: 'PAID' }])
  expect(await faultsOf(db, house)).toEqual([])
})

test('an operation that a person spread over two accounts: its late call is answered as paid, whole; no call of the provider takes a part of it back', async () => {
  const kaspi = new FakeKaspi(doors.origin)
  const operation = FakeKaspi.newOperation()
  const spread = async (source: 'kaspi' | 'paynet', id: string, sum: string, parts: { number: string; amount: bigint }[]) => {
    const statement = await takeIn(keeper, { source, name: 'r.csv', text: `date;account;amount;id\n04.11.2026;${number(2)};${sum};${id}` })
    await keeper.person.caller.statements.splitLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 2, parts })
  }
  await spread('kaspi', operation, '500', [{ number: number(4), amount: 30_000n }, { number: number(5), amount: 20_000n }])
  // The payer typed one number; a person knew better.
  expect((await kaspi.pay(operation, number(2), '500.00', '20261104120000')).body).toMatchObject({ result: 0, sum: '500.00' })
  expect((await kaspi.pay(operation, number(5), '500.00')).result).toBe(0)
  expect((await kaspi.pay(operation, number(4), '300.00')).result, 'a part is not the operation').toBe(5)
  expect((await kaspi.pay(operation, number(3), '500.00')).result).toBe(1)
  // Told once more in another form, by an account of its parts: known, and the day agrees.
  const again = await takeIn(keeper, { source: 'kaspi', name: 'again.csv', text: `date;account;amount;id;payer\n04.11.2026;${number(4)};500,00;${operation};Somebody` })
  expect((await linesOf(keeper, again)).map(line => line.state)).toEqual(['KNOWN'])
  await keeper.person.caller.statements.reconcile({ buildingId: house.buildingId, day: '2026-11-04' })
  expect((await keeper.person.caller.statements.reconciliations({ buildingId: house.buildingId })).differences.map(each => each.class)).toEqual(['DUPLICATE'])
  expect(await paidOf(db, house)).toMatchObject([{ amount: '30000', state: 'PAID' }, { amount: '20000', state: 'PAID' }])

  house = await makeHouse(db, { country: 'UZ', flats: 6 })
  const merchant = await makeMerchant(db, { provider: 'paynet', key: 'paynet:spread', field: 'client_id' })
  keeper = { person: await asAccountant(db, house), house, iban: keeper.iban }
  const paynet = new FakePaynet(doors.origin, 'paynet:spread', `/api/payments/paynet/${merchant.segment}`)
  const transaction = FakePaynet.newTransaction()
  await spread('paynet', String(transaction), '50000', [{ number: number(2), amount: 3_000_000n }, { number: number(3), amount: 2_000_000n }])
  expect((await paynet.perform(transaction, number(2), 5_000_000)).error?.code).toBe(201)
  expect((await paynet.cancel(transaction)).error?.code).toBe(77)
  expect((await paidOf(db, house)).map(each => each.state)).toEqual(['PAID', 'PAID'])
  expect(await faultsOf(db, house)).toEqual([])
})

type Source = 'click' | 'payme' | 'paynet' | 'uzum'
/** An address of the provider for an Uzbek house of its own, and the line of an operation that nobody told us of. */
async function registryOf(source: Source, id: string) {
  house = await makeHouse(db, { country: 'UZ', flats: 6 })
  const merchant = await makeMerchant(db, { provider: source, scope: { type: 'BUILDING', id: house.buildingId }, ...(source === 'paynet' ? { key: `paynet:${id}`, field: 'client_id' } : {}) })
  keeper = { person: await asAccountant(db, house), house, iban: keeper.iban }
  const bring = () => takeIn(keeper, { source, name: 'r.csv', text: `date;account;amount;id\n04.11.2026;${number(2)};50000;${id}` })
  return { merchant, bring, path: `/api/payments/${source}/${merchant.segment}` }
}
const halves = () => [{ number: number(2), amount: 3_000_000n }, { number: number(3), amount: 2_000_000n }]
const reverse = async (externalId: string) => {
  const [payment] = await db.sql<{ id: string }>(`select payment_id as id from payment_transactions where building_id = $1 and external_id = $2 and state = 'PAID'`, [house.buildingId, externalId])
  await keeper.person.caller.payments.reverse({ buildingId: house.buildingId, paymentId: payment!.id, reason: 'Not theirs' })
}
/** Two parts; the first is given back; then the other too, and the whole goes to a third flat; then that is given back as well. */
async function* lifeOf(id: string, bring: () => ReturnType<typeof takeIn>): AsyncGenerator<boolean> {
  const { statementId } = await bring()
  await keeper.person.caller.statements.splitLine({ buildingId: house.buildingId, statementId, row: 2, parts: halves() })
  yield true
  await reverse(id)
  yield true
  await reverse(`${id}/2`)
  yield false
  await keeper.person.caller.statements.assignLine({ buildingId: house.buildingId, statementId, row: 2, number: number(4) })
  yield true
  await reverse(`${id}/3`)
  yield false
  expect((await paidOf(db, house)).map(each => each.state)).toEqual(['REFUNDED', 'REFUNDED', 'REFUNDED'])
  expect(await faultsOf(db, house)).toEqual([])
}

test('Payme: while a part is paid the operation is, though its first part was given back', async () => {
  const id = FakePayme.newTransaction()
  const { merchant, bring, path } = await registryOf('payme', id)
  const payme = new FakePayme(doors.origin, merchant.key, path)
  for await (const paid of lifeOf(id, bring)) {
    if (paid) expect((await payme.cancel(id, 5)).error?.code).toBe(-31007)
    expect((await payme.look(id)).result).toMatchObject(paid ? { state: 2, cancel_time: 0, reason: null } : { state: -2, reason: 5 })
    const performed = await payme.perform(id)
    expect(performed.result?.['state'] ?? performed.error?.code).toBe(paid ? 2 : -31008)
    const told = (await payme.statement(Date.parse('2026-11-03T00:00:00Z'), Date.parse('2026-11-06T00:00:00Z'))).result
    expect(told?.['transactions']).toMatchObject([{ id, amount: 5_000_000, ...(paid ? { state: 2, cancel_time: 0, reason: null } : { state: -2 }) }])
  }
  expect((await payme.cancel(id, 5)).result).toMatchObject({ state: -2 })
})

test('Payme: what it let go itself and its registry told of later is paid too', async () => {
  const id = FakePayme.newTransaction()
  const { merchant, bring, path } = await registryOf('payme', id)
  const payme = new FakePayme(doors.origin, merchant.key, path)
  await payme.create(id, number(1), 5_000_000, Date.parse('2026-11-20T06:00:00Z'))
  expect((await payme.cancel(id)).result).toMatchObject({ state: -1 })
  const statement = await bring()
  await keeper.person.caller.statements.assignLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 2, number: number(2) })
  expect(await paidOf(db, house)).toMatchObject([{ number: number(1), state: 'CANCELLED' }, { number: number(2), state: 'PAID' }])
  expect((await payme.look(id)).result).toMatchObject({ state: 2, cancel_time: 0, reason: null })
  expect((await payme.look(id)).result?.['perform_time']).toBeGreaterThan(0)
  await reverse(`${id}/2`)
  expect((await payme.look(id)).result).toMatchObject({ state: -1, perform_time: 0 })
  expect((await linesOf(keeper, statement)).map(line => line.problem)).toEqual(['REVERSED'])
})

test('Paynet: while a part is paid the operation is, though its first part was given back', async () => {
  const id = FakePaynet.newTransaction()
  const { merchant, bring, path } = await registryOf('paynet', String(id))
  const paynet = new FakePaynet(doors.origin, merchant.key, path)
  for await (const paid of lifeOf(String(id), bring)) {
    expect((await paynet.cancel(id)).error?.code).toBe(paid ? 77 : 202)
    expect((await paynet.check(id)).result).toMatchObject({ transactionState: paid ? 1 : 2 })
    expect((await paynet.perform(id, number(2), 5_000_000)).error?.code).toBe(paid ? 201 : 202)
    expect((await paynet.statement('2026-11-03 00:00:00', '2026-11-06 00:00:00')).result?.['statements']).toMatchObject(paid ? [{ transactionId: id, amount: 50_000 }] : [])
  }
})

test('Uzum: while a part is paid the operation is, though its first part was given back; its status tells the whole', async () => {
  const id = FakeUzum.newTransaction()
  const { merchant, bring, path } = await registryOf('uzum', id)
  const uzum = new FakeUzum(doors.origin, merchant, path)
  for await (const paid of lifeOf(id, bring)) {
    expect((await uzum.reverse(id)).code).toBe(paid ? '10017' : '10018')
    expect((await uzum.confirm(id)).code).toBe(paid ? '10016' : '10015')
    const { body } = await uzum.status(id)
    expect(body).toMatchObject({ status: paid ? 'CONFIRMED' : 'REVERSED', amount: 5_000_000 })
    expect(body['reverseTime'] === null).toBe(paid)
  }
})

test('Click: while a part is paid the operation is, though its first part was given back', async () => {
  const trans = FakeClick.newTransaction()
  const { merchant, bring, path } = await registryOf('click', trans)
  const click = new FakeClick(doors.origin, merchant, path)
  for await (const paid of lifeOf(trans, bring)) {
    const [first] = await db.sql<{ seq: string }>('select seq::text as seq from payment_transactions where building_id = $1 and external_id = $2', [house.buildingId, trans])
    expect((await click.complete({ trans, account: number(2), amount: '50000.00' }, first?.seq)).error).toBe(paid ? -4 : -9)
  }
})

/** A person gives the money of the registry's line to a flat. */
const give = (statementId: string, flat: number) => keeper.person.caller.statements.assignLine({ buildingId: house.buildingId, statementId, row: 2, number: number(flat) })
/** What was cancelled is untouched, what the person placed stands, and the ledger agrees. */
async function nothingTakenTwice(was: 'REFUNDED' | 'CANCELLED'): Promise<void> {
  expect(await paidOf(db, house)).toMatchObject([{ number: number(2), state: was }, { number: number(4), state: 'PAID' }])
  expect(await db.sql(`select kind from ledger_entries where building_id = $1 and account_id is not null order by kind`, [house.buildingId]))
    .toEqual((was === 'REFUNDED' ? ['PAYMENT', 'PAYMENT', 'REVERSAL'] : ['PAYMENT']).map(kind => ({ kind })))
  expect(await faultsOf(db, house)).toEqual([])
}

test('Payme: its Cancel repeated after a person assigned the money elsewhere is answered as before, byte for byte; nothing is taken back twice', async () => {
  for (const performed of [true, false]) {
    const id = FakePayme.newTransaction()
    const { merchant, bring, path } = await registryOf('payme', id)
    const payme = new FakePayme(doors.origin, merchant.key, path)
    if (!performed) await payme.create(id, number(2), 5_000_000, Date.parse('2026-11-20T06:00:00Z'))
    const told = performed ? (await bring()).statementId : ''
    if (performed) await give(told, 2)
    const first = await payme.cancel(id, 5)
    expect(first.result).toMatchObject({ state: performed ? -2 : -1 })
    await give(performed ? told : (await bring()).statementId, 4)
    for (let i = 0; i < 2; i += 1) expect((await payme.cancel(id, 5)).result).toEqual(first.result)
    await nothingTakenTwice(performed ? 'REFUNDED' : 'CANCELLED')
  }
})

test('Uzum: its reverse repeated after a person assigned the money elsewhere stays already cancelled; nothing is taken back twice', async () => {
  const id = FakeUzum.newTransaction()
  const { merchant, bring, path } = await registryOf('uzum', id)
  const uzum = new FakeUzum(doors.origin, merchant, path)
  const { statementId } = await bring()
  await give(statementId, 2)
  expect((await uzum.reverse(id)).body).toMatchObject({ status: 'REVERSED' })
  expect((await uzum.reverse(id)).code).toBe('10018')
  await give(statementId, 4)
  expect((await uzum.reverse(id)).code).toBe('10018')
  await nothingTakenTwice('REFUNDED')
})

test('Paynet: its Cancel repeated after a person assigned the money elsewhere stays already cancelled; nothing is taken back twice', async () => {
  const id = FakePaynet.newTransaction()
  const { merchant, bring, path } = await registryOf('paynet', String(id))
  const paynet = new FakePaynet(doors.origin, merchant.key, path)
  const { statementId } = await bring()
  await give(statementId, 2)
  expect((await paynet.cancel(id)).result).toMatchObject({ transactionState: 2 })
  expect((await paynet.cancel(id)).error?.code).toBe(202)
  await give(statementId, 4)
  expect((await paynet.cancel(id)).error?.code).toBe(202)
  await nothingTakenTwice('REFUNDED')
})

test('Click: its cancelling repeated after a person assigned the money elsewhere stays cancelled, and asks nobody to take it back', async () => {
  const trans = FakeClick.newTransaction()
  const { merchant, bring, path } = await registryOf('click', trans)
  const click = new FakeClick(doors.origin, merchant, path)
  const call = { trans, account: number(2), amount: '50000.00' }
  const prepared = await click.prepare(call)
  const cancel = async () => (await click.complete(call, prepared.body['merchant_prepare_id'], { error: -5017 })).error
  expect(await cancel()).toBe(-9)
  await give((await bring()).statementId, 4)
  expect(await cancel()).toBe(-9)
  expect(await db.sql(`select from audit_entries where building_id = $1 and action = 'payments.askReversal'`, [house.buildingId])).toEqual([])
  await nothingTakenTwice('CANCELLED')
})
