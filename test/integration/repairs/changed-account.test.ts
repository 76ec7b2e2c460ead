import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
beforeAll(async () => { world = await repairWorld(await testDatabase()) })
afterAll(() => world.close())

test('a lower version comes off the account that carries the part; the next account, which paid nothing, is given nothing back', async () => {
  const key = await world.collecting()
  const { premisesId, accountId } = world.house.premises[0]!
  const shares = () => world.db.sql<{ account_id: string; part: string; refundable: string }>(`select account_id, part::text, refundable::text from app.programme_shares($1, $2) where premises_id = $3`, [key.buildingId, key.programmeId, premisesId])
  await world.db.sql('update accounts set closed_on = app.today() where account_id = $1', [accountId])
  const next = await world.manager.caller.premises.openAccount({ buildingId: key.buildingId, premisesId, accountId: newId(), openedOn: world.today, payerKind: 'NATURAL' })
  await world.approve(key, 1_000_000n)
  await world.approve(key, 500_000n)
  expect(await shares()).toEqual([{ account_id: accountId, part: '90000', refundable: '0' }])
  const ask = () => world.accountant.caller.repairs.requestRefund({ ...key, refundId: newId(), premisesId, amount: 90_000n, application: 'Ariza 5, 2026-11-20' })
  await expect(ask()).rejects.toMatchObject({ code: 'CONFLICT', message: 'repairs.refundTooMuch' })
  // As it was laid before: even a part below nothing gives back no more than was paid.
  const { version } = await world.manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Ish', unit: 'm2', quantity: '1', unitPrice: 400_000n }] })
  await world.db.sql(`insert into repair_obligations (building_id, programme_id, version, premises_id, account_id, weight, amount) values ($1, $2, $3, $4, $5, 1, -50000)`,
    [key.buildingId, key.programmeId, version, premisesId, next.accountId])
  expect((await shares()).find(each => each.account_id === next.accountId)).toEqual({ account_id: next.accountId, part: '-50000', refundable: '0' })
  expect(await world.verify()).toEqual([])
})
