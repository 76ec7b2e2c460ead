import 'server-only'
import type { OpenedFile } from '#server/imports/files/csv.ts'
import type { FileRow } from '#server/imports/files/records.ts'
import { planColumns, readCell, type ColumnPlan } from '#server/imports/rules.ts'
import type { Cell, ColumnRule } from '#server/imports/schema.ts'
import { invalid } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { plainText, readSum, sumText } from './rules.ts'
import { usualHeaders, type ReadLine, type RegistryColumn, type StatementHead } from './schema.ts'

const known: Record<RegistryColumn, Omit<ColumnRule, 'field'>> = {
  account: { kind: 'text', required: true, headers: [usualHeaders.account, 'Лицевой счет', 'Л/с', 'Номер лицевого счета', 'Код абонента', 'Абонент', 'Shaxsiy hisobraqam', 'Shaxsiy hisob raqami', 'Shaxsiy hisob', 'Hisobraqam', 'Hisob raqami', 'Жеке шот', 'Жеке шот нөмірі', 'account', 'account number', 'client_id'] },
  amount: { kind: 'text', required: true, headers: [usualHeaders.amount, 'Сумма платежа', 'Сумма зачисления', 'Summa', 'Toʻlov summasi', 'Сома', 'Төлем сомасы', 'amount', 'sum'] },
  date: { kind: 'date', required: true, headers: [usualHeaders.date, 'Дата платежа', 'Дата операции', 'Дата и время', 'Sana', 'Toʻlov sanasi', 'Күні', 'Төлем күні', 'date', 'txn_date', 'payment date'] },
  document: { kind: 'text', headers: ['Номер операции', 'ID транзакции', 'Номер чека', 'Номер платежа', 'Квитанция', 'Tranzaksiya raqami', 'Chek raqami', 'Операция нөмірі', 'Түбіртек', 'transaction id', 'txn_id', 'id'] },
  payer: { kind: 'text', headers: ['Плательщик', 'ФИО', 'Toʻlovchi', 'Төлеуші', 'payer', 'name'] },
  purpose: { kind: 'text', headers: ['Назначение', 'Назначение платежа', 'Toʻlov maqsadi', 'Төлем мақсаты', 'purpose'] },
  status: { kind: 'text', headers: ['Статус', 'Holati', 'Күйі', 'status', 'state'] },
}

const totalWord = /^(итого|всего|jami|барлығы|total)([^\p{L}]|$)/iu
const returnedWord = /возврат|отмен|сторно|qaytar|bekor|қайтар|болдырма|refund|cancel|revers/iu
const mostTitleRows = 30

export type RegistryWish = { columns: Partial<Record<RegistryColumn, string | undefined>>; country: Country; most: number }
type Reading = { plan: ColumnPlan; country: Country; sum: bigint; returned: bigint; lines: number; from: LocalDate | null; to: LocalDate | null; titles: number; broken: number[] }

/** Columns by their usual headers, or by those that a person named. */
function rulesOf(columns: RegistryWish['columns']): ColumnRule[] {
  return Object.entries(known).map(([field, rule]) => {
    const named = columns[field as RegistryColumn]
    return { field, ...rule, headers: named ? [named] : rule.headers }
  })
}

/** A registry row by row, a few thousand at once; answers with what it says in all. A row with broken quotes is left out and told; any other that cannot be read refuses the file. */
export async function* readRegistry(file: OpenedFile, wish: RegistryWish): AsyncGenerator<ReadLine[], StatementHead> {
  const reading: Reading = { plan: { places: [], missing: ['account'], unknown: [], repeated: [] }, country: wish.country, sum: 0n, returned: 0n, lines: 0, from: null, to: null, titles: 0, broken: [] }
  let batch: ReadLine[] = []
  for await (const row of file.rows) {
    if (row.broken !== undefined) {
      leaveOut(reading, row)
      continue
    }
    if (row.cells.every(cell => textOf(cell) === '')) continue
    const line = reading.plan.missing.length > 0 ? findHeader(reading, row, wish) : lineOf(reading, row)
    if (line === null) continue
    batch.push(line)
    if (batch.length >= wish.most) {
      yield batch
      batch = []
    }
  }
  if (reading.plan.missing.length > 0) throw unread(reading) ?? invalid('statements.columnsMissing', { columns: reading.plan.missing.join(', ') })
  if (batch.length > 0) yield batch
  return headOf(reading)
}

const mostBroken = 100

