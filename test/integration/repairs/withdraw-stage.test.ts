import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, scan, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
const withdraw = (stageId: string, of: Key = key, who = world.manager) => who.caller.repairs.withdrawStage({ ...of, stageId, ground: 'Ikki marta kiritilgan' })

beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await world.collecting()
})
afterAll(() => world.close())

test('a stage planned by mistake is withdrawn: its plan is free again, works do not wait for it, and it stays to be seen', async () => {
  const [stageId, wrong, right, actId] = [newId(), newId(), newId(), newId()]
  const { repairs } = world.manager.caller
  await world.stage(key, { stageId })
  await world.stage(key, { stageId: wrong, plan: 600_000n })
  await world.start(key)
  await world.act({ ...key, stageId: wrong }, { actId, ownersAmount: 0n })
  await expect(withdraw(wrong), 'a paper stands').rejects.toMatchObject({ message: 'repairs.stageHasActs' })
  await repairs.withdrawAct({ ...key, actId, ground: 'Bosqich xato' })
  await withdraw(wrong)
  await expect(world.act({ ...key, stageId: wrong }, { ownersAmount: 0n })).rejects.toMatchObject({ message: 'repairs.stageNotFound' })
  expect(await world.stage(key, { stageId: right, plan: 600_000n }), 'no number is given twice').toEqual({ n: 3 })
  for (const each of [stageId, right]) {
    await world.act({ ...key, stageId: each }, { ownersAmount: 0n })
    await repairs.closeStage({ ...key, stageId: each, completedOn: world.today, act: 'TQ', photos: [scan] })
  }
  await expect(withdraw(right)).rejects.toMatchObject({ message: 'repairs.stageDone' })
  expect(await repairs.moveProgramme({ ...key, event: 'finishWork', ground: 'Dalolatnoma 9' })).toEqual({ state: 'DONE' })
  expect((await world.fund(key)).works.stages.map(each => [each.n, each.withdrawn, each.acts.length])).toEqual([[1, null, 1], [2, 'Ikki marta kiritilgan', 1], [3, null, 1]])
})

test('refused: other people, another stage; works do not end on withdrawn stages alone', async () => {
  const [other, stageId] = [await world.collecting('Lift'), newId()]
  await world.stage(other, { stageId })
  await expect(withdraw(stageId, other, await asClerk(world.db, world.house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(withdraw(stageId, other, world.twinManager)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(withdraw(newId(), other)).rejects.toMatchObject({ message: 'repairs.stageNotFound' })
  await expect(withdraw(stageId, key), 'of another programme').rejects.toMatchObject({ message: 'repairs.stageNotFound' })
  await withdraw(stageId, other)
  await world.start(other)
  await expect(world.manager.caller.repairs.moveProgramme({ ...other, event: 'finishWork', ground: 'Dalolatnoma 9' })).rejects.toMatchObject({ message: 'repairs.stagesOpen' })
})
