import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, scan, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
const [stageId, second] = [newId(), newId()]
const close = (of: string, more: Record<string, unknown> = {}, who = world.manager) => who.caller.repairs.closeStage({ ...key, stageId: of, completedOn: world.today, act: 'TQ № 1', photos: [scan], ...more })
const finish = () => world.manager.caller.repairs.moveProgramme({ ...key, event: 'finishWork', ground: 'Dalolatnoma 9' })

beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await world.collecting()
  await world.payAll(key)
  await world.stage(key, { stageId })
  await world.stage(key, { stageId: second })
})
afterAll(() => world.close())

test('a stage is done with its act and photos, the works when all stages are', async () => {
  await world.start(key)
  await world.act({ ...key, stageId })
  await close(stageId)
  await expect(finish()).rejects.toMatchObject({ message: 'repairs.stagesOpen' })
  await world.act({ ...key, stageId: second }, { amount: 700_000n, ownersAmount: 0n, kind: 'INVOICE' })
  await close(second)
  expect(await finish()).toEqual({ state: 'DONE' })
  expect((await world.fund(key)).works.stages.map(each => [each.completionAct, each.completedOn, each.photos.length])).toEqual([['TQ № 1', world.today, 1], ['TQ № 1', world.today, 1]])
})

test('refused: nothing shows what it cost, done before, a day to come, other people', async () => {
  const [third, bare] = [await world.collecting('Lift'), newId()]
  const of = { ...third, stageId: bare, completedOn: world.today, act: 'TQ', photos: [scan] }
  await world.stage(third, { stageId: bare })
  await expect(world.manager.caller.repairs.closeStage(of)).rejects.toMatchObject({ message: 'repairs.notInWork' })
  await world.start(third)
  await expect(world.manager.caller.repairs.closeStage(of)).rejects.toMatchObject({ message: 'repairs.stageWithoutAct' })
  await world.act({ ...third, stageId: bare }, { ownersAmount: 0n })
  await expect(world.manager.caller.repairs.closeStage({ ...of, completedOn: '2099-01-01' })).rejects.toMatchObject({ message: 'repairs.actInFuture' })
  await expect(world.manager.caller.repairs.closeStage({ ...of, completedOn: '1950-11-22' }), 'before the works began').rejects.toMatchObject({ message: 'repairs.beforeContract' })
  await expect(world.manager.caller.repairs.closeStage({ ...of, completedOn: '0026-11-22' })).rejects.toThrow('Invalid input')
  await world.manager.caller.repairs.closeStage(of)
  await expect(world.manager.caller.repairs.closeStage(of)).rejects.toMatchObject({ message: 'repairs.stageDone' })
  await expect(close(newId())).rejects.toMatchObject({ message: 'repairs.stageNotFound' })
  await expect(close(stageId, {}, await asClerk(world.db, world.house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(close(stageId, {}, world.twinManager)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('works do not end, nor are they reconciled, while a closed stage has no paper that stands', async () => {
  const [fourth, stageOne, actId] = [await world.collecting('Fasad'), newId(), newId()]
  const { repairs } = world.manager.caller
  const paper = { ...fourth, stageId: stageOne }
  const withdraw = (id: string) => repairs.withdrawAct({ ...fourth, actId: id, ground: 'Summa xato' })
  const move = (event: 'finishWork' | 'reconcile') => repairs.moveProgramme({ ...fourth, event, ground: 'Dalolatnoma 9' })
  await world.stage(fourth, { stageId: stageOne })
  await world.start(fourth)
  await world.act(paper, { actId, ownersAmount: 0n })
  await repairs.closeStage({ ...paper, completedOn: world.today, act: 'TQ', photos: [scan] })
  await withdraw(actId)
  await expect(move('finishWork')).rejects.toMatchObject({ message: 'repairs.stageWithoutAct' })
  const right = newId()
  await world.act(paper, { actId: right, ownersAmount: 0n })
  expect(await move('finishWork')).toEqual({ state: 'DONE' })
  await withdraw(right)
  await expect(move('reconcile')).rejects.toMatchObject({ message: 'repairs.stageWithoutAct' })
  await world.act(paper, { ownersAmount: 0n })
  expect(await move('reconcile')).toEqual({ state: 'RECONCILED' })
})
