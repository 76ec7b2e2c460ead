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

test('stages are planned within the voted estimate, by those who keep the money', async () => {
  const stageId = newId()
  expect(await world.stage(key, { stageId })).toEqual({ n: 1 })
  expect(await world.stage(key, { plan: 600_000n }, world.accountant)).toEqual({ n: 2 })
  expect((await world.fund(key)).works.stages.map(each => [each.n, each.plan])).toEqual([[1, 400_000n], [2, 600_000n]])
})

test('refused: over the estimate, twice, by others, before anything is voted', async () => {
  await expect(world.stage(key, { plan: 1n })).rejects.toMatchObject({ message: 'repairs.stagesOverEstimate' })
  for (const dueOn of ['2026-02-30', '0026-11-30']) await expect(world.stage(key, { dueOn })).rejects.toThrow('Invalid input')
  await expect(world.stage(key, {}, await asClerk(world.db, world.house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(world.stage(key, {}, world.twinManager)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(world.stage(key, {}, world.owner)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const draft = { ...key, programmeId: newId() }
  await world.manager.caller.repairs.openProgramme({ ...draft, kind: 'CURRENT', title: 'Eshiklar', year: 2026 })
  await expect(world.stage(draft)).rejects.toMatchObject({ message: 'repairs.notInWork' })
  const other = await world.collecting('Lift')
  const stageId = newId()
  await world.stage(other, { stageId, plan: 1n })
  await expect(world.stage(other, { stageId, plan: 2n })).rejects.toMatchObject({ message: 'repairs.stageExists' })
})
