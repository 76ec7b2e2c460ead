import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let manager: ActingPerson
let accountant: ActingPerson
let owner: ActingPerson
let today: string
const currentIban = 'KZ86125KZT5004100100'
const savingsIban = 'KZ563190000012344567'

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 2, areas: ['60.00', '40.00'] })
  twin = await makeHouse(db, { country: 'KZ', flats: 1 })
  manager = await asManager(db, house)
  accountant = await asAccountant(db, house)
  owner = await asOwner(db, house, house.premises[0]!)
  today = (await db.sql<{ day: string }>(`select app.today()::text as day`))[0]!.day
})
const add = (who: ActingPerson, more: Record<string, unknown> = {}) => who.caller.repairs.registerBankAccount({
  buildingId: house.buildingId, bankAccountId: newId(), purpose: 'CURRENT', iban: currentIban, bank: 'Bank', validFrom: today, basis: 'Банкпен шарт № 1', ...more })
const shown = async () => (await owner.caller.payments.screen({ number: house.premises[0]!.accountNumber })).accounts

test('one enters, another confirms; only then people are told to pay there', async () => {
  const { bankAccountId } = await add(accountant, { iban: 'kz86 125K ZT50 0410 0100' })
  const confirm = { buildingId: house.buildingId, bankAccountId }
  expect(await shown()).toEqual([])
  await expect(accountant.caller.repairs.confirmBankAccount(confirm)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'repairs.fourEyes' })
  await expect((await asManager(db, twin)).caller.repairs.confirmBankAccount(confirm)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await manager.caller.repairs.confirmBankAccount(confirm)
  await expect(manager.caller.repairs.confirmBankAccount(confirm)).rejects.toMatchObject({ message: 'repairs.accountConfirmed' })
  const savings = await add(manager, { purpose: 'SAVINGS', iban: savingsIban })
  await accountant.caller.repairs.confirmBankAccount({ ...confirm, ...savings })
  expect(await shown()).toEqual([{ purpose: 'CURRENT', iban: currentIban, bank: 'Bank' }, { purpose: 'SAVINGS', iban: savingsIban, bank: 'Bank' }])
  expect((await owner.caller.repairs.fund({ buildingId: house.buildingId })).accounts).toHaveLength(2)
  expect((await db.sql<{ person_id: string }>(`select distinct person_id from audit_entries where subject_id = $1`, [bankAccountId]))).toHaveLength(2)
  await expect(db.sql(`update house_bank_accounts set iban = $1`, [savingsIban])).rejects.toThrow(/append-only/)
})
