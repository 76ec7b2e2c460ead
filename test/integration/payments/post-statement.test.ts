import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTransaction, strangerScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { importStatement } from '#server/payments/import-statement.ts'
import { jobs } from '#server/payments/jobs.ts'
import { postStatement } from '#server/payments/post-statement.ts'
import { asAccountant } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { faultsOf, keeperOf, keptHouse, linesOf, monthOf, paidOf, paidThrough, readFile, statementDatabase, takeIn, type Keeper } from '#test/support/statement-steps.ts'
import { statementText } from '#test/support/statements.ts'
import { issueInvoices } from '#server/payments/issue-invoices.ts'
import { serviceTransaction } from '#server/infra/context.ts'

let db: TestDatabase
let house: TestHouse
let keeper: Keeper

beforeAll(async () => { db = await statementDatabase() })
beforeEach(async () => {
  keeper = await keptHouse(db, 6)
  house = keeper.house
})

const number = (flat: number) => house.premises[flat]!.accountNumber
const lines = () => [
  { date: '2026-11-02', amount: 500_000n, purpose: `Л/с ${number(0)}`, number: '1' },
  { date: '2026-11-02', amount: 200_000n, purpose: `Л/с ${number(0)}`, number: '2' },
  { date: '2026-11-03', amount: 300_000n, purpose: `Л/с ${number(1)}`, number: '3' },
  { date: '2026-11-04', amount: 100_000n, purpose: 'без номера', number: '4' },
]

