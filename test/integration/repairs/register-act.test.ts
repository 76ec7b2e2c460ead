import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { asClerk, asCouncil } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
let other: Key
const stageId = newId()
const act = (more: Record<string, unknown> = {}, who = world.manager) => world.act({ ...key, stageId }, more, who)
const council = async () => (await (await asCouncil(world.db, world.house)).caller.repairs.council({ buildingId: key.buildingId })).funds.find(each => each.programmeId === key.programmeId)!.programme!

beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await world.collecting()
  other = await world.collecting('Lift')
  await world.stage(key, { stageId })
})
afterAll(() => world.close())

test('nothing is spent before works begin, nor more than the fund holds, and each attempt is shown', async () => {
  await expect(act()).rejects.toMatchObject({ message: 'repairs.notInWork' })
  await world.start(key)
  await expect(act(), 'the fund is empty').rejects.toMatchObject({ message: 'repairs.notEnoughMoney' })
  await world.payAll(other)
  await expect(act(), 'the money of the other programme is not its own (AT-UZ-18)').rejects.toMatchObject({ message: 'repairs.notEnoughMoney' })
  expect((await world.fund(key)).works.refusals).toMatchObject([{ reason: 'NO_MONEY', amount: 100_000n }, { reason: 'NO_MONEY' }])
  expect(await world.db.sql('select from repair_acts')).toEqual([])
})

test('an act is posted from the fund of its programme, with its scan for everybody of the house', async () => {
  await world.payAll(key)
  await act({ number: '14-A' })
  const seen = await world.fund(key, world.owners[1])
  expect(seen).toMatchObject({ spent: 100_000n, gathered: 300_000n, works: { spentAll: 100_000n, money: { held: 200_000n } } })
  expect(seen.works.stages[0]).toMatchObject({ fact: 100_000n, acts: [{ number: '14-A', amount: 100_000n, ownersAmount: 100_000n, withdrawn: null, files: [{ mediaType: 'application/pdf' }] }] })
  expect((await council()).works.stages[0]!.acts[0]!.files).toHaveLength(1)
})

test('refused: the same paper twice, more from the fund than the paper, a day to come, another stage, other people', async () => {
  await expect(act({ number: '14-A' })).rejects.toMatchObject({ message: 'repairs.actExists' })
  await expect(act({ ownersAmount: 100_001n })).rejects.toMatchObject({ message: 'repairs.ownersOverAct' })
  await expect(act({ datedOn: '2099-01-01' })).rejects.toMatchObject({ message: 'repairs.actInFuture' })
  await expect(act({ datedOn: '1950-01-01' }), 'works done before their contract').rejects.toMatchObject({ message: 'repairs.beforeContract' })
  await expect(act({ stageId: newId() })).rejects.toMatchObject({ message: 'repairs.stageNotFound' })
  await expect(act({}, await asClerk(world.db, world.house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(act({}, world.twinManager)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('over the voted cap the database refuses, and council and owners see that it was tried', async () => {
  await expect(act({ amount: 900_001n, ownersAmount: 0n, number: '15' }), 'of the whole estimate').rejects.toMatchObject({ message: 'repairs.overCap' })
  await expect(act({ amount: 300_000n, ownersAmount: 200_001n })).rejects.toMatchObject({ message: 'repairs.overCap' })
  expect((await council()).works.refusals[1]).toMatchObject({ reason: 'OVER_CAP', number: '15', amount: 900_001n })
  expect((await world.fund(key)).works.refusals.filter(each => each.reason === 'OVER_CAP')).toHaveLength(2)
  expect(await world.db.sql(`select from audit_entries where action = 'repairs.refuseAct' and subject_id = $1`, [key.programmeId])).toHaveLength(4)
})

test('the same from below: no posting without its act, no act of another programme, no version below what was spent', async () => {
  const post = (sourceId: string, transactionId: string, programmeId: string) => serviceTransaction('payments', ctx => postForHouse(ctx, {
    buildingId: key.buildingId, period: world.today.slice(0, 7), transactionId, kind: 'SPENDING', valueDate: world.today, sourceType: 'repairAct', sourceId,
    lines: [{ ledger: 'EXPENSE', fund: `PROGRAMME:${programmeId}`, amount: 100_000n }, { ledger: 'BANK', fund: `PROGRAMME:${programmeId}`, amount: -100_000n }] }))
  const [taken] = await world.db.sql<{ act_id: string; transaction_id: string }>('select act_id, transaction_id from repair_acts')
  await expect(post(newId(), newId(), key.programmeId)).rejects.toThrow('no act of this programme')
  await expect(post(taken!.act_id, newId(), key.programmeId), 'an act is posted once').rejects.toThrow('no act of this programme')
  await expect(post(taken!.act_id, taken!.transaction_id, other.programmeId), 'AT-UZ-18').rejects.toThrow('no act of this programme')
  await expect(world.approve(key, 100_000n)).rejects.toMatchObject({ message: 'repairs.belowSpent' })
  await expect(world.db.sql('update repair_acts set amount = 1')).rejects.toThrow(/append-only/)
})

test('acts at once that fit only one by one: one is taken', async () => {
  const results = await Promise.allSettled([1, 2, 3].map(() => act({ amount: 150_000n, ownersAmount: 150_000n })))
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
  expect(await world.verify()).toEqual([])
})
