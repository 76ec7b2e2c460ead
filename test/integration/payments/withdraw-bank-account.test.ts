import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { linesOf, monthOf, readFile, statementDatabase, takeIn } from '#test/support/statement-steps.ts'
import { ibanOf } from '#test/support/statements.ts'

let db: TestDatabase
let house: TestHouse
let accountant: ActingPerson
let manager: ActingPerson

beforeAll(async () => {
  db = await statementDatabase()
  house = await makeHouse(db, { flats: 3 })
  accountant = await asAccountant(db, house)
  manager = await asManager(db, house)
})
const enter = (who: ActingPerson, number: string, fund: 'CURRENT' | 'SAVINGS') => who.caller.statements.registerAccount({ buildingId: house.buildingId, bankAccountId: newId(), number, bankName: 'Bank', fund, validFrom: '2026-01-10', basis: 'Contract 17' })
const withdraw = (who: ActingPerson, { bankAccountId }: { bankAccountId: string }) => who.caller.statements.withdrawAccount({ buildingId: house.buildingId, bankAccountId, note: 'Счёт накопительный, ошиблись' })
const purposes = async () => (await accountant.caller.statements.accounts()).map(({ number, fund }) => [number, fund])

test('an account entered for the wrong purpose is withdrawn by the one who entered it or by another while nobody confirmed it; its number is entered anew', async () => {
  for (const [place, who] of [accountant, manager].entries()) {
    const number = ibanOf(701 + place)
    const wrong = await enter(accountant, number, 'CURRENT')
    await expect(enter(accountant, number, 'SAVINGS')).rejects.toMatchObject({ cause: { code: 'statements.accountTaken' } })
    await withdraw(who, wrong)
    await enter(accountant, number, 'SAVINGS')
    expect(await purposes()).toContainEqual([number, 'SAVINGS'])
    expect(await db.sql('select person_id, ground from audit_entries where subject_id = $1 and action = $2', [wrong.bankAccountId, 'payments.withdrawBankAccount'])).toEqual([{ person_id: who.personId, ground: 'Счёт накопительный, ошиблись' }])
    expect(await db.sql('select withdrawn_by from bank_accounts where bank_account_id = $1', [wrong.bankAccountId])).toEqual([{ withdrawn_by: who.personId }])
    await expect(withdraw(who, wrong)).rejects.toMatchObject({ cause: { code: 'statements.accountNotFound' } })
    await expect(manager.caller.statements.confirmAccount({ buildingId: house.buildingId, ...wrong })).rejects.toMatchObject({ cause: { code: 'statements.accountNotFound' } })
  }
  await expect(db.sql(`update bank_accounts set withdrawn_by = null, withdrawn_at = null where withdrawn_by is not null`)).rejects.toThrow(/append-only/)
})

test('refused: what is confirmed, whoever does not keep the house\'s money, an account on which a statement waits', async () => {
  const account = await enter(accountant, ibanOf(711), 'CURRENT')
  await expect(withdraw(await asClerk(db, house), account)).rejects.toMatchObject({ cause: { code: 'statements.forbidden' } })
  await expect(withdraw(await asAccountant(db, await makeHouse(db, { flats: 1 })), account)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const keeper = { person: accountant, house, iban: ibanOf(711) }
  const waiting = await readFile(keeper, { text: monthOf(keeper, [{ date: '2026-11-02', amount: 500_00n, purpose: house.premises[0]!.accountNumber }]) })
  expect(await accountant.caller.statements.one(waiting)).toMatchObject({ statement: { state: 'READ' }, unconfirmed: true })
  await expect(withdraw(manager, account)).rejects.toMatchObject({ cause: { code: 'statements.accountInUse' } })
  await accountant.caller.statements.reject(waiting)
  await manager.caller.statements.confirmAccount({ buildingId: house.buildingId, ...account })
  await expect(withdraw(manager, account)).rejects.toMatchObject({ cause: { code: 'statements.accountStands' } })
  expect(await purposes()).toContainEqual([ibanOf(711), 'CURRENT'])
})

test('a statement of an account that was withdrawn is refused in those words; what waits of an older one is posted as the account stands now', async () => {
  const keeper = { person: accountant, house, iban: ibanOf(721) }
  const wrong = await enter(accountant, keeper.iban, 'CURRENT')
  const posted = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-02', amount: 500_00n, purpose: 'взнос на капремонт' }]) })
  expect(posted.state).toBe('DONE')
  await withdraw(accountant, wrong)
  const refused = await readFile(keeper, { text: monthOf(keeper, [{ date: '2026-11-03', amount: 600_00n, purpose: house.premises[0]!.accountNumber }]) })
  expect(refused).toMatchObject({ state: 'FAILED', failure: 'statements.accountWithdrawn', failureParams: { account: keeper.iban } })
  await enter(accountant, keeper.iban, 'SAVINGS')
  expect(await linesOf(keeper, posted)).toMatchObject([{ state: 'EXCEPTION' }])
  await accountant.caller.statements.assignLine({ buildingId: house.buildingId, statementId: posted.statementId, row: 1, number: house.premises[1]!.accountNumber })
  expect(await db.sql('select fund from ledger_entries where account_id = $1', [house.premises[1]!.accountId])).toEqual([{ fund: 'SAVINGS' }])
})
