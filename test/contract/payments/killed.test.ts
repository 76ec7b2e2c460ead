import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settings } from '#test/support/settings.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePaynet } from '#test/support/fakes/paynet.ts'
import { FakePayme, makeMerchant, type TestMerchant } from '#test/support/fakes/payme.ts'
import { FakeUzum } from '#test/support/fakes/uzum.ts'

let db: TestDatabase
let house: TestHouse
let merchant: TestMerchant
let paynetKey: string
let clickMerchant: TestMerchant
let uzumMerchant: TestMerchant
let doors: Awaited<ReturnType<typeof openDoors>>
const amount = 5_000_000

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 40 })
  merchant = await makeMerchant(db, { short: true })
  await makeMerchant(db, { provider: 'kaspi', country: 'UZ', short: true })
  clickMerchant = await makeMerchant(db, { provider: 'click', short: true })
  uzumMerchant = await makeMerchant(db, { provider: 'uzum', short: true })
  paynetKey = (await makeMerchant(db, { provider: 'paynet', short: true, field: 'client_id', key: 'paynet:a-long-password' })).key
  doors = await openDoors()
})
afterAll(async () => {
  await doors.close()
  const { pool } = await import('#server/infra/db.ts')
  await pool().end()
})

/** One call to a server that dies of kill -9 at this step; whatever came back before that. */
async function callAndKill(step: string, call: (origin: string) => Promise<unknown>): Promise<boolean> {
  const child = spawn(process.execPath, ['--conditions=react-server', 'test/support/fakes/payme-child.ts', step], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: { ...process.env, ...settings, DATABASE_URL: db.url, DATABASE_OWNER_URL: db.ownerUrl, LOG_LEVEL: 'silent' },
  })
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('message', message => resolve(String(message)))
    child.once('exit', () => reject(new Error('the child did not start')))
  })
  const gone = new Promise<NodeJS.Signals | null>(resolve => child.once('exit', (_code, signal) => resolve(signal)))
  const armed = new Promise(resolve => child.once('message', resolve))
  child.send('arm')
  await armed
  const answered = await call(origin).then(() => true, () => false)
  expect(await gone).toBe('SIGKILL')
  return answered
}

/** The statement of the dead server has ended, either way: whoever first asks and then acts finds the same. */
const settled = () => expect.poll(() => db.sql(`select from pg_stat_activity where datname = current_database() and usename = 'uyim_app' and state <> 'idle'`)).toEqual([])

const steps = ['before-statement', 'in-statement', 'after-commit', 'before-answer']
const sums = async (accountId: string) => (await db.sql<{ entries: number; sum: string }>(
  `select count(*)::int as entries, coalesce(sum(amount), 0)::text as sum from ledger_entries where account_id = $1`, [accountId]))[0]

/** The provider asks again until it hears an answer, as they all do. */
async function again(payme: FakePayme, method: 'perform' | 'cancel', id: string): Promise<Record<string, unknown>> {
  const first = await payme[method](id)
  const second = await payme[method](id)
  expect(second.text).toBe(first.text)
  return first.result ?? {}
}

test.each(steps)('kill -9 %s of create, perform and cancel: nothing lost, nothing doubled', async step => {
  const of = house.premises[steps.indexOf(step)]!
  const id = FakePayme.newTransaction()
  const time = Date.now()
  const payme = new FakePayme(doors.origin, merchant.key)
  const dying = (origin: string) => new FakePayme(origin, merchant.key)

  await callAndKill(step, origin => dying(origin).create(id, of.accountNumber, amount, time))
  expect((await payme.create(id, of.accountNumber, amount, time)).result).toMatchObject({ state: 1 })
  expect((await db.sql(`select from payment_transactions where external_id = $1`, [id])).length).toBe(1)

  await callAndKill(step, origin => dying(origin).perform(id))
  expect(await again(payme, 'perform', id)).toMatchObject({ state: 2 })
  expect(await sums(of.accountId)).toEqual({ entries: 1, sum: String(-amount) })

  await callAndKill(step, origin => dying(origin).cancel(id, 5))
  expect(await again(payme, 'cancel', id)).toMatchObject({ state: -2 })
  expect(await sums(of.accountId)).toEqual({ entries: 2, sum: '0' })
  expect((await db.sql<{ name: string }>(`select name from event_queue where payload ->> 'accountId' = $1 order by event_id`, [of.accountId])).map(row => row.name)).toEqual(['payments.posted', 'payments.reversed'])
})

