import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { asClerk } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, scan, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
const reconcile = (of: Key, who = world.accountant) => who.caller.repairs.reconcileProgramme({ ...of, ground: 'Solishtirish dalolatnomasi 3' })

/** Works that are done and cost 800 000, of it 220 000 from the fund. */
async function done(title: string): Promise<Key> {
  const made = await world.collecting(title)
  const stageId = newId()
  await world.payAll(made)
  await world.stage(made, { stageId })
  await world.start(made)
  await world.act({ ...made, stageId }, { amount: 800_000n, ownersAmount: 220_000n })
  await world.manager.caller.repairs.closeStage({ ...made, stageId, completedOn: world.today, act: 'TQ', photos: [scan] })
  await expect(reconcile(made), 'works are under way').rejects.toMatchObject({ code: 'CONFLICT' })
  await world.manager.caller.repairs.moveProgramme({ ...made, event: 'finishWork', ground: 'Dalolatnoma 9' })
  return made
}

beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await done('Tom')
})
afterAll(() => world.close())

test('a version at the real cost gives back what was gathered too much; gathered = spent + rest', async () => {
  expect(await world.approve(key, 800_000n)).toMatchObject({ ownersTotal: 240_000n, credited: 60_000n })
  expect((await world.fund(key)).shares[0]).toMatchObject({ refundable: 36_000n })
  await expect(reconcile(key, await asClerk(world.db, world.house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(reconcile(key, world.twinManager)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await reconcile(key)).toEqual({ gathered: 300_000n, spent: 220_000n, held: 80_000n, refundable: 60_000n })
  expect((await world.fund(key)).works.closing).toMatchObject({ kind: 'RECONCILED', gathered: 300_000n, spent: 220_000n, rest: 80_000n, refundable: 60_000n })
  await expect(reconcile(key)).rejects.toMatchObject({ code: 'CONFLICT' })
  const [stage] = (await world.fund(key)).works.stages
  await expect(world.act({ ...key, stageId: stage!.stageId })).rejects.toMatchObject({ message: 'repairs.notInWork' })
  expect(await world.verify()).toEqual([])
})

test('money that came or went beside the accounts holds a reconciliation up', async () => {
  const other = await done('Lift')
  const fund = `PROGRAMME:${other.programmeId}` as const
  await serviceTransaction('payments', ctx => postForHouse(ctx, {
    buildingId: other.buildingId, period: world.today.slice(0, 7), transactionId: newId(), kind: 'TRANSFER', valueDate: world.today, sourceType: 'bankStatement', sourceId: '1',
    lines: [{ ledger: 'OTHER', fund, amount: 7n }, { ledger: 'BANK', fund, amount: -7n }] }))
  await expect(reconcile(other)).rejects.toMatchObject({ message: 'repairs.notReconciled' })
})
