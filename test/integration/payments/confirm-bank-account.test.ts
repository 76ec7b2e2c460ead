import { expect, test } from 'vitest'
import { asAccountant, asManager } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { currentIban, houseWithKeepers, savingsIban } from '#test/support/keepers.ts'

const db = await testDatabase()
const { house, manager, accountant, owner, enterAccount } = await houseWithKeepers(db, 'KZ')
const twin = await makeHouse(db, { country: 'KZ', flats: 1 })
const shown = async () => (await owner.caller.payments.screen({ number: house.premises[0]!.accountNumber })).accounts

test('one enters, another confirms; only then people are told to pay there', async () => {
  const { bankAccountId } = await enterAccount(accountant, { number: 'kz86 125K ZT50 0410 0100' })
  const confirm = { buildingId: house.buildingId, bankAccountId }
  expect(await shown()).toEqual([])
  await expect(accountant.caller.statements.confirmAccount(confirm)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'statements.fourEyes' })
  await expect((await asManager(db, twin)).caller.statements.confirmAccount(confirm)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await manager.caller.statements.confirmAccount(confirm)
  await expect(manager.caller.statements.confirmAccount(confirm)).rejects.toMatchObject({ message: 'statements.accountConfirmed' })
  const savings = await enterAccount(manager, { fund: 'SAVINGS', number: savingsIban })
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
  const [own, other] = [await enterAccount(accountant, { number }), await enterAccount(twinManager, { ...there, number })]
  await manager.caller.statements.confirmAccount({ buildingId: house.buildingId, ...own })
  await expect((await asAccountant(db, twin)).caller.statements.confirmAccount({ ...there, ...other })).rejects.toMatchObject({ code: 'CONFLICT', message: 'statements.accountTaken' })
  await expect(enterAccount(twinManager, { ...there, number, validFrom: '2027-01-01' })).rejects.toMatchObject({ message: 'statements.accountTaken' })
  await expect(enterAccount(accountant, { number, fund: 'SAVINGS' })).rejects.toMatchObject({ message: 'statements.accountTaken' })
  await expect(db.sql(`insert into bank_accounts (building_id, bank_account_id, number, bank_name, fund, currency, valid_from, basis, registered_by)
    select building_id, gen_random_uuid(), number, bank_name, 'SAVINGS', currency, valid_from + 1, basis, registered_by from bank_accounts where bank_account_id = $1`, [own.bankAccountId])).rejects.toThrow()
  // The register of the staff and what people see are one table.
  expect((await accountant.caller.statements.accounts()).find(each => each.number === number)).toMatchObject({ confirmed: true, mine: true, basis: 'Банкпен шарт № 1' })
})
