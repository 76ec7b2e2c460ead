import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asChair, asClerk, asCouncil, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let manager: ActingPerson
let today: string
let payme: FakePayme
let doors: Awaited<ReturnType<typeof openDoors>>
const areas = ['45.30', '62.10', '30.00']

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 3, areas })
  twin = await makeHouse(db, { country: 'UZ', flats: 2 })
  manager = await asManager(db, house)
  today = (await db.sql<{ day: string }>(`select app.today()::text as day`))[0]!.day
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
})
afterAll(() => doors.close())

/** A programme whose estimate has the total of the vector: 123 456 789 001 tiyin. */
async function estimated(person: ActingPerson = manager, of: TestHouse = house, unitPrice = 123_456_789_001n): Promise<{ buildingId: string; programmeId: string }> {
  const key = { buildingId: of.buildingId, programmeId: newId() }
  await person.caller.repairs.openProgramme({ ...key, kind: 'CAPITAL', title: 'Tomni taʼmirlash', year: 2026 })
  await person.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Tom', unit: 'm2', quantity: '1', unitPrice }] })
  return key
}
const decision = () => ({ decisionNumber: '7', decisionOn: today, instalments: 12, firstDueOn: today })
const sum = (rows: { amount: string }[]) => rows.reduce((all, row) => all + BigInt(row.amount), 0n)

