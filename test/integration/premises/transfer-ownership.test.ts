import { beforeAll, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { rollOf } from '#server/premises/queries.ts'
import { asClerk, asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  twin = await makeHouse(db)
})

const basis = 'Свидетельство о наследстве'
const unit = (index: number) => {
  const found = house.premises[index]
  if (!found) throw new Error('no unit')
  return found
}

test('from the day on the unit belongs to the heirs; the day before it was as it was', async () => {
  const manager = await asManager(db, house)
  const { premisesId, ownerId } = unit(0)
  const { left, owners } = await manager.caller.premises.transferOwnership({ buildingId: house.buildingId, premisesId, on: '2026-03-01', basis,
    owners: [{ fullName: 'Омарова Айгүл', share: '2/3' }, { fullName: 'Омаров Серік', share: '1/3' }] })
  expect(left).toEqual([ownerId])
  const roll = (on: string) => serviceTransaction('meetings', async ctx => (await rollOf(ctx, house.buildingId, on)).filter(line => line.premisesId === premisesId)
    .map(line => [line.ownerId, `${line.shareNumerator}/${line.shareDenominator}`]).sort())
  expect(await roll('2026-02-28')).toEqual([[ownerId, '1/1']])
  expect(await roll('2026-03-01')).toEqual(owners.map(each => [each.ownerId, each.share]).sort())
  const events = await db.sql<{ payload: unknown }>(`select payload from event_queue where building_id = $1 and name = 'premises.ownershipTransferred'`, [house.buildingId])
  expect(events[0]?.payload).toMatchObject({ premisesId, on: '2026-03-01', left: [ownerId] })
})

test('who keeps the same share keeps the row since the old date', async () => {
  const manager = await asManager(db, house)
  const { premisesId } = unit(1)
  const first = await manager.caller.premises.transferOwnership({ buildingId: house.buildingId, premisesId, on: '2026-01-10', basis, owners: [{ fullName: 'Ким Илья', share: '1/2' }, { fullName: 'Ким Анна', share: '1/2' }] })
  const ilya = first.owners[0]?.ownerId ?? ''
  await manager.caller.premises.transferOwnership({ buildingId: house.buildingId, premisesId, on: '2026-06-01', basis, owners: [{ ownerId: ilya, fullName: 'Ким Илья', share: '1/2' }, { fullName: 'Ли Марина', share: '50%' }] })
  const rows = await db.sql<{ since: string; until: string | null }>(`select valid_from::text as since, valid_to::text as until from ownerships where premises_id = $1 and owner_id = $2`, [premisesId, ilya])
  expect(rows).toEqual([{ since: '2026-01-10', until: null }])
})

test('twenty transfers at once: one wins each day, the shares stay whole', async () => {
  const manager = await asManager(db, house)
  const { premisesId } = unit(2)
  const results = await Promise.allSettled(Array.from({ length: 12 }, (_, index) =>
    manager.caller.premises.transferOwnership({ buildingId: house.buildingId, premisesId, on: '2026-07-01', basis, owners: [{ fullName: `Новый Хозяин${'абвгдежзиклм'[index]}`, share: '1' }] })))
  expect(results.filter(each => each.status === 'fulfilled')).toHaveLength(1)
  expect(await manager.caller.premises.findings({ buildingId: house.buildingId })).toEqual([])
})

test('refuses shares that are not whole, a day already passed over, a stranger to the house as owner', async () => {
  const manager = await asManager(db, house)
  const input = { buildingId: house.buildingId, premisesId: unit(3).premisesId, on: '2026-08-01', basis }
  await expect(manager.caller.premises.transferOwnership({ ...input, owners: [{ fullName: 'Ким Илья', share: '1/2' }] })).rejects.toThrow('premises.sharesNotWhole')
  await expect(manager.caller.premises.transferOwnership({ ...input, on: '2019-01-01', owners: [{ fullName: 'Ким Илья', share: '1' }] })).rejects.toThrow('premises.laterOwnership')
  await expect(manager.caller.premises.transferOwnership({ ...input, owners: [{ ownerId: twin.premises[0]?.ownerId ?? newId(), fullName: 'Ким Илья', share: '1' }] })).rejects.toThrow('premises.ownerUnknown')
})

test('refuses a clerk; for the manager of the twin house there is no such flat', async () => {
  const input = { buildingId: house.buildingId, premisesId: unit(3).premisesId, on: '2026-08-01', basis, owners: [{ fullName: 'Ким Илья', share: '1' }] }
  await expect((await asClerk(db, house)).caller.premises.transferOwnership(input)).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.transferOwnership(input)).rejects.toThrow('common.notFound')
})
