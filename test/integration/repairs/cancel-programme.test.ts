import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { asAccountant, asClerk, asCouncil, asManager, asOwner, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let manager: ActingPerson
let accountant: ActingPerson
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
  accountant = await asAccountant(db, house)
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
const balanceOf = async (programmeId: string) => db.sql<{ sum: string }>(`select balances ->> $2 as sum from account_heads where building_id = $1 and balances ? $2 order by 1`, [house.buildingId, `PROGRAMME:${programmeId}`])
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

describe('refund, by four eyes', () => {
  test('asked by one, decided by another; the bank pays from the fund of the programme', async () => {
    await expect(ask(manager, paid + 1n)).rejects.toMatchObject({ message: 'repairs.refundTooMuch' })
    await expect(ask(manager, 1n, { premisesId: house.premises[1]!.premisesId }), 'who paid nothing gets nothing').rejects.toMatchObject({ message: 'repairs.refundTooMuch' })
    await expect(ask(await asClerk(db, house), 1n)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { refundId } = await ask(accountant, paid - 5n)
    await expect(ask(manager, 6n), 'the open request counts').rejects.toMatchObject({ message: 'repairs.refundTooMuch' })
    const decide = { buildingId: house.buildingId, refundId, ground: 'Toʻlov topshiriqnomasi 81' }
    await expect(accountant.caller.repairs.approveRefund(decide)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'repairs.fourEyes' })
    await expect((await asManager(db, twin)).caller.repairs.approveRefund(decide)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect((await asManager(db, twin)).caller.repairs.approveRefund({ ...decide, buildingId: twin.buildingId })).rejects.toMatchObject({ message: 'repairs.refundNotFound' })
    await manager.caller.repairs.approveRefund(decide)
    await expect(manager.caller.repairs.approveRefund(decide)).rejects.toMatchObject({ message: 'repairs.refundDecided' })
    const entries = await db.sql<{ ledger: string; amount: string }>(`select ledger, amount::text from ledger_entries where kind = 'REFUND' and source_id = $1 order by line`, [refundId])
    expect(entries).toEqual([{ ledger: 'RECEIVABLE', amount: String(paid - 5n) }, { ledger: 'BANK', amount: String(5n - paid) }])
    expect((await programme(owner, key.programmeId)).shares[0]).toMatchObject({ refundable: 5n, refunds: [{ amount: paid - 5n, approved: true }] })
    expect((await programme(await asTenant(db, house, house.premises[1]!), key.programmeId)).shares.flatMap(each => each.refunds), 'neighbours see nothing of it').toEqual([])
    const audit = await db.sql<{ action: string; person_id: string }>(`select action, person_id from audit_entries where subject_id = $1 order by at`, [refundId])
    expect(audit.map(each => each.action)).toEqual(['repairs.requestRefund', 'repairs.approveRefund'])
    expect(new Set(audit.map(each => each.person_id)).size).toBe(2)
    expect(await db.sql('select * from app.verify_ledger() limit 3')).toEqual([])
  })

  test('declined with a reason, also by whoever asked; then it can be asked again', async () => {
    const { refundId } = await ask(manager, 5n)
    await manager.caller.repairs.declineRefund({ buildingId: house.buildingId, refundId, ground: 'Ariza qaytarib olindi' })
    await expect(accountant.caller.repairs.approveRefund({ buildingId: house.buildingId, refundId, ground: 'Topshiriqnoma 82' })).rejects.toMatchObject({ message: 'repairs.refundDecided' })
    const again = await ask(manager, 5n)
    await Promise.allSettled([1, 2].map(() => accountant.caller.repairs.approveRefund({ buildingId: house.buildingId, refundId: again.refundId, ground: 'Topshiriqnoma 83' })))
    expect((await balanceOf(key.programmeId)).map(each => BigInt(each.sum))).toEqual([0n, 0n, 0n])
  })

  test('the database lets no refund through that two persons did not decide', async () => {
    const posting = { buildingId: house.buildingId, accountId: house.premises[0]!.accountId, premisesId: house.premises[0]!.premisesId, period: today.slice(0, 7), valueDate: today,
      kind: 'REFUND' as const, sourceType: 'refund', sourceId: newId(), transactionId: newId(), lines: [{ fund: `PROGRAMME:${other.programmeId}` as const, amount: 1n, contra: 'BANK' }] }
    await expect(serviceTransaction('payments', ctx => postToAccount(ctx, posting))).rejects.toThrow()
    await expect(db.sql(`insert into repair_refund_decisions (building_id, refund_id, premises_id, approved, ground, transaction_id, decided_by)
      select building_id, refund_id, premises_id, true, 'sly', gen_random_uuid(), requested_by from repair_refunds limit 1`)).rejects.toThrow()
  })
})