describe('approval of an estimate (uzbekistan.md 2.7.1)', () => {
  let key: { buildingId: string; programmeId: string }

  test('lays the owners\' 30 % on every premises by area and in instalments, exactly', async () => {
    key = await estimated()
    expect(await manager.caller.repairs.approveEstimate({ ...key, version: 1, ...decision() })).toEqual({ ownersTotal: 37_037_036_700n, obligations: 3, instalments: 36, credited: 0n })
    const obligations = await db.sql<{ amount: string; weight: string }>('select amount::text, weight::text from repair_obligations where programme_id = $1 order by weight desc', [key.programmeId])
    expect(obligations).toEqual([{ amount: '16739446718', weight: '6210' }, { amount: '12210900746', weight: '4530' }, { amount: '8086689236', weight: '3000' }])
    for (const { weight, amount } of obligations) {
      const parts = await db.sql<{ amount: string }>(`select i.amount::text from repair_instalments i join repair_obligations o using (building_id, programme_id, version, premises_id)
        where i.programme_id = $1 and o.weight = $2::bigint order by n`, [key.programmeId, weight])
      expect(parts).toHaveLength(12)
      expect(sum(parts)).toBe(BigInt(amount))
    }
  })

  test('only this month\'s instalments are debts; each can be paid by its own number', async () => {
    const charged = await db.sql<{ amount: string }>(`select amount::text from ledger_entries where building_id = $1 and kind = 'CHARGE' and account_id is not null`, [house.buildingId])
    expect(charged).toHaveLength(3)
    const owner = await asOwner(db, house, house.premises[0]!)
    const share = (await owner.caller.repairs.fund({ buildingId: house.buildingId })).programmes[0]!.shares[0]!
    expect(share).toMatchObject({ areaM2: '45.3', houseAreaM2: '137.4', obligation: 12_210_900_746n, paid: 0n })
    expect(share.instalments).toHaveLength(12)
    const half = share.instalments.slice(0, 6)
    for (const part of half) {
      const id = FakePayme.newTransaction()
      expect((await payme.create(id, part.number, Number(part.amount))).result).toMatchObject({ state: 1 })
      expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
    }
    const after = (await owner.caller.repairs.fund({ buildingId: house.buildingId })).programmes[0]!
    expect(after.shares[0]!.instalments.map(each => [each.state, each.covered])).toEqual([...half.map(each => ['PAID', each.amount]), ...Array.from({ length: 6 }, () => ['OPEN', 0n])])
    expect(after.gathered).toBe(half.reduce((all, each) => all + each.amount, 0n))
    expect(after.paidUpPercent).toBe('33.3')
  })

  test('money paid to the account covers the debt of the programme and marks its instalments', async () => {
    const unit = house.premises[1]!
    const owner = await asOwner(db, house, unit)
    const share = async () => (await owner.caller.repairs.fund({ buildingId: house.buildingId })).programmes[0]!.shares[0]!
    const first = (await share()).instalments[0]!
    const id = FakePayme.newTransaction()
    await payme.create(id, unit.accountNumber, Number(first.amount))
    await payme.perform(id)
    expect((await share()).instalments[0]).toMatchObject({ state: 'PAID', covered: first.amount })
    expect((await payme.check(first.number, Number(first.amount))).error?.code).toBe(-31052)
    await payme.cancel(id, 5)
    expect((await share()).instalments[0]).toMatchObject({ state: 'OPEN', covered: 0n })
  })

  test('AT-UZ-17: the estimate grows by a tenth after half is paid: only the difference appears, what was paid stays paid, the history is read by its owner', async () => {
    await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Tom', unit: 'm2', quantity: '1', unitPrice: 135_802_467_901n }] })
    const owner = await asOwner(db, house, house.premises[0]!)
    const share = async () => (await owner.caller.repairs.fund({ buildingId: house.buildingId })).programmes[0]!.shares[0]!
    const was = await share()
    const before = await db.sql('select * from repair_instalments where version = 1 and programme_id = $1 order by premises_id, n', [key.programmeId])
    const approved = await manager.caller.repairs.approveEstimate({ ...key, version: 2, ...decision(), instalments: 3 })
    expect(approved.ownersTotal).toBe(40_740_740_370n)
    const all = await db.sql<{ amount: string }>('select amount::text from repair_obligations where programme_id = $1', [key.programmeId])
    expect(sum(all)).toBe(40_740_740_370n)
    expect(await db.sql('select * from repair_instalments where version = 1 and programme_id = $1 order by premises_id, n', [key.programmeId])).toEqual(before)
    const now = await share()
    // Only their places in the list have moved: the new ones stand among them by their days.
    const told = (all: typeof was.instalments) => all.filter(each => was.instalments.some(one => one.number === each.number)).map(({ n: _n, ...each }) => each)
    expect([now.paid, told(now.instalments)]).toEqual([was.paid, told(was.instalments)])
    const added = now.instalments.filter(each => !was.instalments.some(one => one.number === each.number))
    // A tenth of the flat's 12,210,900,746, by the largest remainder of the new total.
    expect([added.length, added.reduce((all, each) => all + each.amount, 0n)]).toEqual([3, now.obligation - was.obligation])
    expect(now.versions).toMatchObject([{ version: 1, before: 0n, after: was.obligation }, { version: 2, before: was.obligation, after: now.obligation, delta: now.obligation - was.obligation }])
    expect(now.obligation).toBe(13_431_990_821n)
  })

  test('the council sees sums and entrances; the ledger verifies', async () => {
    for (const person of [await asCouncil(db, house), await asChair(db, house)]) {
      const { funds } = await person.caller.repairs.council({ buildingId: house.buildingId })
      expect(funds[0]).toMatchObject({ programmeId: key.programmeId, spent: 0n, byEntrance: [{ entrance: 1 }] })
      expect(JSON.stringify(funds, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).not.toContain('Owner')
    }
    expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
  })
})

describe('refusals', () => {
  test('dates, versions and houses without accounts', async () => {
    const key = await estimated()
    const approve = (more: Record<string, unknown>) => manager.caller.repairs.approveEstimate({ ...key, version: 1, ...decision(), ...more })
    await expect(approve({ decisionOn: '2099-01-01' })).rejects.toMatchObject({ message: 'repairs.decisionInFuture' })
    await expect(approve({ firstDueOn: '2020-01-01' })).rejects.toMatchObject({ message: 'repairs.dueInPast' })
    for (const decisionOn of ['2026-02-30', '0026-11-20']) await expect(approve({ decisionOn })).rejects.toThrow('Invalid input')
    await expect(approve({ version: 2 })).rejects.toMatchObject({ message: 'repairs.estimateNotFound' })
    await expect(manager.caller.repairs.approveEstimate({ buildingId: house.buildingId, programmeId: newId(), version: 1, ...decision() })).rejects.toMatchObject({ message: 'repairs.programmeNotFound' })
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [house.premises[2]!.accountId])
    await expect(approve({})).rejects.toMatchObject({ message: 'repairs.unitsWithoutAccount' })
    await db.sql('update accounts set closed_on = null where account_id = $1', [house.premises[2]!.accountId])
    await approve({})
    await expect(approve({})).rejects.toMatchObject({ message: 'repairs.notLatestEstimate' })
  })

  test('two approvals at once: one wins', async () => {
    const key = await estimated()
    const results = await Promise.allSettled(Array.from({ length: 3 }, () => manager.caller.repairs.approveEstimate({ ...key, version: 1, ...decision() })))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    expect(await db.sql('select from repair_obligations where programme_id = $1', [key.programmeId])).toHaveLength(3)
  })

  test('a clerk may not, the twin\'s people see nothing of it', async () => {
    const key = await estimated()
    const clerk = await asClerk(db, house)
    await expect(clerk.caller.repairs.approveEstimate({ ...key, version: 1, ...decision() })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    for (const person of [await asManager(db, twin), await asOwner(db, twin, twin.premises[0]!), await asCouncil(db, twin)]) {
      await expect(person.caller.repairs.fund({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(person.caller.repairs.council({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    const twinManager = await asManager(db, twin)
    await expect(twinManager.caller.repairs.approveEstimate({ ...key, version: 1, ...decision() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const owner = await asOwner(db, house, house.premises[0]!)
    await expect(owner.caller.repairs.council({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const own = await owner.caller.repairs.fund({ buildingId: house.buildingId })
    expect(own.programmes.flatMap(each => each.shares).every(share => share.unitNumber === house.premises[0]!.number), 'others are percents only').toBe(true)
  })
})
