import { beforeAll, beforeEach, expect, test } from 'vitest'
import { reconcileLately } from '#server/payments/jobs.ts'
import { asClerk, asManager } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { keptHouse, monthOf, paidThrough, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper
const day = '2026-11-17'

beforeAll(async () => { db = await statementDatabase() })
beforeEach(async () => {
  keeper = await keptHouse(db, 7)
  house = keeper.house
})

const number = (flat: number) => house.premises[flat]!.accountNumber
const row = (id: string, flat: number, amount: string, more: { day?: string; status?: string } = {}) => `${more.day ?? '17.11.2026'};${number(flat)};${amount};${id};${more.status ?? ''}`
const registry = (...rows: string[]) => ['date;account;amount;id;status', ...rows].join('\n')
const paid = (flat: number, externalId: string, amount = 100_00n, on = day) => paidThrough(house, { provider: 'kaspi', flat, amount, day: on, externalId })
const found = async () => (await keeper.person.caller.statements.reconciliations({ buildingId: house.buildingId })).differences

test('P17 Kaspi\'s register: five classes of difference, each told once; what agrees, on the day or beside it, is none', async () => {
  await paid(0, 'same')
  await paid(1, 'only ours')
  await paid(2, 'less')
  const back = await paid(3, 'back')
  await paid(4, 'late', 100_00n, '2026-11-17')
  await keeper.person.caller.payments.reverse({ buildingId: house.buildingId, paymentId: back, reason: 'по письму банка' })
  await takeIn(keeper, { source: 'kaspi', text: registry(row('same', 0, '100'), row('less', 2, '99.99'), row('back', 3, '100'), row('only theirs', 5, '100'), row('twice', 6, '50'), row('twice', 6, '50'), row('late', 4, '100', { day: '18.11.2026' })) })
  await keeper.person.caller.statements.reconcile({ buildingId: house.buildingId, day })
  expect((await found()).map(each => [each.class, each.subject, each.ourAmount, each.theirAmount, each.overdue]).sort()).toEqual([
    ['AMOUNT_DIFF', 'less', 10_000n, 9_999n, true], ['DUPLICATE', 'twice', null, 5_000n, true], ['MISSING_HERE', 'only theirs', null, 10_000n, true], ['MISSING_HERE', 'twice', null, 5_000n, true],
    ['MISSING_THERE', 'only ours', 10_000n, null, true], ['STATE_DIFF', 'back', 10_000n, 10_000n, true]])
  const before = await db.sql('select * from ledger_entries where building_id = $1', [house.buildingId])
  expect((await keeper.person.caller.statements.reconciliations({})).days).toMatchObject([{ provider: 'kaspi', day, ourCount: 4, theirCount: 6, differences: 6, unexplained: 6 }])
  expect(await db.sql('select * from ledger_entries where building_id = $1', [house.buildingId])).toEqual(before)
})

test('judged again: what is no longer there is gone, what was found is not found twice', async () => {
  await paid(0, 'a')
  const statement = await takeIn(keeper, { source: 'kaspi', text: registry(row('a', 0, '100'), row('b', 1, '100')) })
  const { reconcile, assignLine } = keeper.person.caller.statements
  for (let i = 0; i < 2; i += 1) await reconcile({ buildingId: house.buildingId, day })
  expect((await found()).map(each => [each.class, each.subject])).toEqual([['MISSING_HERE', 'b']])
  await assignLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 3, number: number(1) })
  await reconcile({ buildingId: house.buildingId, day })
  expect(await found()).toEqual([])
  expect(await db.sql('select class, gone_at is not null as gone from reconciliation_differences where building_id = $1', [house.buildingId])).toEqual([{ class: 'MISSING_HERE', gone: true }])
})

test('gone too where nothing of the provider is left that day: the one line was none of the house\'s', async () => {
  const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: day, amount: 800n, purpose: 'x' }]) })
  const { reconcile, rejectLine } = keeper.person.caller.statements
  await reconcile({ buildingId: house.buildingId, day })
  expect((await found()).map(each => each.class)).toEqual(['MISSING_HERE'])
  await rejectLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 1, reason: 'NOT_OURS', note: 'returned to the bank' })
  await reconcile({ buildingId: house.buildingId, day })
  expect(await found()).toEqual([])
})

test('a provider that told nothing is waited for; the bank itself: lines that wait, payments given back, lumps too large', async () => {
  await paid(0, 'a')
  await takeIn(keeper, { text: monthOf(keeper, [{ date: day, amount: 700n, purpose: number(1), number: '1' }, { date: day, amount: 800n, purpose: 'x', number: '2' }, { date: day, amount: 10_001n, name: 'ТОО "Kaspi Pay"', purpose: 'реестр', number: '3' }]) })
  const [bank] = await db.sql<{ payment_id: string }>(`select payment_id from payment_transactions where building_id = $1 and provider = 'bank'`, [house.buildingId])
  await keeper.person.caller.payments.reverse({ buildingId: house.buildingId, paymentId: bank?.payment_id ?? '', reason: 'ошибка' })
  await keeper.person.caller.statements.reconcile({ buildingId: house.buildingId, day })
  expect((await found()).map(each => [each.provider, each.class]).sort()).toEqual([['bank', 'MISSING_HERE'], ['bank', 'STATE_DIFF'], ['kaspi', 'AMOUNT_DIFF']])
  expect((await keeper.person.caller.statements.reconciliations({})).days.find(each => each.provider === 'kaspi')).toMatchObject({ theirCount: null, transferred: 10_001n })
})

