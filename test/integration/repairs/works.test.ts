import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { asAccountant, asClerk, asCouncil, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
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
const stageId = newId()
// A small PDF: what a scan is to the store.
const scan = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF').toString('base64')

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 2, areas: ['60.00', '40.00'] })
  twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  manager = await asManager(db, house)
  accountant = await asAccountant(db, house)
  owner = await asOwner(db, house, house.premises[0]!)
  today = (await db.sql<{ day: string }>(`select app.today()::text as day`))[0]!.day
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
  key = await collecting('Tom')
  other = await collecting('Lift')
})
afterAll(() => doors.close())

/** Estimate 1 000 000, the owners' part 300 000: 180 000 and 120 000. */
async function collecting(title: string) {
  const made = { buildingId: house.buildingId, programmeId: newId() }
  await manager.caller.repairs.openProgramme({ ...made, kind: 'CAPITAL', title: `${title} taʼmiri`, year: 2026 })
  await approve(made, 1_000_000n)
  return made
}
async function approve(of: { buildingId: string; programmeId: string }, unitPrice: bigint) {
  const { version } = await manager.caller.repairs.registerEstimate({ ...of, vatPercent: '0', lines: [{ code: '1', name: 'Ish', unit: 'm2', quantity: '1', unitPrice }] })
  return manager.caller.repairs.approveEstimate({ ...of, version, decisionNumber: String(version), decisionOn: today, instalments: 1, firstDueOn: today })
}
const fund = async (programmeId = key.programmeId, who = owner) => (await who.caller.repairs.fund({ buildingId: house.buildingId })).programmes.find(each => each.programmeId === programmeId)!
async function payAll(programmeId: string) {
  for (const unit of house.premises) {
    const { number, amount } = (await fund(programmeId, await asOwner(db, house, unit))).shares[0]!.instalments[0]!
    const id = FakePayme.newTransaction()
    await payme.create(id, number, Number(amount))
    expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
  }
}
const act = (more: Record<string, unknown> = {}, who: ActingPerson = manager) => who.caller.repairs.registerAct({
  ...key, stageId, actId: newId(), kind: 'ACT', number: newId().slice(0, 20), datedOn: today, contractor: 'Qurilish MCHJ', what: 'Eski qoplama olib tashlandi', amount: 100_000n, ownersAmount: 100_000n, scans: [scan], ...more })
const stage = (more: Record<string, unknown> = {}, who: ActingPerson = manager) => who.caller.repairs.registerStage({ ...key, stageId: newId(), title: 'Tomni ochish', plan: 400_000n, dueOn: null, ...more })