test.each(steps)('kill -9 %s of a Kaspi payment: nothing lost, nothing doubled', async step => {
  const of = house.premises[10 + steps.indexOf(step)]!
  const id = FakeKaspi.newOperation()
  await callAndKill(step, origin => new FakeKaspi(origin).pay(id, of.accountNumber, '50.00'))
  const kaspi = new FakeKaspi(doors.origin)
  const first = await kaspi.pay(id, of.accountNumber, '50.00')
  expect(first.result).toBe(0)
  expect((await kaspi.pay(id, of.accountNumber, '50.00')).text).toBe(first.text)
  expect(await sums(of.accountId)).toEqual({ entries: 1, sum: '-5000' })
  expect((await db.sql(`select from event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [of.accountId])).length).toBe(1)
})

test.each(steps)('kill -9 %s of Click\'s Prepare and Complete: nothing lost, nothing doubled', async step => {
  const one = { trans: FakeClick.newTransaction(), account: house.premises[20 + steps.indexOf(step)]!.accountNumber, amount: '50000.00' }
  const { accountId } = house.premises[20 + steps.indexOf(step)]!
  const click = new FakeClick(doors.origin, clickMerchant)
  await callAndKill(step, origin => new FakeClick(origin, clickMerchant).prepare(one))
  const { error, body } = await click.prepare(one)
  expect(error).toBe(0)
  await callAndKill(step, origin => new FakeClick(origin, clickMerchant).complete(one, body['merchant_prepare_id']))
  expect([0, -4]).toContain((await click.complete(one, body['merchant_prepare_id'])).error)
  expect((await click.complete(one, body['merchant_prepare_id'])).error).toBe(-4)
  expect(await sums(accountId)).toEqual({ entries: 1, sum: '-5000000' })
  expect((await db.sql(`select from event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [accountId])).length).toBe(1)
})

test.each(steps)('kill -9 %s of Uzum\'s create, confirm and reverse: nothing lost, nothing doubled', async step => {
  const of = house.premises[30 + steps.indexOf(step)]!
  const id = FakeUzum.newTransaction()
  const uzum = new FakeUzum(doors.origin, uzumMerchant)
  await callAndKill(step, origin => new FakeUzum(origin, uzumMerchant).create(id, of.accountNumber, amount))
  await uzum.create(id, of.accountNumber, amount)
  expect((await uzum.status(id)).state).toBe('CREATED')
  await callAndKill(step, origin => new FakeUzum(origin, uzumMerchant).confirm(id))
  await uzum.confirm(id)
  expect((await uzum.status(id)).state).toBe('CONFIRMED')
  expect(await sums(of.accountId)).toEqual({ entries: 1, sum: String(-amount) })
  await callAndKill(step, origin => new FakeUzum(origin, uzumMerchant).reverse(id))
  await uzum.reverse(id)
  expect((await uzum.status(id)).state).toBe('REVERSED')
  expect(await sums(of.accountId)).toEqual({ entries: 2, sum: '0' })
})

test.each(steps)('kill -9 %s of a Paynet payment and its cancelling: nothing lost, nothing doubled', async step => {
  const of = house.premises[36 + steps.indexOf(step)]!
  const id = FakePaynet.newTransaction()
  const dying = (origin: string) => new FakePaynet(origin, paynetKey)
  const paynet = dying(doors.origin)
  await callAndKill(step, origin => dying(origin).perform(id, of.accountNumber, 5000))
  await settled()
  // Paynet asks what became of it, and performs again what is not there.
  if ((await paynet.check(id)).result?.['transactionState'] === 3) expect((await paynet.perform(id, of.accountNumber, 5000)).result).toBeDefined()
  expect((await paynet.perform(id, of.accountNumber, 5000)).error?.code).toBe(201)
  expect(await sums(of.accountId)).toEqual({ entries: 1, sum: '-5000' })
  await callAndKill(step, origin => dying(origin).cancel(id))
  await settled()
  if ((await paynet.check(id)).result?.['transactionState'] === 1) expect((await paynet.cancel(id)).result).toMatchObject({ transactionState: 2 })
  expect((await paynet.cancel(id)).error?.code).toBe(202)
  expect(await sums(of.accountId)).toEqual({ entries: 2, sum: '0' })
  expect((await db.sql<{ name: string }>(`select name from event_queue where payload ->> 'accountId' = $1 order by event_id`, [of.accountId])).map(row => row.name)).toEqual(['payments.posted', 'payments.reversed'])
})

test('the ledger verifies after all of this', async () => {
  expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
})
