import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { chargeDueInstalments } from '#server/repairs/jobs.ts'
import { asManager, asOwner, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let manager: ActingPerson
let owners: ActingPerson[]
let payme: FakePayme
let doors: Awaited<ReturnType<typeof openDoors>>
let key: { buildingId: string; programmeId: string }

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-09-20T06:00:00Z')
  house = await makeHouse(db, { country: 'UZ', flats: 3, areas: ['45.30', '62.10', '30.00'] })
  await signIn()
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
  key = { buildingId: house.buildingId, programmeId: newId() }
  await manager.caller.repairs.openProgramme({ ...key, kind: 'CAPITAL', title: 'Tomni taʼmirlash', year: 2026 })
  await version(123_456_789_001n, { instalments: 12, firstDueOn: '2026-09-25' })
})
afterAll(async () => {
  await resetClock()
  await doors.close()
})

async function signIn() {
  manager = await asManager(db, house)
  owners = []
  for (const unit of house.premises) owners.push(await asOwner(db, house, unit))
}

/** The next version of the estimate, approved; the owners' part is 30 %. */
async function version(unitPrice: bigint, plan: { instalments: number; firstDueOn: string }) {
  const { version: number } = await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Tom', unit: 'm2', quantity: '1', unitPrice }] })
  return manager.caller.repairs.approveEstimate({ ...key, version: number, decisionNumber: String(number), decisionOn: '2026-09-19', ...plan })
}
const fund = () => `PROGRAMME:${key.programmeId}`
const share = async (place: number) => (await owners[place]!.caller.repairs.fund({ buildingId: house.buildingId })).programmes[0]!.shares[0]!
const balance = async (place: number) => BigInt((await db.sql<{ sum: string | null }>(`select h.balances ->> $2 as sum from account_heads h where account_id = $1`, [house.premises[place]!.accountId, fund()]))[0]?.sum ?? 0)
async function pay(number: string, amount: bigint) {
  const id = FakePayme.newTransaction()
  const [clock] = await db.sql<{ now: Date }>('select app.now() as now')
  expect((await payme.create(id, number, Number(amount), clock?.now.getTime())).result).toMatchObject({ state: 1 })
  expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
  return id
}
/** What the book holds of every premises: its part less what is still to fall due less what came in. */
async function bookIsWhole() {
  for (const [place, unit] of house.premises.entries()) {
    const rows = await db.sql<{ part: string; later: string; paid: string }>(`select (select sum(amount) from repair_obligations where premises_id = $1)::text as part,
      (select coalesce(sum(amount - credited), 0) from repair_instalments where premises_id = $1 and charged_by is null)::text as later,
      (select coalesce(-sum(amount), 0) from ledger_entries where account_id = $2 and fund = $3 and source_type = 'payment')::text as paid`, [unit.premisesId, unit.accountId, fund()])
    expect(await balance(place)).toBe(BigInt(rows[0]!.part) - BigInt(rows[0]!.later) - BigInt(rows[0]!.paid))
    const open = (await share(place)).instalments
    expect(open.reduce((sum, each) => sum + each.amount, 0n), 'what can be paid by numbers is the part').toBe((await share(place)).obligation)
  }
  expect(await db.sql('select * from app.verify_ledger() limit 3')).toEqual([])
}

