import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await world.collecting()
})
afterAll(() => world.close())

test('an act withdrawn gives the money back to its fund and stays to be seen', async () => {
  const [stageId, actId] = [newId(), newId()]
  await world.payAll(key)
  await world.stage(key, { stageId })
  await world.start(key)
  await world.act({ ...key, stageId }, { actId })
  const withdraw = { ...key, actId, ground: 'Ikki marta yozilgan' }
  await expect(world.twinManager.caller.repairs.withdrawAct(withdraw)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect((await asClerk(world.db, world.house)).caller.repairs.withdrawAct(withdraw)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(world.manager.caller.repairs.withdrawAct({ ...withdraw, actId: newId() })).rejects.toMatchObject({ message: 'repairs.actNotFound' })
  await world.manager.caller.repairs.withdrawAct(withdraw)
  await expect(world.manager.caller.repairs.withdrawAct({ ...withdraw, ground: 'Yana bir asos' })).rejects.toMatchObject({ message: 'repairs.actWithdrawn' })
  const { works } = await world.fund(key)
  expect(works).toMatchObject({ spentAll: 0n, money: { spent: 0n, held: 300_000n } })
  expect(works.stages[0]!.acts).toMatchObject([{ actId, withdrawn: 'Ikki marta yozilgan' }])
  expect(await world.verify()).toEqual([])
})

test('a paper withdrawn for a wrong sum is written anew under its own number, once', async () => {
  const other = await world.collecting('Lift')
  const [stageId, actId] = [newId(), newId()]
  const paper = { number: 'KS-2 № 7', ownersAmount: 0n }
  await world.stage(other, { stageId })
  await world.start(other)
  await world.act({ ...other, stageId }, { ...paper, actId, amount: 10_000n })
  await expect(world.act({ ...other, stageId }, { ...paper, amount: 100_000n }), 'it stands').rejects.toMatchObject({ message: 'repairs.actExists' })
  await world.manager.caller.repairs.withdrawAct({ ...other, actId, ground: 'Summa xato' })
  await world.act({ ...other, stageId }, { ...paper, amount: 100_000n })
  await expect(world.act({ ...other, stageId }, { ...paper, amount: 100_000n })).rejects.toMatchObject({ message: 'repairs.actExists' })
  expect((await world.fund(other)).works).toMatchObject({ spentAll: 100_000n })
})