describe('matched lines become payments by the one way of settling', () => {
  test('ledger, event and trace of each; the money lies in the bank; the rest waits', async () => {
    const statement = await takeIn(keeper, { text: monthOf(keeper, lines()) })
    expect(statement).toMatchObject({ state: 'DONE', waiting: 1 })
    expect(await paidOf(db, house)).toEqual([
      { number: number(0), amount: '500000', provider: 'bank', state: 'PAID', fund: null }, { number: number(0), amount: '200000', provider: 'bank', state: 'PAID', fund: null }, { number: number(1), amount: '300000', provider: 'bank', state: 'PAID', fund: null }].sort((a, b) => a.number.localeCompare(b.number)))
    expect(await faultsOf(db, house)).toEqual([])
    expect(await db.sql(`select ledger, sum(amount)::text as sum, min(value_date)::text as first from ledger_entries where building_id = $1 group by ledger order by ledger`, [house.buildingId]))
      .toEqual([{ ledger: 'BANK', sum: '1000000', first: '2026-11-02' }, { ledger: 'RECEIVABLE', sum: '-1000000', first: '2026-11-02' }])
    expect(await db.sql(`select from event_queue where building_id = $1 and name = 'payments.posted'`, [house.buildingId])).toHaveLength(3)
    expect((await keeper.person.caller.statements.worklist({})).rows.map(line => line.problem)).toEqual(['NO_NUMBER'])
  })

  test('the same file, and the same lines in a longer one, change nothing', async () => {
    const first = await takeIn(keeper, { text: monthOf(keeper, lines()) })
    expect(await takeIn(keeper, { text: monthOf(keeper, lines()) })).toMatchObject({ statementId: first.statementId })
    const before = await paidOf(db, house)
    const longer = await takeIn(keeper, { text: monthOf(keeper, [...lines(), { date: '2026-11-19', amount: 50_000n, purpose: number(5), number: '9' }]) })
    expect((await linesOf(keeper, longer)).map(line => line.state)).toEqual(['REPEATED', 'REPEATED', 'REPEATED', 'REPEATED', 'POSTED'])
    expect(await paidOf(db, house)).toHaveLength(before.length + 1)
    expect((await keeper.person.caller.statements.worklist({})).all).toBe(1)
    expect(await faultsOf(db, house)).toEqual([])
  })

  test('two lines alike to the letter are two payments, in one file and again in the next', async () => {
    const twice = [{ date: '2026-11-02', amount: 500n, purpose: number(0), number: '7' }, { date: '2026-11-02', amount: 500n, purpose: number(0), number: '7' }]
    await takeIn(keeper, { text: monthOf(keeper, twice) })
    const again = await takeIn(keeper, { text: monthOf(keeper, [...twice, ...twice.slice(1)]) })
    expect((await linesOf(keeper, again)).map(line => line.state)).toEqual(['REPEATED', 'REPEATED', 'EXCEPTION'])
    expect(await paidOf(db, house)).toHaveLength(2)
  })

  test('two files with the same lines, accepted at once: each line is posted once', async () => {
    const [one, two] = [await readFile(keeper, { text: monthOf(keeper, lines()) }), await readFile(keeper, { text: monthOf(keeper, [...lines(), { date: '2026-11-19', amount: 1n, purpose: 'x' }]) })]
    for (const each of [one, two]) await keeper.person.caller.statements.accept(each)
    const settled = await Promise.allSettled([postStatement(strangerScope(), one), postStatement(strangerScope(), two)])
    // Whoever met the other is called again, as the worker does.
    for (const [index, each] of [one, two].entries()) if (settled[index]?.status === 'rejected') await postStatement(strangerScope(), each)
    expect(await paidOf(db, house)).toHaveLength(3)
    expect(await faultsOf(db, house)).toEqual([])
  })

  test('stopped between two parts, it goes on where it stopped; handled twice, it does nothing', async () => {
    const many = Array.from({ length: 1200 }, (_, index) => ({ date: '2026-11-05', amount: 100n, purpose: number(index % 6), number: String(index) }))
    const statement = await readFile(keeper, { text: monthOf(keeper, many) })
    await keeper.person.caller.statements.accept(statement)
    // The first part alone, as if the worker had been killed after it.
    await serviceTransaction('payments', async ctx => {
      await ctx.db.$executeRaw`select app.post_statement_lines(${house.buildingId}::uuid, ${statement.statementId}::uuid, 1::bigint, 500::bigint)`
      await ctx.db.$executeRaw`update statements set posted_row = 500 where building_id = ${house.buildingId}::uuid and statement_id = ${statement.statementId}::uuid`
    })
    const event = { id: newId(), name: 'payments.statementAccepted', buildingId: house.buildingId, payload: { statementId: statement.statementId }, attempts: 1, createdAt: new Date() }
    for (let i = 0; i < 2; i += 1) await jobs.events?.['payments.statementAccepted']?.(event)
    expect(await paidOf(db, house)).toHaveLength(1200)
    expect(await faultsOf(db, house)).toEqual([])
  })

  test('the savings account pays into savings, whatever is owed', async () => {
    const savings = await keeperOf(keeper.person, house, 'SAVINGS')
    await takeIn(savings, { text: monthOf(savings, [{ date: '2026-11-02', amount: 900n, purpose: number(2) }]) })
    expect(await db.sql(`select fund, amount::int as amount from ledger_entries where building_id = $1 and account_id is not null`, [house.buildingId])).toEqual([{ fund: 'SAVINGS', amount: -900 }])
  })

  test('an invoice is paid by its exact sum, once; another sum is a person\'s', async () => {
    const unit = house.premises[3]!
    const fund = `PROGRAMME:${newId()}`
    await serviceTransaction('billing', ctx => issueInvoices(ctx, { buildingId: house.buildingId, country: 'KZ', invoices: [{ invoiceId: newId(), accountId: unit.accountId, premisesId: unit.premisesId, fund, amount: 7_000n, dueOn: '2026-12-15', sourceType: 'instalment', sourceId: newId() }] }))
    const [invoice] = await db.sql<{ number: string }>('select number::text as number from payment_invoices where building_id = $1', [house.buildingId])
    const to = invoice?.number ?? ''
    const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-02', amount: 6_999n, purpose: to, number: '1' }, { date: '2026-11-02', amount: 7_000n, purpose: to, number: '2' }, { date: '2026-11-03', amount: 7_000n, purpose: to, number: '3' }]) })
    expect((await linesOf(keeper, statement)).map(line => [line.state, line.problem])).toEqual([['EXCEPTION', 'INVOICE_AMOUNT'], ['POSTED', null], ['EXCEPTION', 'INVOICE_PAID']])
    expect(await db.sql('select state from payment_invoices where building_id = $1', [house.buildingId])).toEqual([{ state: 'PAID' }])
    expect(await db.sql(`select fund from ledger_entries where building_id = $1 and account_id is not null`, [house.buildingId])).toEqual([{ fund }])
  })
})

