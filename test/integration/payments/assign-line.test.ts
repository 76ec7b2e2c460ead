import { beforeAll, beforeEach, expect, test } from 'vitest'
import { asAccountant, asClerk, asManager } from '#test/support/actors.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { faultsOf, keptHouse, monthOf, paidOf, paidThrough, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper

beforeAll(async () => { db = await statementDatabase() })
beforeEach(async () => {
  keeper = await keptHouse(db, 46)
  house = keeper.house
})

const number = (flat: number) => house.premises[flat]!.accountNumber
const lineOf = async (line: { purpose: string; name?: string; amount?: bigint }) => {
  const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: line.amount ?? 12_345n, ...line }]) })
  return { buildingId: house.buildingId, statementId: statement.statementId, row: 1 }
}

test('a person says whose money it is: posted once, with the trace of who said so', async () => {
  const line = await lineOf({ purpose: 'взнос кв. 45' })
  await keeper.person.caller.statements.assignLine({ ...line, number: number(44) })
  expect(await paidOf(db, house)).toEqual([{ number: number(44), amount: '12345', provider: 'bank', state: 'PAID', fund: null }])
  expect(await faultsOf(db, house)).toEqual([])
  const [trace] = await db.sql<{ person_id: string; before: unknown }>(`select person_id, before from audit_entries where building_id = $1 and action = 'payments.assignLine'`, [house.buildingId])
  expect(trace).toMatchObject({ person_id: keeper.person.personId, before: { state: 'EXCEPTION', problem: 'NO_NUMBER' } })
  await expect(keeper.person.caller.statements.assignLine({ ...line, number: number(43) })).rejects.toMatchObject({ cause: { code: 'statements.lineSettled' } })
  expect(await paidOf(db, house)).toHaveLength(1)
})

test('assigned to the wrong account and reversed, it waits again and goes to the right one; in parts, when all are reversed', async () => {
  const line = await lineOf({ purpose: 'взнос' })
  const { caller } = keeper.person
  const waiting = async () => (await caller.statements.worklist({})).rows.map(row => row.problem)
  const reverse = async (paymentId: string | undefined) => caller.payments.reverse({ buildingId: house.buildingId, paymentId: paymentId!, reason: 'не тот счёт' })
  const wrong = await caller.statements.assignLine({ ...line, number: number(1) })
  await reverse(wrong.paymentIds[0])
  expect(await waiting()).toEqual(['REVERSED'])
  const parts = await caller.statements.splitLine({ ...line, parts: [{ number: number(2), amount: 12_000n }, { number: number(3), amount: 345n }] })
  await reverse(parts.paymentIds[0])
  expect(await waiting()).toEqual([])
  await reverse(parts.paymentIds[1])
  await caller.statements.assignLine({ ...line, number: number(4) })
  expect(await waiting()).toEqual([])
  expect((await paidOf(db, house)).filter(each => each.state === 'PAID')).toEqual([{ number: number(4), amount: '12345', provider: 'bank', state: 'PAID', fund: null }])
  expect(await db.sql(`select sum(amount)::int as bank from ledger_entries where building_id = $1 and ledger = 'BANK'`, [house.buildingId])).toEqual([{ bank: 12_345 }])
  expect(await faultsOf(db, house)).toEqual([])
  await expect(caller.statements.assignLine({ ...line, number: number(5) })).rejects.toMatchObject({ cause: { code: 'statements.lineSettled' } })
})

test('two people at once: one is told that it is decided', async () => {
  const line = await lineOf({ purpose: 'x' })
  const other = await asManager(db, house)
  const answers = await Promise.allSettled([keeper.person, other].map((person, flat) => person.caller.statements.assignLine({ ...line, number: number(flat) })))
  expect(answers.map(answer => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await paidOf(db, house)).toHaveLength(1)
})

test('hints: the flat in words, a slip of the hand, the owner\'s name; the sum alone says nothing', async () => {
  const slip = `${number(7).slice(0, 9)}${(Number(number(7)[9]) + 1) % 10}`
  await db.sql(`update owners set full_name = 'Серікова Алия' where building_id = $1 and owner_id = $2`, [house.buildingId, house.premises[20]!.ownerId])
  await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 100n, purpose: 'взнос кв. 45' }, { date: '2026-11-06', amount: 100n, purpose: `лс ${slip}` }, { date: '2026-11-07', amount: 100n, name: 'СЕРИКОВА А.', purpose: 'взнос' }, { date: '2026-11-08', amount: 100n, purpose: 'взнос' }]) })
  const { rows } = await keeper.person.caller.statements.worklist({})
  expect(rows.map(row => row.hints.map(hint => [hint.number, hint.signs.join()]))).toEqual([[[number(44), 'FLAT']], expect.arrayContaining([[number(7), 'SLIP']]), [[number(20), 'PAYER_NAME']], []])
})

