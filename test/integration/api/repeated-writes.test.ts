import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays } from '#server/kernel/period.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { askFor, decide, makeBureau, type Bureau } from '#test/support/adjustments.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import stored from '#test/contract/procedures.json' with { type: 'json' }
import { repairWorld, scan, type Key, type RepairWorld } from '#test/support/repairs.ts'

// A write that names what it makes by an id of the caller's own may be sent twice: the answer was lost, the button was pressed
// again. The same once more is answered the same and leaves one trace; other content under the id is refused.
type Input = Record<string, unknown>
type Written = { who: ActingPerson; input: Input; other: Input; refusal?: string }

let db: TestDatabase
let world: RepairWorld
let bureau: Bureau
let key: Key
let stageId: string
let conclusionId: string
let refundId: string
let actId: string

beforeAll(async () => {
  db = await testDatabase()
  world = await repairWorld(db)
  bureau = await makeBureau(db, '1726831')
  key = await world.collecting()
  stageId = newId()
  await world.payAll(key)
  await world.stage(key, { stageId })
  await world.start(key)
  actId = newId()
  await world.act({ ...key, stageId }, { actId })
  conclusionId = await decide(bureau, await askFor(bureau))
  const gone = await world.collecting('Lift')
  await world.payAll(gone)
  await world.manager.caller.repairs.cancelProgramme({ ...gone, ground: 'Bayonnoma 9' })
  refundId = newId()
  await world.accountant.caller.repairs.requestRefund({ ...refundOf(gone), refundId })
  cancelled = gone
})
afterAll(() => world.close())

let cancelled: Key
const refundOf = (programme: Key, amount = 10_000n) => ({ ...programme, premisesId: world.house.premises[0]!.premisesId, amount, application: 'Ariza 5, 2026-11-20' })
const asked = () => ({ number: bureau.unit.accountNumber, fund: 'UTILITIES', amount: -500n, reason: 'COURT', explanation: 'The court has decided so.', papers: ['Decision 12'] })
const unit = () => ({ buildingId: world.house.buildingId, premisesId: world.house.premises[0]!.premisesId })
const conflicts = (refusal: string) => ({ refusal })

