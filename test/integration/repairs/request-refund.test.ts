import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asTenant } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
const ask = (amount: bigint, more: Record<string, unknown> = {}, who = world.manager) =>
  who.caller.repairs.requestRefund({ ...key, refundId: newId(), premisesId: world.house.premises[0]!.premisesId, amount, application: 'Ariza 5, 2026-11-20', ...more })

beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await world.collecting()
  await world.payAll(key)
})
afterAll(() => world.close())

test('nothing is to be given back while the part is what was paid; after a lower version it is', async () => {
  await expect(ask(1n)).rejects.toMatchObject({ message: 'repairs.refundTooMuch' })
  await world.approve(key, 900_000n)
  const refundId = newId()
  await ask(10_000n, { refundId })
  expect((await world.fund(key)).shares[0]).toMatchObject({ refundable: 18_000n, refunds: [{ refundId, amount: 10_000n, approved: null }] })
  expect((await world.fund(key, await asTenant(world.db, world.house, world.house.premises[1]!))).shares.flatMap(each => each.refunds), 'neighbours see nothing of it').toEqual([])
  await expect(ask(1n, { refundId }), 'another request under its id').rejects.toMatchObject({ message: 'repairs.refundAsked' })
})

test('refused: more than is owed back with what is asked already, another premises, other people', async () => {
  await expect(ask(8_001n)).rejects.toMatchObject({ message: 'repairs.refundTooMuch' })
  await expect(ask(12_001n, { premisesId: world.house.premises[1]!.premisesId })).rejects.toMatchObject({ message: 'repairs.refundTooMuch' })
  await expect(ask(1n, { premisesId: newId() })).rejects.toMatchObject({ message: 'repairs.shareNotFound' })
  await expect(ask(1n, {}, await asClerk(world.db, world.house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(ask(1n, {}, world.twinManager)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const results = await Promise.allSettled([1, 2, 3].map(() => ask(8_000n)))
  expect(results.filter(result => result.status === 'fulfilled'), 'three at once for what is there once').toHaveLength(1)
})