test('an operation that a provider took and we did not hear of: posted as that provider\'s, and its own late call finds it', async () => {
  const statement = await takeIn(keeper, { source: 'kaspi', name: 'k.csv', text: `date;account;amount;id\n04.11.2026;${number(2)};500;9001` })
  await keeper.person.caller.statements.assignLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 2, number: number(2) })
  expect(await paidOf(db, house)).toMatchObject([{ provider: 'kaspi', amount: '50000' }])
  expect(await db.sql(`select from payment_dedupe where provider = 'kaspi' and external_id = '9001'`)).toHaveLength(1)
})

test('an operation that its provider began and did not end: waiting, it is settled; let go, another takes its place; paid, it is settled already', async () => {
  const merchant = await makeMerchant(db, { provider: 'payme', country: 'KZ' })
  const states = ['PENDING', 'CANCELLED', 'EXPIRED', 'PAID']
  for (const [index, state] of states.entries()) {
    const unit = house.premises[index]!
    await db.sql(`insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, amount, currency, state, provider_time, created_at)
      values ($1, gen_random_uuid(), 'payme', $2, $3, $4, $5, $6, $7, 50000, 'KZT', $8, '2026-11-04', '2026-11-04')`, [house.buildingId, merchant.segment, `op-${state}`, merchant.merchantId, unit.accountId, unit.premisesId, unit.accountNumber, state])
    await db.sql(`insert into payment_dedupe (provider, service, method, external_id, building_id, payment_id)
      select provider, service, 'create', external_id, building_id, payment_id from payment_transactions where building_id = $1 and external_id = $2`, [house.buildingId, `op-${state}`])
  }
  const statement = await takeIn(keeper, { source: 'payme', name: 'p.csv', text: ['date;account;amount;id', ...states.map((state, index) => `04.11.2026;${number(index === 3 ? 4 : index)};500;op-${state}`)].join('\n') })
  const assign = async (index: number) => keeper.person.caller.statements.assignLine({ buildingId: house.buildingId, statementId: statement.statementId, row: index + 2, number: number(index) })
  for (const index of [0, 1, 2]) expect((await assign(index)).paymentIds).toHaveLength(1)
  await expect(assign(3)).rejects.toMatchObject({ cause: { code: 'statements.alreadySettled' } })
  expect(await db.sql(`select external_id as id, state from payment_transactions where building_id = $1 order by external_id`, [house.buildingId])).toEqual([
    { id: 'op-CANCELLED', state: 'CANCELLED' }, { id: 'op-CANCELLED/2', state: 'PAID' }, { id: 'op-EXPIRED', state: 'EXPIRED' }, { id: 'op-EXPIRED/2', state: 'PAID' }, { id: 'op-PAID', state: 'PAID' }, { id: 'op-PENDING', state: 'PAID' }])
  expect(await db.sql('select from ledger_entries where building_id = $1 and account_id is not null', [house.buildingId])).toHaveLength(3)
})

test('refused: a number of another house, none at all, a closed account; a clerk and a twin\'s accountant find no line', async () => {
  const line = await lineOf({ purpose: 'x' })
  const twin = await makeHouse(db, { flats: 1 })
  await expect(keeper.person.caller.statements.assignLine({ ...line, number: twin.premises[0]!.accountNumber })).rejects.toMatchObject({ cause: { code: 'statements.numberUnknown' } })
  await expect(keeper.person.caller.statements.assignLine({ ...line, number: '1234567890' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await db.sql(`update accounts set closed_on = '2026-11-01' where building_id = $1 and account_id = $2`, [house.buildingId, house.premises[0]!.accountId])
  await expect(keeper.person.caller.statements.assignLine({ ...line, number: number(0) })).rejects.toMatchObject({ cause: { code: 'statements.accountClosed' } })
  await db.sql(`update accounts set opened_on = '2026-11-10' where building_id = $1 and account_id = $2`, [house.buildingId, house.premises[1]!.accountId])
  await expect(keeper.person.caller.statements.assignLine({ ...line, number: number(1) })).rejects.toMatchObject({ cause: { code: 'statements.beforeAccount' } })
  for (const person of [await asClerk(db, house), await asAccountant(db, twin)]) await expect(person.caller.statements.assignLine({ ...line, number: number(3) })).rejects.toMatchObject({ cause: { code: 'statements.lineNotFound' } })
  expect(await paidOf(db, house)).toEqual([])
  await paidThrough(house, { provider: 'kaspi', flat: 3, amount: 1n, day: '2026-11-05', externalId: 'z' })
  expect(await faultsOf(db, house)).toEqual([])
})
