import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let manager: ActingPerson
let today: string
const currentIban = 'KZ86125KZT5004100100'

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 2, areas: ['60.00', '40.00'] })
  twin = await makeHouse(db, { country: 'KZ', flats: 1 })
  manager = await asManager(db, house)
  today = (await db.sql<{ day: string }>(`select app.today()::text as day`))[0]!.day
})
const add = (who: ActingPerson, more: Record<string, unknown> = {}) => who.caller.repairs.registerBankAccount({
  buildingId: house.buildingId, bankAccountId: newId(), purpose: 'CURRENT', iban: currentIban, bank: 'Bank', validFrom: today, basis: 'Банкпен шарт № 1', ...more })

test('entered by those who keep the money; refused: a wrong number, one account for two purposes or houses, a house of the other country, a clerk', async () => {
  await add(manager)
  await expect(add(manager, { iban: 'KZ87125KZT5004100100' })).rejects.toMatchObject({ message: 'repairs.wrongIban' })
  await expect(add(manager, { purpose: 'SAVINGS' })).rejects.toMatchObject({ message: 'repairs.ibanTaken' })
  const twinManager = await asManager(db, twin)
  await expect(add(twinManager, { buildingId: twin.buildingId })).rejects.toMatchObject({ message: 'repairs.ibanTaken' })
  await expect(add(twinManager)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(add(await asClerk(db, house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const uz = await makeHouse(db, { country: 'UZ', flats: 1 })
  await expect(add(await asManager(db, uz), { buildingId: uz.buildingId })).rejects.toMatchObject({ message: 'repairs.accountsOnlyKz' })
})
