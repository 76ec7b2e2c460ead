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
const add = (who: ActingPerson, more: Record<string, unknown> = {}) => who.caller.statements.registerAccount({
  buildingId: house.buildingId, bankAccountId: newId(), fund: 'CURRENT', number: currentIban, bankName: 'Bank', validFrom: today, basis: 'Банкпен шарт № 1', ...more })
const shown = async () => (await owner.caller.payments.screen({ number: house.premises[0]!.accountNumber })).accounts

test('one enters, another confirms; only then people are told to pay there', async () => {
  const { bankAccountId } = await add(accountant, { number: 'kz86 125K ZT50 0410 0100' })
  const confirm = { buildingId: house.buildingId, bankAccountId }
  expect(await shown()).toEqual([])
  await expect(accountant.caller.statements.confirmAccount(confirm)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'statements.fourEyes' })
  await expect((await asManager(db, twin)).caller.statements.confirmAccount(confirm)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await manager.caller.statements.confirmAccount(confirm)
  await expect(manager.caller.statements.confirmAccount(confirm)).rejects.toMatchObject({ message: 'statements.accountConfirmed' })
  const savings = await add(manager, { fund: 'SAVINGS', number: savingsIban })
  await accountant.caller.statements.confirmAccount({ ...confirm, ...savings })
  expect(await shown()).toEqual([{ fund: 'CURRENT', number: currentIban, bank: 'Bank' }, { fund: 'SAVINGS', number: savingsIban, bank: 'Bank' }])
  expect((await owner.caller.repairs.fund({ buildingId: house.buildingId })).accounts).toHaveLength(2)
  expect((await db.sql<{ person_id: string }>(`select distinct person_id from audit_entries where subject_id = $1`, [bankAccountId]))).toHaveLength(2)
  await expect(db.sql(`update bank_accounts set number = $1`, [savingsIban])).rejects.toThrow(/append-only/)
})

test('one account serves one purpose, and people are told to pay into it in one house', async () => {
  const number = 'KZ521250000000001001'
  const twinManager = await asManager(db, twin)
  const there = { buildingId: twin.buildingId }
  // An account entered in two houses: whichever is confirmed first keeps it.
  const [own, other] = [await add(accountant, { number }), await add(twinManager, { ...there, number })]
  await manager.caller.statements.confirmAccount({ buildingId: house.buildingId, ...own })
  await expect((await asAccountant(db, twin)).caller.statements.confirmAccount({ ...there, ...other })).rejects.toMatchObject({ code: 'CONFLICT', message: 'statements.accountTaken' })
  await expect(add(twinManager, { ...there, number, validFrom: '2027-01-01' })).rejects.toMatchObject({ message: 'statements.accountTaken' })
  await expect(add(accountant, { number, fund: 'SAVINGS' })).rejects.toMatchObject({ message: 'statements.accountTaken' })
  await expect(db.sql(`insert into bank_accounts (building_id, bank_account_id, number, bank_name, fund, currency, valid_from, basis, registered_by)
    select building_id, gen_random_uuid(), number, bank_name, 'SAVINGS', currency, valid_from + 1, basis, registered_by from bank_accounts where bank_account_id = $1`, [own.bankAccountId])).rejects.toThrow()
  // The register of the staff and what people see are one table.
  expect((await accountant.caller.statements.accounts()).find(each => each.number === number)).toMatchObject({ confirmed: true, mine: true, basis: 'Банкпен шарт № 1' })
})