describe('versions of the estimate of a running programme', () => {
  test('a lower one gives the difference back by entries of its own and takes the last instalments off', async () => {
    const paid = (await share(0)).instalments
    await pay(paid[0]!.number, paid[0]!.amount)
    const laid = await db.sql(`select version, premises_id, n, due_on, amount from repair_instalments order by premises_id, n`)
    expect(await version(61_728_394_500n, { instalments: 1, firstDueOn: '2026-10-25' })).toEqual({ ownersTotal: 18_518_518_350n, obligations: 3, instalments: 0, credited: 18_518_518_350n })
    expect(await db.sql(`select version, premises_id, n, due_on, amount from repair_instalments order by premises_id, n`), 'nothing laid was edited').toEqual(laid)
    const entries = await db.sql<{ amount: string; contra: string }>(`select e.amount::text, c.ledger as contra from ledger_entries e join ledger_entries c on c.transaction_id = e.transaction_id and c.account_id is null and c.amount = -e.amount
      where e.kind = 'RECALCULATION' and e.account_id is not null and e.source_id = $1`, [`${key.programmeId}:2`])
    expect(entries).toHaveLength(3)
    expect(entries.reduce((sum, each) => sum + BigInt(each.amount), 0n)).toBe(-18_518_518_350n)
    expect(entries.every(each => each.contra === 'INCOME')).toBe(true)
    await bookIsWhole()
    expect(await balance(0), 'the paid instalment stays paid, the next are still to come').toBe(0n)
  })

  test('each owner sees the part before, after, the difference and the numbers of the formula; nobody else\'s', async () => {
    const { versions, obligation } = await share(0)
    expect(versions).toMatchObject([
      { version: 1, ownersTotal: 37_037_036_700n, areaM2: '45.3', houseAreaM2: '137.4', before: 0n, after: 12_210_900_746n, delta: 12_210_900_746n },
      { version: 2, ownersTotal: 18_518_518_350n, areaM2: '45.3', houseAreaM2: '137.4', before: 12_210_900_746n, after: 6_105_450_373n, delta: -6_105_450_373n },
    ])
    expect(obligation).toBe(6_105_450_373n)
    const tenant = await asTenant(db, house, house.premises[1]!)
    const seen = (await tenant.caller.repairs.fund({ buildingId: house.buildingId })).programmes[0]!.shares
    expect(seen.map(each => each.premisesId)).toEqual([house.premises[1]!.premisesId])
  })

  test('numbers that nothing is to be paid by are closed; the cut one has another number', async () => {
    const dead = await db.sql<{ number: string }>(`select number from payment_invoices where state = 'WITHDRAWN' limit 1`)
    expect((await payme.check(dead[0]!.number, 100)).error).toBeDefined()
    for (const each of (await share(1)).instalments) await pay(each.number, each.amount)
    expect(await share(1)).toMatchObject({ paid: (await share(1)).obligation })
    await bookIsWhole()
  })

  test('money paid ahead for what a lower version takes off is a credit, and the next version finds it', async () => {
    await version(30_864_197_250n, { instalments: 1, firstDueOn: '2026-10-25' })
    await bookIsWhole()
    const before = await share(1)
    expect(before.paid - before.obligation).toBeGreaterThan(0n)
    await version(46_296_295_875n, { instalments: 2, firstDueOn: '2026-10-10' })
    await bookIsWhole()
    expect((await share(1)).instalments.filter(each => each.state === 'OPEN'), 'the credit pays the new instalments').toEqual([])
    expect((await share(2)).instalments.filter(each => each.state === 'OPEN').length).toBeGreaterThan(0)
  })

  test('when all is charged and the debt is larger than what is left, the entry takes it off the debt', async () => {
    await setNow('2027-10-01T01:00:00Z')
    await chargeDueInstalments()
    await signIn()
    await bookIsWhole()
    const { version: number } = await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Tom', unit: 'm2', quantity: '1', unitPrice: 1_000n }] })
    await manager.caller.repairs.approveEstimate({ ...key, version: number, decisionNumber: '9', decisionOn: '2027-09-19', instalments: 1, firstDueOn: '2027-10-25' })
    await bookIsWhole()
    expect((await share(2)).obligation).toBeLessThan(100n)
    expect(await balance(2)).toBe((await share(2)).obligation)
  })

  test('two lower versions at once: one is approved', async () => {
    const { version: number } = await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Tom', unit: 'm2', quantity: '1', unitPrice: 500n }] })
    const results = await Promise.allSettled([1, 2, 3].map(() => manager.caller.repairs.approveEstimate({ ...key, version: number, decisionNumber: '10', decisionOn: '2027-09-19', instalments: 1, firstDueOn: '2027-10-25' })))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    await bookIsWhole()
  })
})