/** What is written once under an id of its own; `other` is the same id with other content. */
const writes: Record<string, () => Written | Promise<Written>> = {
  'ledger.requestAdjustment': () => ({ who: bureau.accountant, input: { ...asked(), adjustmentId: newId() }, other: { amount: -501n }, ...conflicts('ledger.requestTaken') }),
  'ledger.issueConclusion': async () => ({ who: bureau.inspector, input: { buildingId: bureau.house.buildingId, adjustmentId: await askFor(bureau), conclusionId: newId(), number: 'X-17', grounds: 'The act and both bills were compared.', allowed: null }, other: { number: 'X-18' }, ...conflicts('ledger.concluded') }),
  'ledger.postAdjustment': () => ({ who: bureau.accountant, input: { buildingId: bureau.house.buildingId, conclusionId, transactionId: newId(), amount: -10_000n }, other: { amount: -9_999n }, ...conflicts('ledger.conclusionUsed') }),
  'ledger.openMigrationWindow': async () => ({ who: await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' }), input: { buildingId: bureau.house.buildingId, windowId: newId(), closesOn: addDays(world.today, 30), basis: 'Shartnoma 5' }, other: { basis: 'Shartnoma 6' }, ...conflicts('ledger.windowTaken') }),
  'repairs.openProgramme': () => ({ who: world.manager, input: { buildingId: key.buildingId, programmeId: newId(), kind: 'CURRENT', title: 'Yoʻlak', year: 2026 }, other: { year: 2027 }, ...conflicts('repairs.programmeExists') }),
  'repairs.registerStage': () => ({ who: world.manager, input: { ...key, stageId: newId(), title: 'Ikkinchi bosqich', plan: 100_000n, dueOn: null }, other: { plan: 99_999n }, ...conflicts('repairs.stageExists') }),
  'repairs.registerAct': () => ({ who: world.manager, input: { ...key, stageId, actId: newId(), kind: 'ACT', number: '17-B', datedOn: world.today, contractor: 'Qurilish MCHJ', what: 'Ish', amount: 1_000n, ownersAmount: 1_000n, scans: [scan] }, other: { amount: 1_001n }, ...conflicts('repairs.actExists') }),
  'repairs.withdrawAct': () => ({ who: world.manager, input: { ...key, actId, ground: 'Xato yozilgan' }, other: { ground: 'Boshqa asos' }, ...conflicts('repairs.actWithdrawn') }),
  'repairs.withdrawStage': async () => {
    const wrong = newId()
    await world.stage(key, { stageId: wrong, plan: 1n })
    return { who: world.manager, input: { ...key, stageId: wrong, ground: 'Xato kiritilgan' }, other: { ground: 'Boshqa asos' }, ...conflicts('repairs.stageWithdrawn') }
  },
  'repairs.requestRefund': () => ({ who: world.accountant, input: { ...refundOf(cancelled, 20_000n), refundId: newId() }, other: { amount: 20_001n }, ...conflicts('repairs.refundAsked') }),
  'repairs.approveRefund': () => ({ who: world.manager, input: { buildingId: key.buildingId, refundId, ground: 'Toʻlov topshiriqnomasi 81' }, other: { ground: 'Toʻlov topshiriqnomasi 82' }, ...conflicts('repairs.refundDecided') }),
  'repairs.declineRefund': async () => {
    const wrong = newId()
    await world.accountant.caller.repairs.requestRefund({ ...refundOf(cancelled, 30_000n), refundId: wrong })
    return { who: world.manager, input: { buildingId: key.buildingId, refundId: wrong, ground: 'Ariza qaytarib olindi' }, other: { ground: 'Boshqa asos' }, ...conflicts('repairs.refundDecided') }
  },
  'premises.registerAbsence': () => ({ who: world.manager, input: { ...unit(), absenceId: newId(), persons: 1, since: '2026-11-01', until: null, ground: 'Maʼlumotnoma 3' }, other: { persons: 2 }, ...conflicts('premises.recordedAlready') }),
  'premises.registerPrivilege': () => ({ who: world.manager, input: { ...unit(), privilegeId: newId(), service: 'WASTE', since: '2026-11-01', until: null, ground: 'Qaror 3' }, other: { ground: 'Qaror 4' }, ...conflicts('premises.recordedAlready') }),
  'payments.openIntent': () => ({ who: world.owner, input: { intentId: newId(), number: world.house.premises[0]!.accountNumber, amount: 100_000n, provider: 'payme' }, other: {} }),
  'statements.registerAccount': async () => ({ who: await asAccountant(db, world.house), input: { buildingId: key.buildingId, bankAccountId: newId(), number: '20208000900123456001', bankName: 'Bank', fund: 'CURRENT', validFrom: '2026-01-10', basis: 'Shartnoma 1' }, other: { basis: 'Shartnoma 2' }, ...conflicts('statements.accountKnown') }),
}

/** The others that take an id, and why they are not here. */
const reasons: Record<string, string> = {
  'moves what is there to its next state: where it stands already, the second call says so': `billing.postCorrection billing.draftCorrections billing.postCorrections billing.declineCorrection billing.prepareCourtPack billing.publishTariff billing.declineTariff billing.endTariff billing.publishHeat billing.endHeat billing.decideService billing.decidePenalty billing.decideIndex billing.decideNorm billing.decideAllocation billing.closeMonth billing.continue imports.accept imports.reject ledger.startCheck
    meetings.announceMeeting meetings.cancelMeeting meetings.openVoting meetings.closeVoting meetings.withdrawPaper premises.closeAccount premises.endPrivilege premises.withdrawAbsence repairs.approveEstimate
    repairs.cancelProgramme repairs.closeStage repairs.moveProgramme repairs.reconcileProgramme requests.acceptResult requests.answerRequest requests.assignRequest requests.declineRequest requests.extendDeadline
    requests.rejectResult requests.reportDone requests.startWork requests.transferRequest statements.accept statements.reject statements.answerDifference statements.assignLine statements.linkLine statements.rejectLine
    statements.splitLine statements.postLump statements.assignOrder statements.reverseOrder statements.closeOrder statements.confirmAccount statements.withdrawAccount payments.reverse documents.withdraw identity.endGrant identity.revokeDevice identity.confirmOwner`,
  'the same again changes it or nothing, by its own test': `payments.registerMerchant payments.replaceMerchantKey payments.submitNotice payments.withdrawIntent statements.reconcile statements.submit requests.joinRequest
    requests.fileRequest meters.submitReading meters.correctReading meters.registerMeter meters.replaceMeter billing.dispute billing.draftCorrection billing.requestPapers billing.fileCourtPaper billing.draftTariff billing.draftHeat billing.draftService billing.draftPenalty billing.draftIndex billing.draftNorm billing.draftAllocation billing.withdrawIndex billing.withdrawNorm billing.registerInterruption billing.withdrawInterruption billing.run billing.open imports.submitFile desk.openCard buildings.correct buildings.register
    meetings.storePaper meetings.registerSignOff meetings.freezeBallot meetings.castBallot meetings.requestBallotCode premises.correct premises.register premises.registerOwner premises.registerPersons premises.transferOwnership
    premises.openAccount identity.giveGrant identity.registerStaff identity.reopenNumber`,
  'a number or a rate of its own stands behind it: twice is told apart by that': 'billing.decideContribution ledger.postOpening repairs.registerEstimate',
}

const takesId = Object.entries(stored as unknown as Record<string, { kind: string; input: { properties?: Input } | null }>)
  .filter(([, { kind, input }]) => kind === 'mutation' && Object.keys(input?.properties ?? {}).some(name => name.endsWith('Id'))).map(([path]) => path)

test('every mutation that takes an id is tried here, or said why not', () => {
  const said = Object.values(reasons).flatMap(list => list.split(/\s+/))
  expect(takesId.filter(path => !(path in writes) && !said.includes(path)), 'new: add it to the writes or to the reasons').toEqual([])
  expect(said.filter(path => path in writes)).toEqual([])
})

describe('sent twice', () => {
  test.each(Object.keys(writes))('%s: one write, one trace, one answer; other content under its id is refused', async path => {
    const { who, input, other, refusal } = await writes[path]!()
    const [domain = '', name = ''] = path.split('.')
    const caller = createCaller({ request: who.request }) as unknown as Record<string, Record<string, (input: Input) => Promise<unknown>>>
    const call = (sent: Input) => caller[domain]![name]!(sent)
    const traces = async () => (await db.sql(`select from audit_entries where action = $1`, [path === 'statements.registerAccount' ? 'payments.registerBankAccount' : path])).length
    const before = await traces()
    const first = await call(input)
    expect(await traces()).toBe(before + 1)
    expect(await call(input)).toEqual(first)
    expect(await traces()).toBe(before + 1)
    if (refusal !== undefined) await expect(call({ ...input, ...other })).rejects.toMatchObject({ code: 'CONFLICT', message: refusal })
  })
})
