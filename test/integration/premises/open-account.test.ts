import { beforeAll, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { isAccountNumber, newId } from '#server/kernel/ids.ts'
import { accountByNumber } from '#server/premises/queries.ts'
import { asClerk, asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ' })
  twin = await makeHouse(db, { country: 'UZ' })
})

async function emptyUnit(number: string) {
  const premisesId = newId()
  await (await asManager(db, house)).caller.premises.register({ buildingId: house.buildingId, premisesId, kind: 'STORAGE', number, entrance: null, floor: -1, rooms: null, areaM2: '4', livingAreaM2: null, cadastralNumber: null })
  return { buildingId: house.buildingId, premisesId, accountId: newId(), openedOn: '2026-11-01' }
}

test('an account gets ten digits with Luhn, found by number by the payments service', async () => {
  const input = await emptyUnit('S1')
  const { number } = await (await asManager(db, house)).caller.premises.openAccount(input)
  expect(isAccountNumber(number)).toBe(true)
  expect(number[0]).toBe('7')
  expect(await serviceTransaction('payments', ctx => accountByNumber(ctx, number))).toMatchObject({ accountId: input.accountId, premisesId: input.premisesId, closedOn: null })
})

test('refuses a second open account, a clerk, and the manager of the twin house', async () => {
  const input = await emptyUnit('S2')
  const manager = await asManager(db, house)
  const opened = await manager.caller.premises.openAccount(input)
  expect(await manager.caller.premises.openAccount(input), 'the answer was lost').toEqual(opened)
  await expect(manager.caller.premises.openAccount({ ...input, accountId: newId() })).rejects.toThrow('premises.accountOpenAlready')
  await expect((await asClerk(db, house)).caller.premises.openAccount(input)).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.openAccount(input)).rejects.toThrow('common.notFound')
})

test('under the id of a closed account the same is that account again, and anything else is refused in words', async () => {
  const input = await emptyUnit('S4')
  const manager = await asManager(db, house)
  const opened = await manager.caller.premises.openAccount(input)
  await manager.caller.premises.closeAccount({ buildingId: house.buildingId, accountId: input.accountId, closedOn: '2026-11-10', ground: 'Ariza 4' })
  expect(await manager.caller.premises.openAccount(input), 'the answer was lost').toEqual(opened)
  await expect(manager.caller.premises.openAccount({ ...input, openedOn: '2026-11-11' })).rejects.toThrow('premises.accountKnown')
  const other = await emptyUnit('S5')
  await expect(manager.caller.premises.openAccount({ ...other, accountId: input.accountId })).rejects.toThrow('premises.accountKnown')
  await manager.caller.premises.openAccount({ ...input, accountId: newId(), openedOn: '2026-11-11' })
  await expect(manager.caller.premises.openAccount({ ...input, openedOn: '2026-11-12' })).rejects.toThrow('premises.accountOpenAlready')
})

test('twelve at once open one', async () => {
  const input = await emptyUnit('S3')
  const manager = await asManager(db, house)
  const results = await Promise.allSettled(Array.from({ length: 12 }, () => manager.caller.premises.openAccount({ ...input, accountId: newId() })))
  expect(results.filter(each => each.status === 'fulfilled')).toHaveLength(1)
})
