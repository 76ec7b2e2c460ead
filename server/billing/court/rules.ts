import { formatPeriod, type Locale } from '#server/kernel/format.ts'
import type { Period } from '#server/kernel/period.ts'
import type { CourtDebt, CourtMonth, CourtObstacles, CourtPaper, CourtPaperKind } from './schema.ts'

type Row = Omit<CourtMonth, 'balance'>
type Stands = { readonly penalty: bigint; readonly notDue: bigint; readonly ahead: bigint; readonly overdue: bigint }
type Late = { readonly since: string | null; readonly to: string | null }

/** The debt month by month, from the oldest month of which something is unpaid: money pays what is oldest. */
export function debtOf(rows: readonly Row[], { overdue, notDue, ahead, penalty: stands }: Stands): Omit<CourtDebt, 'lateSince'> {
  const all = withBalances(rows)
  const first = oldestUnpaid(rows, overdue + notDue)
  const months = all.slice(first)
  const penalty = between(stands, overdue)
  return { months, before: all[first - 1]?.balance ?? 0n, balance: all.at(-1)?.balance ?? 0n, notDue, ahead, overdue, penalty, principal: overdue - penalty, from: rows[first]?.period ?? '', to: rows.at(-1)?.period ?? '' }
}

function withBalances(rows: readonly Row[]): CourtMonth[] {
  let balance = 0n
  return rows.map(row => {
    balance += row.charged + row.penalty + row.corrected + row.paid
    return { ...row, balance }
  })
}

/** Place of the oldest month whose charges, with those after it, make up what is unpaid. */
function oldestUnpaid(rows: readonly Row[], unpaid: bigint): number {
  let rest = unpaid
  return rows.length - rows.toReversed().filter(({ charged, penalty, corrected }) => {
    const open = rest > 0n
    rest -= charged + penalty + between(corrected, corrected)
    return open
  }).length
}

/** Never below nothing, never above the most. */
function between(amount: bigint, most: bigint): bigint {
  if (amount <= 0n) return 0n
  return amount < most ? amount : most
}

/** With the day since which it is late, and the last month that is. */
export function lateDebt(debt: Omit<CourtDebt, 'lateSince'>, { since, to }: Late): CourtDebt {
  return { ...debt, lateSince: since, to: to ?? debt.to }
}

/** The latest paper of a kind. A claim delivered before anything was late was about another debt. */
export function paperOf(papers: readonly CourtPaper[], kind: CourtPaperKind, lateSince: string | null): CourtPaper | null {
  return papers.find(paper => paper.kind === kind && (kind !== 'CLAIM_DELIVERY' || lateSince === null || paper.datedOn > lateSince)) ?? null
}

export function missingOf(papers: readonly CourtPaper[], { byContract, lateSince }: { byContract: boolean; lateSince: string | null }): CourtPaperKind[] {
  const needed: CourtPaperKind[] = ['METHOD_DECISION', ...(byContract ? ['MANAGEMENT_CONTRACT' as const] : []), 'CLAIM_DELIVERY']
  return needed.filter(kind => paperOf(papers, kind, lateSince) === null)
}

export type Obstacle = 'nothingOverdue' | 'disputed' | 'inFlight' | 'underCheck'

/** What stands in the way of a debt, apart from papers. */
export function obstacleOf(debt: Pick<CourtDebt, 'overdue'>, { disputed, inFlight, underCheck }: CourtObstacles): Obstacle | null {
  if (debt.overdue <= 0n) return 'nothingOverdue'
  if (disputed.length > 0) return 'disputed'
  if (inFlight > 0n) return 'inFlight'
  return underCheck ? 'underCheck' : null
}

type Texts = (key: string, params?: Record<string, unknown>) => string

/** The months of a debt, 'August 2026 — October 2026'; one month by itself. */
export function spanOf(from: Period, to: Period, { t, locale }: { t: Texts; locale: Locale }): string {
  const [first, last] = [formatPeriod(from, locale), formatPeriod(to, locale)]
  return from === to ? first : t('court.span', { from: first, to: last })
}
