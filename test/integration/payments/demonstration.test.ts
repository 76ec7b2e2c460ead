import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { demoAccounts, demoProviders, seedPayments, type DemoAccount } from '#prisma/seed/demo/payments.ts'
import { seedRegistry } from '#prisma/seed/demo/registry.ts'
import { seedRepairs } from '#prisma/seed/demo/repairs.ts'
import { world } from '#prisma/seed/demo/world.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { FakeClick } from '#test/support/fakes/click.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme } from '#test/support/fakes/payme.ts'
import { FakePaynet } from '#test/support/fakes/paynet.ts'
import { FakeUzum } from '#test/support/fakes/uzum.ts'
import { fundScreen } from '#server/repairs/fund/queries.ts'

let db: TestDatabase
let doors: Awaited<ReturnType<typeof openDoors>>
let accounts: DemoAccount[]

beforeAll(async () => {
  db = await testDatabase()
  doors = await openDoors()
  await seedRegistry(world)
  for (let i = 0; i < 2; i += 1) {
    await seedRepairs(world)
    await seedPayments(world)
  }
  accounts = await demoAccounts(world)
})
afterAll(() => doors.close())

const of = (country: string, kind: string) => accounts.filter(each => each.country === country && each.kind === kind)

test('the table tells accounts and one-time numbers of both countries', () => {
  for (const country of ['UZ', 'KZ']) for (const kind of ['ACCUMULATING', 'ONE_TIME']) expect(of(country, kind).length, `${country} ${kind}`).toBeGreaterThanOrEqual(3)
})

test('each of them can be paid at the short addresses with the keys of the table', async () => {
  const { payme: facts } = demoProviders()
  const payme = new FakePayme(doors.origin, facts.key, '/api/payments/payme', facts.accountField)
  for (const account of [...of('UZ', 'ACCUMULATING').slice(0, 2), ...of('UZ', 'ONE_TIME').slice(0, 2)]) {
    const id = FakePayme.newTransaction()
    expect((await payme.check(account.number, account.amountMinor)).result).toMatchObject({ allow: true })
    expect((await payme.create(id, account.number, account.amountMinor)).result).toMatchObject({ state: 1 })
    expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
  }
  const { paynet: terminal } = demoProviders()
  const paynet = new FakePaynet(doors.origin, `${terminal.login}:${terminal.password}`)
  expect((await paynet.perform(FakePaynet.newTransaction(), of('UZ', 'ACCUMULATING')[0]!.number, 100_000)).result).toMatchObject({ fields: { [terminal.accountField]: of('UZ', 'ACCUMULATING')[0]!.number } })
  const told = demoProviders()
  const click = new FakeClick(doors.origin, { key: told.click.secret, serviceId: told.click.serviceId })
  const uzum = new FakeUzum(doors.origin, { key: `${told.uzum.login}:${told.uzum.password}`, serviceId: told.uzum.serviceId }, '/api/payments/uzum', told.uzum.accountField)
  for (const account of [...of('UZ', 'ACCUMULATING').slice(0, 2), ...of('UZ', 'ONE_TIME').slice(2, 4)]) {
    expect((await click.pay({ trans: FakeClick.newTransaction(), account: account.number, amount: `${Math.floor(account.amountMinor / 100)}.${String(account.amountMinor % 100).padStart(2, '0')}` })).error).toBe(0)
  }
  for (const account of [...of('UZ', 'ACCUMULATING').slice(0, 2), ...of('UZ', 'ONE_TIME').slice(4, 6)]) {
    const id = FakeUzum.newTransaction()
    expect((await uzum.check(account.number)).state).toBe('OK')
    expect((await uzum.create(id, account.number, account.amountMinor)).state).toBe('CREATED')
    expect((await uzum.confirm(id)).state).toBe('CONFIRMED')
  }
  const kaspi = new FakeKaspi(doors.origin)
  for (const account of [...of('KZ', 'ACCUMULATING').slice(0, 2), ...of('KZ', 'ONE_TIME').slice(0, 2)]) {
    expect((await kaspi.pay(FakeKaspi.newOperation(), account.number, `${Math.floor(account.amountMinor / 100)}.${String(account.amountMinor % 100).padStart(2, '0')}`)).result).toBe(0)
  }
})

test('the shares sum to the owners\' part, and the ledger verifies', async () => {
  const rows = await db.sql<{ same: boolean }>(`select e.owners_total = (select sum(o.amount) from repair_obligations o where o.programme_id = e.programme_id) as same from repair_estimates e where e.approved_at is not null`)
  expect(rows.length).toBe(3)
  expect(rows.every(row => row.same)).toBe(true)
  expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
  const { buildingId } = world.house('abay12')
  const savings = await serviceTransaction('seed', ctx => fundScreen({ ...ctx, actor: ctx.actor }, buildingId).catch(() => null))
  expect(savings, 'the seed is nobody\'s neighbour').toBeNull()
})
