import { Client } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { openTransaction, serviceTransaction, strangerScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { isIin } from '#server/kernel/identifiers.ts'
import { importStatement } from '#server/payments/import-statement.ts'
import { receivePath } from '#server/imports/files/receive.ts'
import { postStatement } from '#server/payments/post-statement.ts'
import { submitStatement } from '#server/payments/submit-statement.ts'
import { asAccountant } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fileOf } from '#test/support/file.ts'
import { keeperOf, linesOf, monthOf, readFile, statementDatabase, type Keeper } from '#test/support/statement-steps.ts'
import { accountNumber, encoded, ibanOf, statementText } from '#test/support/statements.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let keeper: Keeper

beforeAll(async () => {
  db = await statementDatabase()
  house = await makeHouse(db, { flats: 5 })
  twin = await makeHouse(db, { flats: 1 })
  keeper = await keeperOf(await asAccountant(db, house), house)
})

const number = (flat: number) => house.premises[flat]!.accountNumber

describe('each line is what it is; nothing is posted', () => {
  test('account by its number, provider by its name, the rest for a person with the reason', async () => {
    const slip = `${number(2).slice(0, 9)}${(Number(number(2)[9]) + 1) % 10}`
    const statement = await readFile(keeper, { text: monthOf(keeper, [
      { date: '2026-11-02', amount: 500_000n, purpose: `Л/с ${number(0)}` },
      { date: '2026-11-02', amount: 300_000n, purpose: `Взнос ${number(1).slice(0, 3)} ${number(1).slice(3, 6)} ${number(1).slice(6)} за октябрь` },
      { date: '2026-11-03', amount: 100_000n, purpose: 'взнос за квартиру' },
      { date: '2026-11-03', amount: 100_000n, purpose: `лс ${slip}` },
      { date: '2026-11-03', amount: 100_000n, purpose: `${number(0)} и ${number(1)}` },
      { date: '2026-11-04', amount: 100_000n, purpose: `${twin.premises[0]!.accountNumber}` },
      { date: '2026-11-04', amount: 100_000n, purpose: `${accountNumber(99_999_999)}` },
      { date: '2026-11-05', amount: 900_000n, name: 'ТОО "Kaspi Pay"', purpose: 'Перечисление принятых платежей за 04.11' },
      { date: '2026-11-05', amount: 200_000n, name: 'ТОО "Kaspi Pay"', purpose: `Платеж ${number(3)}` },
      { date: '2026-11-06', amount: 50_000n, out: true, name: 'ТОО "Лифт"', purpose: `Оплата ${number(0)}` },
    ]) })
    expect(statement).toMatchObject({ state: 'READ', lines: 10, opening: 100_000n, closing: 2_450_000n, encoding: 'utf-8' })
    expect((await linesOf(keeper, statement)).map(line => [line.row, line.state, line.problem, line.number])).toEqual([
      [1, 'MATCHED', null, number(0)], [2, 'MATCHED', null, number(1)], [3, 'EXCEPTION', 'NO_NUMBER', null], [4, 'EXCEPTION', 'CHECK_DIGIT', null], [5, 'EXCEPTION', 'SEVERAL_NUMBERS', null],
      [6, 'EXCEPTION', 'OTHER_HOUSE', null], [7, 'EXCEPTION', 'UNKNOWN_NUMBER', null], [8, 'PROVIDER', null, null], [9, 'EXCEPTION', 'PROVIDER_NAMED', number(3)], [10, 'OUTGOING', null, null]])
    expect(await db.sql('select from payment_transactions where building_id = $1', [house.buildingId])).toEqual([])
    // What was read and not accepted waits for nobody.
    expect((await keeper.person.caller.statements.worklist({})).rows).toEqual([])
  })

  test('windows-1251 and cp866 say the same as UTF-8', async () => {
    for (const encoding of ['windows-1251', 'cp866'] as const) {
      const statement = await readFile(keeper, { text: encoded(monthOf(keeper, [{ date: '2026-11-07', amount: 123_456n, name: 'Серикова Алия', purpose: `Взнос ${number(4)}` }]), encoding) })
      expect(statement.encoding).toBe(encoding)
      expect(await linesOf(keeper, statement)).toMatchObject([{ partyName: 'Серикова Алия', purpose: `Взнос ${number(4)}`, state: 'MATCHED' }])
    }
  })

  test('a number of a person is kept as a hash alone', async () => {
    const iin = Array.from({ length: 10 }, (_, digit) => `90010130012${digit}`).find(isIin) ?? ''
    const statement = await readFile(keeper, { text: monthOf(keeper, [{ date: '2026-11-08', amount: 1_000n, id: iin, purpose: `${number(0)} ИИН ${iin}` }]) })
    const rows = await db.sql<{ all: string; hash: string | null }>('select l::text as all, party_hash as hash from statement_lines l where statement_id = $1', [statement.statementId])
    expect(rows[0]?.all).not.toContain(iin)
    expect(rows[0]?.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('money that came before the account, or before the balance taken over, is a person\'s', async () => {
    const young = await makeHouse(db, { flats: 1 })
    const own = await keeperOf(await asAccountant(db, young), young)
    await db.sql(`update accounts set opened_on = '2026-11-10' where building_id = $1`, [young.buildingId])
    const statement = await readFile(own, { text: monthOf(own, [{ date: '2026-11-09', amount: 1_000n, purpose: young.premises[0]!.accountNumber }, { date: '2026-11-10', amount: 1_000n, purpose: young.premises[0]!.accountNumber }]) })
    expect((await linesOf(own, statement)).map(line => line.problem)).toEqual(['BEFORE_ACCOUNT', null])
  })
})

describe('a file is taken whole or not at all', () => {
  const refusedAs = async (text: string) => {
    const statement = await readFile(keeper, { text })
    expect(statement.state).toBe('FAILED')
    expect(await db.sql('select from statement_lines where statement_id = $1', [statement.statementId])).toEqual([])
    return statement.failure
  }
  const line = { date: '2026-11-02', amount: 500n, purpose: 'x' }

  test('refused: sums that do not meet, a stranger\'s account, a day that has not come, another currency', async () => {
    const made = { account: keeper.iban, from: '2026-11-01', to: '2026-11-20', opening: 0n, lines: [line], dialect: 'BCC' as const }
    expect(await refusedAs(statementText({ ...made, closing: 501n }))).toBe('statements.notBalanced')
    expect(await refusedAs(statementText({ ...made, account: ibanOf(7) }))).toBe('statements.accountUnknown')
    expect(await refusedAs(statementText({ ...made, to: '2026-11-30', lines: [{ ...line, date: '2026-11-21' }] }))).toBe('statements.futureDate')
    expect(await refusedAs(statementText(made).replace('Валюта=KZT', 'Валюта=USD'))).toBe('statements.otherCurrency')
    expect(await refusedAs('Дата;Сумма')).toBe('statements.notExchange')
  })

  test('thousands of lines come in parts; in the middle of one a sum is wrong, and none stays', async () => {
    const lines = Array.from({ length: 9001 }, (_, index) => ({ date: '2026-11-02', amount: 100n, purpose: `${number(index % 5)} ${index}`, number: String(index) }))
    const good = monthOf(keeper, lines)
    expect(await refusedAs(good.slice(0, -600) + good.slice(-600).replace('СуммаПриход=1.00', 'СуммаПриход=1,000.00'))).toBe('statements.notASum')
    const statement = await readFile(keeper, { text: good })
    expect((await keeper.person.caller.statements.one(statement)).outcomes).toEqual([{ state: 'MATCHED', problem: null, count: 9001, amount: 900_100n }])
  })

  test('begun twice, the first to have begun stops; nobody but the machine reads', async () => {
    const statement = await readFile(keeper, { text: monthOf(keeper, [{ ...line, amount: 77n }]) })
    await expect(importStatement(strangerScope(), { buildingId: house.buildingId, statementId: newId() })).rejects.toMatchObject({ code: 'statements.notFound' })
    // What was read is not read again.
    await expect(importStatement(strangerScope(), statement)).rejects.toMatchObject({ kind: 'conflict' })
    const seen = await openTransaction((await asAccountant(db, twin)).request, ctx => ctx.db.$queryRaw<unknown[]>`select * from statement_lines`)
    expect(seen).toEqual([])
    expect(await serviceTransaction('billing', ctx => ctx.db.$queryRaw<unknown[]>`select * from statements`)).toEqual([])
  })

  test.each(['whole', 'refused'])('a slow reading that another took over from says nothing of the file: %s', async as => {
    const text = statementText({ account: as === 'whole' ? keeper.iban : ibanOf(7), from: '2026-11-01', to: '2026-11-20', opening: 0n, lines: [{ ...line, amount: 78n }], dialect: 'BCC' })
    const key = { buildingId: house.buildingId, statementId: newId() }
    const file = await receivePath(fileOf(text))
    await openTransaction(keeper.person.request, ctx => submitStatement(ctx, { file, input: { ...key, kind: 'STATEMENT', fileName: 's.txt' } }))
    const other = new Client({ connectionString: db.superUrl })
    await other.connect()
    await other.query('begin')
    await other.query('lock table bank_accounts in access exclusive mode')
    const slow = importStatement(strangerScope(), key).then(() => 'said', (error: unknown) => String(error))
    await expect.poll(() => db.sql(`select from pg_locks where relation = 'bank_accounts'::regclass and not granted and database = (select oid from pg_database where datname = current_database())`)).toHaveLength(1)
    const attempt = newId()
    await other.query('update statements set attempt = $2 where statement_id = $1', [key.statementId, attempt])
    await other.query('commit')
    await other.end()
    expect(await slow).toMatch('took over')
    expect(await db.sql('select state, attempt, (select count(*)::int from statement_lines l where l.statement_id = s.statement_id) as lines from statements s where statement_id = $1', [key.statementId]))
      .toEqual([{ state: 'READING', attempt, lines: 1 }])
  })
})

describe('a registry with a row of broken quotes', () => {
  const rows = (second: string) => ['Дата;Лицевой счёт;Сумма;Номер операции;Плательщик', `04.11.2026;${number(0)};500;q1;Ли`, second, `04.11.2026;${number(2)};700;q3;Ким`]
  const brought = (lines: readonly string[]) => readFile(keeper, { source: 'desk', name: 'r.csv', text: lines.join('\n') })

  test('the good rows are kept and the broken one is told; mended and brought again, nothing is doubled', async () => {
    const statement = await brought(rows(`04.11.2026;${number(1)};600;q2;ТОО "Алма"`))
    expect(statement).toMatchObject({ state: 'READ', lines: 2, turnoverIn: 120_000n, brokenRows: [3] })
    await keeper.person.caller.statements.accept(statement)
    await postStatement(strangerScope(), statement)
    const mended = await brought(rows(`04.11.2026;${number(1)};600;q2;"ТОО ""Алма"""`))
    expect(mended.brokenRows).toEqual([])
    expect((await linesOf(keeper, mended)).map(line => [line.row, line.state])).toEqual([[2, 'REPEATED'], [3, 'MATCHED'], [4, 'REPEATED']])
  })

  test('refused whole where a row of totals cannot be proved, where the row of totals is the broken one, and without a header', async () => {
    const bad = `04.11.2026;${number(1)};600;q9;"Ким`
    const cases: [readonly string[], number][] = [[[...rows(bad), 'Итого;;1800;;'], 3], [[...rows(bad), 'Итого;;1200;;'], 3], [[...rows(`04.11.2026;${number(1)};600;q8;Ким`), '"Итого;;1800;;'], 5], [['"Дата;Лицевой счёт;Сумма', `04.11.2026;${number(1)};600`], 1]]
    for (const [lines, row] of cases) expect(await brought(lines)).toMatchObject({ state: 'FAILED', failure: 'imports.brokenCsv', failureParams: { row } })
  })
})
