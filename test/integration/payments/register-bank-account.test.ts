import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { ibanOf } from '#test/support/statements.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 1 })
})

const account = (number: string, fund: 'CURRENT' | 'SAVINGS' = 'CURRENT') => ({ buildingId: house.buildingId, bankAccountId: newId(), number, bankName: 'Bank', fund, validFrom: '2026-01-10', basis: 'Contract 17' })

test('an account of the house is written once, with its trace; the same again changes nothing', async () => {
  const { caller } = await asManager(db, house)
  for (let i = 0; i < 2; i += 1) await caller.statements.registerAccount(account(ibanOf(1)))
  await caller.statements.registerAccount(account(ibanOf(2), 'SAVINGS'))
  expect((await caller.statements.accounts()).map(({ number, fund, currency, confirmed }) => [number, fund, currency, confirmed])).toEqual([[ibanOf(1), 'CURRENT', 'KZT', false], [ibanOf(2), 'SAVINGS', 'KZT', false]])
  expect(await db.sql(`select from audit_entries where building_id = $1 and action = 'payments.registerBankAccount'`, [house.buildingId])).toHaveLength(2)
  await expect(caller.statements.registerAccount(account(ibanOf(1), 'SAVINGS'))).rejects.toMatchObject({ cause: { code: 'statements.accountTaken' } })
  await expect(caller.statements.registerAccount({ ...account(ibanOf(1)), basis: 'Contract 18' })).rejects.toMatchObject({ cause: { code: 'statements.accountKnown' } })
})

test('refused: another country\'s account, a wrong check of the number, whoever does not keep the house\'s money', async () => {
  const { caller } = await asAccountant(db, house)
  await expect(caller.statements.registerAccount(account('12345678901234567890'))).rejects.toMatchObject({ cause: { code: 'statements.foreignAccount' } })
  await expect(caller.statements.registerAccount(account(ibanOf(3).replace('KZ', 'KZ').replace(/\d$/, digit => String((Number(digit) + 1) % 10))))).rejects.toMatchObject({ cause: { code: 'statements.wrongAccount' } })
  const twin = await makeHouse(db, { flats: 1 })
  for (const [person, code] of [[await asClerk(db, house), 'statements.forbidden'], [await asAccountant(db, twin), 'common.notFound']] as const) {
    await expect(person.caller.statements.registerAccount(account(ibanOf(4)))).rejects.toMatchObject({ cause: { code } })
    expect(await person.caller.statements.accounts()).toEqual([])
  }
  await expect((await asOwner(db, house, house.premises[0]!)).caller.statements.registerAccount(account(ibanOf(4)))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})