describe('money that a provider has told us of is not doubled', () => {
  test('its lump moves from its clearing to the bank and pays no account', async () => {
    await paidThrough(house, { provider: 'kaspi', flat: 0, amount: 400_000n, day: '2026-11-04', externalId: 'k1' })
    await paidThrough(house, { provider: 'kaspi', flat: 1, amount: 100_000n, day: '2026-11-04', externalId: 'k2' })
    const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 500_000n, name: 'ТОО "Kaspi Pay"', purpose: 'Перечисление платежей' }]) })
    expect((await linesOf(keeper, statement))[0]).toMatchObject({ state: 'PROVIDER', provider: 'kaspi' })
    expect(await db.sql(`select ledger, sum(amount)::int as sum from ledger_entries where building_id = $1 group by ledger having sum(amount) <> 0 order by ledger`, [house.buildingId]))
      .toEqual([{ ledger: 'BANK', sum: 500_000 }, { ledger: 'RECEIVABLE', sum: -500_000 }])
    expect(await paidOf(db, house)).toHaveLength(2)
    expect(await faultsOf(db, house)).toEqual([])
  })

  test('more than the provider owes is posted nowhere', async () => {
    await paidThrough(house, { provider: 'kaspi', flat: 0, amount: 400_000n, day: '2026-11-04', externalId: 'k1' })
    await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 400_001n, name: 'ТОО "Kaspi Pay"', purpose: 'Перечисление платежей' }]) })
    expect(await db.sql(`select from ledger_entries where building_id = $1 and ledger = 'BANK'`, [house.buildingId])).toEqual([])
    // It is a person's from now on.
    expect((await keeper.person.caller.statements.worklist({})).rows.map(line => line.problem)).toEqual(['LUMP_TOO_LARGE'])
  })

  test('a bank account known in two houses: its lump is posted in one of them', async () => {
    const twin = await makeHouse(db, { flats: 1 })
    const person = await asAccountant(db, twin)
    await person.caller.statements.registerAccount({ buildingId: twin.buildingId, bankAccountId: newId(), number: keeper.iban, bankName: 'Bank', fund: 'CURRENT', validFrom: '2026-01-10', basis: 'Contract 1' })
    for (const each of [house, twin]) await paidThrough(each, { provider: 'kaspi', flat: 0, amount: 400_000n, day: '2026-11-04', externalId: 'k1' })
    const text = monthOf(keeper, [{ date: '2026-11-05', amount: 400_000n, name: 'ТОО "Kaspi Pay"', purpose: 'Перечисление платежей' }])
    await takeIn(keeper, { text })
    const other = { person, house: twin, iban: keeper.iban }
    expect((await linesOf(other, await takeIn(other, { text }))).map(line => [line.state, line.problem])).toEqual([['EXCEPTION', 'LUMP_ELSEWHERE']])
    expect(await db.sql(`select building_id, amount::int as amount from ledger_entries where building_id = any($1) and ledger = 'BANK'`, [[house.buildingId, twin.buildingId]])).toEqual([{ building_id: house.buildingId, amount: 400_000 }])
  })

  test('two lumps at once do not both move the same money', async () => {
    await paidThrough(house, { provider: 'kaspi', flat: 0, amount: 400_000n, day: '2026-11-04', externalId: 'k1' })
    const lump = (day: string) => readFile(keeper, { text: monthOf(keeper, [{ date: day, amount: 400_000n, name: 'ТОО "Kaspi Pay"', purpose: 'Перечисление платежей' }]) })
    const files = [await lump('2026-11-05'), await lump('2026-11-06')]
    for (const each of files) await keeper.person.caller.statements.accept(each)
    await Promise.all(files.map(each => postStatement(strangerScope(), each)))
    expect(await db.sql(`select amount::int as amount from ledger_entries where building_id = $1 and ledger = 'BANK'`, [house.buildingId])).toEqual([{ amount: 400_000 }])
  })

  test('one payment told by the provider and by the bank: a person decides', async () => {
    const known = await paidThrough(house, { provider: 'payme', flat: 0, amount: 77_700n, day: '2026-11-04', externalId: 'p1' })
    const statement = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 77_700n, name: 'Серикова А.', purpose: number(0) }, { date: '2026-11-05', amount: 77_701n, name: 'Серикова А.', purpose: number(0) }]) })
    expect((await linesOf(keeper, statement)).map(line => [line.state, line.problem, line.knownPaymentId])).toEqual([['EXCEPTION', 'MAYBE_KNOWN', known], ['POSTED', null, null]])
    expect(await paidOf(db, house)).toHaveLength(2)
  })

  test('told while the file waited for its yes: judged once more before posting', async () => {
    const statement = await readFile(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 5_000n, purpose: number(0) }]) })
    expect((await linesOf(keeper, statement))[0]?.state).toBe('MATCHED')
    await paidThrough(house, { provider: 'payme', flat: 0, amount: 5_000n, day: '2026-11-05', externalId: 'p2' })
    await keeper.person.caller.statements.accept(statement)
    await postStatement(strangerScope(), statement)
    expect((await linesOf(keeper, statement))[0]).toMatchObject({ state: 'EXCEPTION', problem: 'MAYBE_KNOWN' })
  })
})