/** Its cells are not known: whoever decides about the file is told of the row. A row of totals is the proof of the others, and many are no accident. */
function leaveOut(reading: Reading, { row, broken = '' }: FileRow): void {
  reading.broken.push(row)
  if (totalWord.test(broken.replace(/^["\s]+/, '')) || reading.broken.length > mostBroken) throw invalid('imports.brokenCsv', { row })
}

function unread({ broken: [row] }: Reading): Error | null {
  return row === undefined ? null : invalid('imports.brokenCsv', { row })
}

function headOf(reading: Reading): StatementHead {
  const { sum, returned, lines, from, to, broken } = reading
  if (from === null || to === null) throw unread(reading) ?? invalid('statements.emptyFile')
  return { broken, account: '', from, to, opening: 0n, turnoverIn: sum, turnoverOut: returned, closing: sum - returned, currency: null, dialect: '', lines }
}

/** Titles may stand above the table: the header is the first row with every needed column. */
function findHeader(reading: Reading, { cells }: FileRow, { columns }: RegistryWish): null {
  const plan = planColumns(cells.map(textOf), { columns: rulesOf(columns) })
  reading.titles += 1
  if (plan.missing.length < reading.plan.missing.length || reading.titles === 1) reading.plan = plan
  if (plan.missing.length > 0 && reading.titles >= mostTitleRows) throw invalid('statements.columnsMissing', { columns: plan.missing.join(', ') })
  if (plan.missing.length === 0 && plan.repeated.length > 0) throw invalid('statements.columnsRepeated', { columns: plan.repeated.join(', ') })
  return null
}

function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell instanceof Date) return ''
  return typeof cell === 'object' ? cell.number : String(cell).trim()
}

function cellOf({ plan }: Reading, { cells }: FileRow, field: RegistryColumn): Cell {
  const place = plan.places.find(each => each.rule.field === field)
  return place === undefined ? null : cells[place.index] ?? null
}

function lineOf(reading: Reading, row: FileRow): ReadLine | null {
  const money = textOf(cellOf(reading, row, 'amount'))
  const amount = readSum(money)
  if (row.cells.some(cell => totalWord.test(textOf(cell)))) return checkTotal(reading, row, amount)
  if (amount === null || amount === 0n) throw invalid('statements.badCell', { row: row.row, column: headerOf(reading, 'amount'), value: money.slice(0, 30) })
  const date = dayOf(reading, row)
  const returned = amount < 0n || returnedWord.test(textOf(cellOf(reading, row, 'status')))
  const positive = amount < 0n ? -amount : amount
  count(reading, { date, amount: positive, returned })
  return { row: row.row, date, document: plainText(textOf(cellOf(reading, row, 'document')), 60), direction: 'IN', amount: positive, partyName: plainText(textOf(cellOf(reading, row, 'payer')), 200),
    partyId: '', partyAccount: '', purpose: plainText(textOf(cellOf(reading, row, 'purpose')), 500), typedNumber: plainText(textOf(cellOf(reading, row, 'account')), 60), returned }
}

function count(reading: Reading, { date, amount, returned }: Pick<ReadLine, 'date' | 'amount' | 'returned'>): void {
  reading.lines += 1
  reading[returned ? 'returned' : 'sum'] += amount
  if (reading.from === null || date < reading.from) reading.from = date
  if (reading.to === null || date > reading.to) reading.to = date
}

/** A row of totals at the end proves the rows above it. */
function checkTotal(reading: Reading, { row }: FileRow, told: bigint | null): null {
  const { sum, returned } = reading
  // Without the rows that were left out it proves nothing: the file is to be mended.
  const lost = unread(reading)
  if (lost !== null) throw lost
  if (told !== null && told !== sum && told !== sum - returned) throw invalid('statements.totalDiffers', { row, told: sumText(told), counted: sumText(sum - returned) })
  return null
}

function headerOf({ plan }: Reading, field: RegistryColumn): string {
  return plan.places.find(each => each.rule.field === field)?.header ?? field
}

function dayOf(reading: Reading, row: FileRow): LocalDate {
  const cell = cellOf(reading, row, 'date')
  const bare = typeof cell === 'string' ? cell.replace(/[\sT]+\d{1,2}:\d{2}(:\d{2})?.*$/, '') : cell
  const { value } = readCell(bare, { field: 'date', headers: [], kind: 'date' }, reading.country)
  if (typeof value !== 'string') throw invalid('statements.badCell', { row: row.row, column: headerOf(reading, 'date'), value: textOf(cell).slice(0, 30) })
  return value
}