test('P17 Halyk\'s statement: a registry of the days beside takes no answer away from the day itself, and what it tells of the day is not told twice', async () => {
  const answered = async (flat: number, externalId: string, on: string) => {
    const paymentId = await paidThrough(house, { provider: 'halyk', flat, amount: 100_00n, day: on, externalId })
    await db.sql(`insert into provider_words (building_id, payment_id, state, amount, asked_at) values ($1, $2, 'PAID', 10000, app.now())`, [house.buildingId, paymentId])
  }
  for (const [flat, on] of ['2026-11-15', '2026-11-16', day, day].entries()) await answered(flat, `order ${flat}`, on)
  const { reconcile, reconciliations } = keeper.person.caller.statements
  // The last of the day is under the day before by the bank's clock.
  await takeIn(keeper, { source: 'halyk', text: registry(row('order 1', 1, '100', { day: '16.11.2026' }), row('order 3', 3, '100', { day: '16.11.2026' })) })
  for (const on of ['2026-11-15', '2026-11-16', day]) await reconcile({ buildingId: house.buildingId, day: on })
  expect(await found()).toEqual([])
  expect((await reconciliations({ buildingId: house.buildingId })).days.map(each => [each.day, each.ourCount, each.theirCount])).toEqual([[day, 2, 1], ['2026-11-16', 1, 2], ['2026-11-15', 1, 1]])
  // A registry of the day itself stands instead of the answers.
  await takeIn(keeper, { source: 'halyk', text: registry(row('order 9', 4, '100')) })
  await reconcile({ buildingId: house.buildingId, day })
  expect((await found()).map(each => [each.class, each.subject]).sort()).toEqual([['MISSING_HERE', 'order 9'], ['MISSING_THERE', 'order 2']])
})

test('every morning, every house with money that moved', async () => {
  await paid(0, 'a')
  await db.sql(`update payment_transactions set value_date = value_date where building_id = $1`, [house.buildingId])
  expect(await reconcileLately()).toBeGreaterThan(0)
  expect((await keeper.person.caller.statements.reconciliations({ buildingId: house.buildingId })).days).toMatchObject([{ day, provider: 'kaspi', ourSum: 10_000n, theirCount: null }])
})

test('what a provider gave back counts however old the payment is: its day is judged again by itself, and agrees once we gave it back too', async () => {
  const old = '2026-11-04'
  const payment = await paid(0, 'old', 100_00n, old)
  const silent = await paid(1, 'no registry', 100_00n, old)
  const on = (date: string) => ({ day: date.split('-').reverse().join('.') })
  await takeIn(keeper, { source: 'kaspi', text: registry(row('old', 0, '100', on(old))) })
  await keeper.person.caller.statements.reconcile({ buildingId: house.buildingId, day: old })
  expect((await found()).map(each => [each.class, each.subject])).toEqual([['MISSING_THERE', 'no registry']])
  const told = await takeIn(keeper, { source: 'kaspi', text: registry(row('old', 0, '100', { day: '19.11.2026', status: 'возврат' }), row('no registry', 1, '100', { day: '19.11.2026', status: 'возврат' })) })
  await reconcileLately()
  expect((await found()).map(each => [each.day, each.class, each.subject, each.ourState, each.theirState])).toEqual([[old, 'STATE_DIFF', 'no registry', 'PAID', 'REFUNDED'], [old, 'STATE_DIFF', 'old', 'PAID', 'REFUNDED']])
  for (const paymentId of [payment, silent]) await keeper.person.caller.payments.reverse({ buildingId: house.buildingId, paymentId, reason: 'возврат банка' })
  for (const line of [2, 3]) await keeper.person.caller.statements.rejectLine({ buildingId: house.buildingId, statementId: told.statementId, row: line, reason: 'RETURNED', note: 'возвращено у нас' })
  await reconcileLately()
  expect(await found()).toEqual([])
})

test('refused: a day that has not come; a clerk and a twin\'s manager, who see nothing of it', async () => {
  await expect(keeper.person.caller.statements.reconcile({ buildingId: house.buildingId, day: '2026-11-21' })).rejects.toMatchObject({ cause: { code: 'statements.futureDay' } })
  for (const [person, code] of [[await asClerk(db, house), 'statements.forbidden'], [await asManager(db, await makeHouse(db, { flats: 1 })), 'common.notFound']] as const) {
    await expect(person.caller.statements.reconcile({ buildingId: house.buildingId, day })).rejects.toMatchObject({ cause: { code } })
    expect(await person.caller.statements.reconciliations({})).toEqual({ days: [], differences: [] })
  }
})