describe('the same money told by a desk and by the bank: a person decides, whichever came first', () => {
  const registry = () => ({ source: 'desk' as const, name: 'desk.csv', text: ['Дата;Лицевой счёт;Сумма платежа;Номер операции', `04.11.2026;${number(0)};5000;7`].join('\n') })
  const credited = () => ({ text: monthOf(keeper, [{ date: '2026-11-05', amount: 500_000n, purpose: `Л/с ${number(0)}`, number: '12345' }]) })

  test('the desk, then the bank; linked, it is known', async () => {
    await takeIn(keeper, registry())
    const statement = await takeIn(keeper, credited())
    const [line] = await linesOf(keeper, statement)
    expect(line).toMatchObject({ state: 'EXCEPTION', problem: 'MAYBE_KNOWN' })
    await keeper.person.caller.statements.linkLine({ buildingId: house.buildingId, statementId: statement.statementId, row: 1, paymentId: line!.knownPaymentId! })
    expect(await paidOf(db, house)).toHaveLength(1)
    expect(await faultsOf(db, house)).toEqual([])
  })

  test('the bank, then the desk', async () => {
    await takeIn(keeper, credited())
    expect((await linesOf(keeper, await takeIn(keeper, registry()))).map(line => [line.state, line.problem])).toEqual([['EXCEPTION', 'MAYBE_KNOWN']])
    expect(await paidOf(db, house)).toHaveLength(1)
  })

  test('of a month long past, taken in today', async () => {
    const old = (row: string) => row.replaceAll('2026', '2025')
    await db.sql(`update accounts set opened_on = '2025-01-01' where building_id = $1`, [house.buildingId])
    await takeIn(keeper, { ...registry(), text: old(registry().text) })
    const text = statementText({ account: keeper.iban, from: '2025-11-01', to: '2025-11-20', opening: 0n, dialect: 'BCC', lines: [{ date: '2025-11-05', amount: 500_000n, purpose: number(0), number: '12345' }] })
    expect((await linesOf(keeper, await takeIn(keeper, { text }))).map(line => line.problem)).toEqual(['MAYBE_KNOWN'])
  })
})

