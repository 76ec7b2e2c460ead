import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asCouncil, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let manager: ActingPerson
let owner: ActingPerson
let today: string
let payme: FakePayme
let doors: Awaited<ReturnType<typeof openDoors>>
let key: { buildingId: string; programmeId: string }
let other: { buildingId: string; programmeId: string }
let paid = 0n

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 3, areas: ['45.30', '62.10', '30.00'] })
  twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  manager = await asManager(db, house)
  owner = await asOwner(db, house, house.premises[0]!)
  today = (await db.sql<{ day: string }>(`select app.today()::text as day`))[0]!.day
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
  key = await collecting('Tomni taʼmirlash')
  other = await collecting('Liftni almashtirish')
})
afterAll(() => doors.close())

async function collecting(title: string) {
  const made = { buildingId: house.buildingId, programmeId: newId() }
  await manager.caller.repairs.openProgramme({ ...made, kind: 'CAPITAL', title, year: 2026 })
  await manager.caller.repairs.registerEstimate({ ...made, vatPercent: '0', lines: [{ code: '1', name: title, unit: 'm2', quantity: '1', unitPrice: 123_456_789_001n }] })
  await manager.caller.repairs.approveEstimate({ ...made, version: 1, decisionNumber: '7', decisionOn: today, instalments: 4, firstDueOn: today })
  return made
}
async function pay(number: string, amount: bigint) {
  const id = FakePayme.newTransaction()
  expect((await payme.create(id, number, Number(amount))).result).toMatchObject({ state: 1 })
  expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
}
const programme = async (who: ActingPerson, programmeId: string) => (await who.caller.repairs.fund({ buildingId: house.buildingId })).programmes.find(each => each.programmeId === programmeId)!
const balanceOf = async (programmeId: string) => db.sql<{ sum: string }>(`select h.balances ->> $2 as sum from account_heads h where h.building_id = $1 and h.balances ? $2 order by 1`, [house.buildingId, `PROGRAMME:${programmeId}`])
const ask = (who: ActingPerson, amount: bigint, more: Record<string, unknown> = {}) =>
  who.caller.repairs.requestRefund({ ...key, refundId: newId(), premisesId: house.premises[0]!.premisesId, amount, application: 'Ariza 5, 2026-11-20', ...more })

describe('a programme that is being collected is cancelled', () => {
  test('who may not is refused, and the twin finds nothing', async () => {
    await expect((await asClerk(db, house)).caller.repairs.cancelProgramme({ ...key, ground: 'Bayonnoma 9' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect((await asManager(db, twin)).caller.repairs.cancelProgramme({ ...key, ground: 'Bayonnoma 9' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(ask(manager, 1n), 'nothing is paid beyond the part').rejects.toMatchObject({ message: 'repairs.refundTooMuch' })
  })

  test('its debts are reversed, its numbers closed, and what was paid is the payer\'s own', async () => {
    const { instalments } = (await programme(owner, key.programmeId)).shares[0]!
    for (const each of instalments.slice(0, 2)) {
      await pay(each.number, each.amount)
      paid += each.amount
    }
    expect(await manager.caller.repairs.cancelProgramme({ ...key, ground: 'Bayonnoma 9, 2026-11-20' })).toEqual({ reversed: 3, refundable: paid })
    expect((await balanceOf(key.programmeId)).map(each => BigInt(each.sum))).toEqual([-paid, 0n, 0n])
    expect((await payme.check(instalments[2]!.number, Number(instalments[2]!.amount))).error).toBeDefined()
    const seen = await programme(owner, key.programmeId)
    expect(seen).toMatchObject({ state: 'CANCELLED', gathered: paid, works: { closing: { kind: 'CANCELLED', gathered: paid, spent: 0n, rest: paid, refundable: paid } } })
    expect(seen.shares[0]).toMatchObject({ obligation: 0n, refundable: paid, instalments: [] })
    const council = (await (await asCouncil(db, house)).caller.repairs.council({ buildingId: house.buildingId })).funds.find(each => each.programmeId === key.programmeId)
    expect(council).toMatchObject({ state: 'CANCELLED', owed: 0n, programme: { works: { money: { refundable: paid } } } })
    await expect(manager.caller.repairs.cancelProgramme({ ...key, ground: 'Bayonnoma 9' })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await db.sql('select * from app.verify_ledger() limit 3')).toEqual([])
  })

  test('the other programme owes what it owed: the money of one never pays the other', async () => {
    const { shares } = await programme(owner, other.programmeId)
    expect(shares[0]).toMatchObject({ paid: 0n, refundable: 0n })
    expect(shares[0]!.instalments.every(each => each.state === 'OPEN' && each.covered === 0n)).toBe(true)
    const screen = await owner.caller.payments.screen({ number: house.premises[0]!.accountNumber })
    expect(screen.payable.owed.find(each => each.fund === `PROGRAMME:${other.programmeId}`)!.amount).toBe(shares[0]!.instalments[0]!.amount)
  })
})
