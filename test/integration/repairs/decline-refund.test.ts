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
  await world.payAll(key)
  await world.approve(key, 900_000n)
})
afterAll(() => world.close())

test('declined with a reason, also by whoever asked; then it can be asked again', async () => {
  const ask = () => world.manager.caller.repairs.requestRefund({ ...key, refundId: newId(), premisesId: world.house.premises[0]!.premisesId, amount: 18_000n, application: 'Ariza 5' })
  const { refundId } = await ask()
  const decline = { buildingId: key.buildingId, refundId, ground: 'Ariza qaytarib olindi' }
  await expect(world.twinManager.caller.repairs.declineRefund(decline)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect((await asClerk(world.db, world.house)).caller.repairs.declineRefund(decline)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(world.manager.caller.repairs.declineRefund({ ...decline, refundId: newId() })).rejects.toMatchObject({ message: 'repairs.refundNotFound' })
  await world.manager.caller.repairs.declineRefund(decline)
  await expect(world.accountant.caller.repairs.approveRefund(decline)).rejects.toMatchObject({ message: 'repairs.refundDecided' })
  await expect(world.accountant.caller.repairs.declineRefund({ ...decline, ground: 'Boshqa asos 1' })).rejects.toMatchObject({ message: 'repairs.refundDecided' })
  expect((await world.fund(key)).shares[0]).toMatchObject({ refundable: 18_000n, refunds: [{ approved: false, ground: 'Ariza qaytarib olindi' }] })
  await ask()
})