describe('registries, with their own columns', () => {
  const csv = (rows: string[], header = 'Дата и время;Лицевой счёт;Сумма платежа;Номер операции;Статус') => [header, ...rows].join('\n')

  test('of a provider: what we have is known by its operation, what we lack waits; nothing is posted by itself', async () => {
    await paidThrough(house, { provider: 'kaspi', flat: 0, amount: 100_000n, day: '2026-11-04', externalId: 'A1' })
    await paidThrough(house, { provider: 'kaspi', flat: 1, amount: 100_000n, day: '2026-11-04', externalId: 'A2' })
    const other = await makeHouse(db, { flats: 1 })
    const statement = await takeIn(keeper, { source: 'kaspi', name: 'kaspi.csv', text: `Реестр за 04.11.2026\n\n${csv([`04.11.2026 10:15:00;${number(0)};1000,00;A1;`, `04.11.2026 10:16;${number(1)};1000,50;A2;`, `04.11.2026;${number(2)};500;A3;`, `04.11.2026;${other.premises[0]!.accountNumber};500;A4;`, 'Итого;;3000,50;;'])}` })
    expect(statement).toMatchObject({ state: 'DONE', from: '2026-11-04', turnoverIn: 300_050n })
    expect((await linesOf(keeper, statement)).map(line => [line.state, line.problem])).toEqual([['KNOWN', null], ['EXCEPTION', 'AMOUNT_DIFFERS'], ['EXCEPTION', 'MISSING_HERE'], ['ELSEWHERE', null]])
    expect(await paidOf(db, house)).toHaveLength(2)
  })

  test('of a desk that nobody else tells of: its rows are payments', async () => {
    const statement = await takeIn(keeper, { source: 'desk', name: 'desk.csv', text: csv([`04.11.2026;${number(0)};1000;7;`, `04.11.2026;лс ${number(1)};2000;8;`]) })
    expect((await linesOf(keeper, statement)).map(line => line.state)).toEqual(['POSTED', 'POSTED'])
    expect(await faultsOf(db, house)).toEqual([])
  })

  test('columns that a person named; refused: no such column, a row that cannot be read, a total that is another', async () => {
    const strange = csv([`04.11.2026;${number(0)};1000`], 'When;Whose;How much')
    expect(await readFile(keeper, { source: 'desk', text: strange })).toMatchObject({ state: 'FAILED', failure: 'statements.columnsMissing' })
    expect(await readFile(keeper, { source: 'desk', text: strange, columns: { date: 'When', account: 'Whose', amount: 'How much' } })).toMatchObject({ state: 'READ', lines: 1 })
    expect(await readFile(keeper, { source: 'desk', text: csv([`04.11.2026;${number(0)};1,000.50;7;`]) })).toMatchObject({ failure: 'statements.badCell', failureParams: { row: 2, value: '1,000.50' } })
    expect(await readFile(keeper, { source: 'desk', text: csv([`04.11.2026;${number(0)};1000;7;`, 'Итого;;1001;;']) })).toMatchObject({ failure: 'statements.totalDiffers' })
  })

  test('a spreadsheet', async () => {
    const { default: writeExcel } = await import('write-excel-file/node')
    const rows = [['Sana', 'Shaxsiy hisob', 'Summa'], ['04.11.2026', number(4), '12 500,50']].map(row => row.map(value => ({ value, type: String })))
    const buffer = await (writeExcel as unknown as (data: unknown) => { toBuffer: () => Promise<Uint8Array> })(rows).toBuffer()
    const statement = await readFile(keeper, { source: 'desk', name: 'desk.xlsx', text: buffer })
    expect(await linesOf(keeper, statement)).toMatchObject([{ amount: 1_250_050n, number: number(4), state: 'MATCHED' }])
  })
})

test('refused: posting is the machine\'s; a file that waits for its yes is not posted', async () => {
  const statement = await readFile(keeper, { text: monthOf(keeper, lines()) })
  expect(await postStatement(strangerScope(), statement)).toMatchObject({ state: 'READ' })
  expect(await paidOf(db, house)).toEqual([])
  await expect(importStatement(strangerScope(), { buildingId: newId(), statementId: statement.statementId })).rejects.toMatchObject({ code: 'statements.notFound' })
  await expect(openTransaction(keeper.person.request, ctx => ctx.db.$executeRaw`update statements set state = 'POSTING' where statement_id = ${statement.statementId}::uuid`)).resolves.toBe(0)
})
