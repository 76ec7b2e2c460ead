import type { Currency } from '#server/kernel/money.ts'
import type { LocalDate } from '#server/kernel/period.ts'

export type HouseOfDebtors = { house: string; currency: Currency }
/** Minor units. A home and its account: no name, no telephone leaves with the file. */
export type Debtor = {
  premisesId: string; number: string; unitKind: string; unitNumber: string; owed: bigint; overdue: bigint; /** A provider has it. */ underWay: bigint
  /** What its people say is wrong, while nobody has answered, and in which requests. */
  disputed: bigint; requests: number[]
}

type Say = (key: string, params?: Record<string, unknown>) => string

/** As spreadsheets of this country read it: semicolons, a comma in sums, a mark that it is UTF-8. A cell that a spreadsheet would reckon is text. */
export function debtorsFile(rows: readonly Debtor[], { house, currency }: HouseOfDebtors, { day, say }: { day: LocalDate; say: Say }): string {
  const sums = ['owed', 'overdue', 'underWay', 'disputed', 'undisputed'].map(key => `${say(`billing.debtors.${key}`)}, ${currency}`)
  const head = [...['day', 'house', 'number', 'home'].map(key => say(`billing.debtors.${key}`)), ...sums, say('billing.debtors.requests')]
  const lines = rows.map(({ number, unitKind, unitNumber, owed, overdue, underWay, disputed, requests }) => [
    day, house, number, say(`identity.unit.${unitKind}`, { number: unitNumber }),
    ...[owed, overdue, underWay, disputed, overdue > disputed ? overdue - disputed : 0n].map(sumInCell), requests.map(request => `№ ${request}`).join(', '),
  ])
  return `\uFEFF${[head, ...lines].map(cells => cells.map(cell).join(';')).join('\r\n')}\r\n`
}

const sumInCell = (amount: bigint): string => `${amount / 100n},${String(amount % 100n).padStart(2, '0')}`

function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[;"\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
