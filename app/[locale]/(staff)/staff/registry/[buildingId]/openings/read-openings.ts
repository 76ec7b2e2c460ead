import { parseDecimal, priceOf } from '#server/kernel/quantity.ts'

export const openingFunds = { UZS: ['UTILITIES', 'CURRENT', 'PENALTY'], KZT: ['UTILITIES', 'CURRENT', 'SAVINGS', 'PENALTY'] } as const
export type OpeningFund = (typeof openingFunds)['KZT'][number]
export type OpeningRow = { row: number; number: string; lines: { fund: OpeningFund; amount: bigint }[]; total: bigint }
export type OpeningProblem = { row: number; text: string; problem: 'account' | 'opened' | 'twice' | 'sum' | 'cells' }
export type ReadOpenings = { rows: OpeningRow[]; wrong: OpeningProblem[]; empty: number }
type Known = readonly { number: string; opened: bigint | null }[]

/** A sum with at most two decimals, below zero for who has paid ahead; null: none. */
function sumOf(cell: string): bigint | null {
  if (cell === '') return 0n
  const decimal = parseDecimal(cell)
  if (decimal === null || (decimal.split('.')[1] ?? '').length > 2) return null
  return decimal.startsWith('-') ? -priceOf(decimal.slice(1), '1') : priceOf(decimal, '1')
}

/** Rows copied from a table: the account, then a sum for each fund in its order. A heading is passed over; one wrong row, and nothing may be posted. */
export function readOpenings(text: string, funds: readonly OpeningFund[], known: Known): ReadOpenings {
  const read: ReadOpenings = { rows: [], wrong: [], empty: 0 }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [first = '', ...cells] = line.split(line.includes('\t') ? '\t' : ';').map(cell => cell.trim())
    const number = first.replace(/[\s-]/g, '')
    if (line.trim() === '' || (index === 0 && !/\d/.test(line))) continue
    const row = index + 1
    const sums = funds.map((_, place) => sumOf(cells[place] ?? ''))
    const problem = problemOf({ number, cells, sums }, { funds, known, read })
    if (problem !== null) read.wrong.push({ row, text: line.slice(0, 80), problem })
    else {
      const lines = funds.flatMap((fund, place) => (sums[place] ?? 0n) === 0n ? [] : [{ fund, amount: sums[place] ?? 0n }])
      if (lines.length === 0) read.empty += 1
      else read.rows.push({ row, number, lines, total: lines.reduce((sum, each) => sum + each.amount, 0n) })
    }
  }
  return read
}

type Line = { number: string; cells: readonly string[]; sums: readonly (bigint | null)[] }

function problemOf({ number, cells, sums }: Line, { funds, known, read }: { funds: readonly OpeningFund[]; known: Known; read: ReadOpenings }): OpeningProblem['problem'] | null {
  const account = known.find(each => each.number === number)
  if (!account) return 'account'
  if (account.opened !== null) return 'opened'
  if (read.rows.some(each => each.number === number)) return 'twice'
  if (cells.slice(funds.length).some(cell => cell !== '') || cells.every(cell => cell === '')) return 'cells'
  return sums.includes(null) ? 'sum' : null
}