describe('stages and papers', () => {
  test('stages are planned within the voted estimate, by those who keep the money', async () => {
    expect(await stage({ stageId })).toEqual({ n: 1 })
    expect(await stage({ plan: 600_000n }, accountant)).toEqual({ n: 2 })
    await expect(stage({ plan: 1n })).rejects.toMatchObject({ message: 'repairs.stagesOverEstimate' })
    await expect(stage({}, await asClerk(db, house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(stage({}, await asManager(db, twin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(stage({}, owner)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('nothing is spent before works begin, nor more than the fund holds, and each attempt is shown', async () => {
    await expect(act()).rejects.toMatchObject({ message: 'repairs.notInWork' })
    await manager.caller.repairs.moveProgramme({ ...key, event: 'startWork', ground: 'Shartnoma 5' })
    await expect(act(), 'the fund is empty').rejects.toMatchObject({ message: 'repairs.notEnoughMoney' })
    await payAll(other.programmeId)
    await expect(act(), 'the money of the other programme is not its own (AT-UZ-18)').rejects.toMatchObject({ message: 'repairs.notEnoughMoney' })
    expect((await fund()).works.refusals).toMatchObject([{ reason: 'NO_MONEY', amount: 100_000n }, { reason: 'NO_MONEY' }])
    expect((await db.sql(`select from repair_acts`))).toEqual([])
  })

  test('an act is posted from the fund of its programme, with its scan for everybody of the house', async () => {
    await payAll(key.programmeId)
    await act({ number: '14-A' })
    await expect(act({ number: '14-A' }), 'the same paper twice').rejects.toMatchObject({ message: 'repairs.actExists' })
    await expect(act({ ownersAmount: 100_001n })).rejects.toMatchObject({ message: 'repairs.ownersOverAct' })
    await expect(act({ datedOn: '2099-01-01' })).rejects.toMatchObject({ message: 'repairs.actInFuture' })
    await expect(act({ stageId: newId() })).rejects.toMatchObject({ message: 'repairs.stageNotFound' })
    await expect(act({}, await asClerk(db, house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(act({}, await asManager(db, twin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const seen = await fund()
    expect(seen).toMatchObject({ spent: 100_000n, gathered: 300_000n, works: { spentAll: 100_000n, money: { held: 200_000n } } })
    expect(seen.works.stages[0]).toMatchObject({ fact: 100_000n, acts: [{ number: '14-A', amount: 100_000n, ownersAmount: 100_000n, withdrawn: null, files: [{ mediaType: 'application/pdf' }] }] })
    const council = (await (await asCouncil(db, house)).caller.repairs.council({ buildingId: house.buildingId })).funds.find(each => each.programmeId === key.programmeId)!
    expect(council.programme!.works.stages[0]!.acts[0]!.files).toHaveLength(1)
  })

  test('over the voted cap the database refuses, and council and owners see that it was tried', async () => {
    await expect(act({ amount: 900_001n, ownersAmount: 0n, number: '15' }), 'of the whole estimate').rejects.toMatchObject({ message: 'repairs.overCap' })
    await expect(act({ amount: 300_000n, ownersAmount: 200_001n })).rejects.toMatchObject({ message: 'repairs.overCap' })
    const council = (await (await asCouncil(db, house)).caller.repairs.council({ buildingId: house.buildingId })).funds.find(each => each.programmeId === key.programmeId)!
    expect(council.programme!.works.refusals[1]).toMatchObject({ reason: 'OVER_CAP', number: '15', amount: 900_001n })
    expect((await fund()).works.refusals.filter(each => each.reason === 'OVER_CAP')).toHaveLength(2)
    const audit = await db.sql(`select from audit_entries where action = 'repairs.refuseAct' and subject_id = $1`, [key.programmeId])
    expect(audit).toHaveLength(4)
  })

  test('the same from below: no posting without its act, no act of another programme, no version below what was spent', async () => {
    const line = (programmeId: string, amount: bigint) => ({ fund: `PROGRAMME:${programmeId}` as const, amount })
    const post = (sourceId: string, transactionId: string, programmeId: string) => serviceTransaction('payments', ctx => postForHouse(ctx, {
      buildingId: house.buildingId, period: today.slice(0, 7), transactionId, kind: 'SPENDING', valueDate: today, sourceType: 'repairAct', sourceId,
      lines: [{ ledger: 'EXPENSE', ...line(programmeId, 100_000n) }, { ledger: 'BANK', ...line(programmeId, -100_000n) }] }))
    const [taken] = await db.sql<{ act_id: string; transaction_id: string }>('select act_id, transaction_id from repair_acts')
    await expect(post(newId(), newId(), key.programmeId)).rejects.toThrow()
    await expect(post(taken!.act_id, newId(), key.programmeId), 'an act is posted once').rejects.toThrow()
    await expect(post(taken!.act_id, taken!.transaction_id, other.programmeId), 'AT-UZ-18').rejects.toThrow()
    await expect(approve(key, 100_000n)).rejects.toMatchObject({ message: 'repairs.overCap' })
    await expect(db.sql(`update repair_acts set amount = 1`)).rejects.toThrow(/append-only/)
  })

  test('two acts at once that fit only one by one: one is taken', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => act({ amount: 150_000n, ownersAmount: 150_000n })))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    expect(await db.sql('select * from app.verify_ledger() limit 3')).toEqual([])
  })

  test('an act withdrawn gives the money back to the fund and stays to be seen', async () => {
    const [wrong] = await db.sql<{ id: string }>('select act_id as id from repair_acts where amount = 150000')
    const withdraw = { ...key, actId: wrong!.id, ground: 'Ikki marta yozilgan' }
    await expect((await asManager(db, twin)).caller.repairs.withdrawAct(withdraw)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await manager.caller.repairs.withdrawAct(withdraw)
    await expect(manager.caller.repairs.withdrawAct(withdraw)).rejects.toMatchObject({ message: 'repairs.actWithdrawn' })
    const seen = await fund()
    expect(seen.works).toMatchObject({ spentAll: 100_000n, money: { spent: 100_000n, held: 200_000n } })
    expect(seen.works.stages[0]!.acts.find(each => each.actId === wrong!.id)).toMatchObject({ withdrawn: 'Ikki marta yozilgan' })
  })
})

describe('completion and reconciliation', () => {
  const close = (of: string, who: ActingPerson = manager) => who.caller.repairs.closeStage({ ...key, stageId: of, completedOn: today, act: 'KS-2 № 1', photos: [scan] })

  test('a stage is done with its act and photos, the works when all stages are', async () => {
    const [second] = await db.sql<{ id: string }>('select stage_id as id from repair_stages where n = 2')
    await expect(close(second!.id), 'nothing shows what it cost').rejects.toMatchObject({ message: 'repairs.stageWithoutAct' })
    await expect(close(stageId, await asClerk(db, house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await close(stageId)
    await expect(close(stageId)).rejects.toMatchObject({ message: 'repairs.stageDone' })
    await expect(manager.caller.repairs.moveProgramme({ ...key, event: 'finishWork', ground: 'Dalolatnoma 9' })).rejects.toMatchObject({ message: 'repairs.stagesOpen' })
    await act({ stageId: second!.id, amount: 700_000n, ownersAmount: 120_000n, kind: 'INVOICE' })
    await close(second!.id)
    expect(await manager.caller.repairs.moveProgramme({ ...key, event: 'finishWork', ground: 'Dalolatnoma 9' })).toEqual({ state: 'DONE' })
    expect((await fund()).works.stages.map(each => [each.completionAct, each.photos.length])).toEqual([['KS-2 № 1', 1], ['KS-2 № 1', 1]])
  })

  test('a version at the real cost gives back what was gathered too much; gathered = spent + rest', async () => {
    expect(await approve(key, 800_000n)).toMatchObject({ ownersTotal: 240_000n, credited: 60_000n })
    expect((await fund()).shares[0]).toMatchObject({ refundable: 36_000n })
    await expect(act({ amount: 1n, ownersAmount: 30_000n })).rejects.toMatchObject({ message: 'repairs.ownersOverAct' })
    const reconcile = (who: ActingPerson) => who.caller.repairs.reconcileProgramme({ ...key, ground: 'Solishtirish dalolatnomasi 3' })
    await expect(reconcile(await asManager(db, twin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await reconcile(accountant)).toEqual({ gathered: 300_000n, spent: 220_000n, held: 80_000n, refundable: 60_000n })
    expect((await fund()).works.closing).toMatchObject({ kind: 'RECONCILED', gathered: 300_000n, spent: 220_000n, rest: 80_000n })
    await expect(reconcile(accountant)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(act()).rejects.toMatchObject({ message: 'repairs.notInWork' })
    expect(await db.sql('select * from app.verify_ledger() limit 3')).toEqual([])
  })

  test('money that came or went beside the book holds a reconciliation up', async () => {
    await manager.caller.repairs.moveProgramme({ ...other, event: 'startWork', ground: 'Shartnoma 6' })
    await db.sql(`update repair_programmes set state = 'DONE' where programme_id = $1`, [other.programmeId])
    await serviceTransaction('payments', ctx => postForHouse(ctx, {
      buildingId: house.buildingId, period: today.slice(0, 7), transactionId: newId(), kind: 'TRANSFER', valueDate: today, sourceType: 'bankStatement', sourceId: '1',
      lines: [{ ledger: 'OTHER', fund: `PROGRAMME:${other.programmeId}`, amount: 7n }, { ledger: 'BANK', fund: `PROGRAMME:${other.programmeId}`, amount: -7n }] }))
    await expect(manager.caller.repairs.reconcileProgramme({ ...other, ground: 'Solishtirish 4' })).rejects.toMatchObject({ message: 'repairs.notReconciled' })
  })
})
