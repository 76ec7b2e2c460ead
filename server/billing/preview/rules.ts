// A month beside the one before it, before it is posted: by service, and accounts that moved otherwise than their house did.
import { amountOf, explainChange, pricedLines, type MonthLines } from '#server/billing/changes/rules.ts'
import { causes, type Cause, type Charge } from '#server/billing/schema.ts'

export type AccountMonth = { readonly accountId: string; readonly lines: MonthLines }
export type Outlier = { readonly accountId: string; readonly service: Charge; readonly before: bigint; readonly now: bigint; /** What moved it most. */ readonly cause: Cause }
export type Comparison = { readonly total: bigint; readonly services: ReadonlyMap<Charge, bigint>; readonly outliers: readonly Outlier[] }

/** So many times more, or less, than the middle of the house. */
const times = 3
export const mostOutliers = 100

/**
 * What each service came to last month, and whose sum of a service moved three times further, up or down, than that of the middle
 * account of the house: the first month of heating or a new tariff moves all, and names nobody. `least`: smaller moves are none.
 */
export function compareMonths(before: readonly AccountMonth[], now: readonly AccountMonth[], least: bigint): Comparison {
  const [was, is] = [sumsOf(before), sumsOf(now)]
  const names = [...new Set([...was.values(), ...is.values()].flatMap(each => [...each.keys()]))]
  const both = [...is.keys()].filter(id => was.has(id))
  const services = new Map(names.map(service => [service, [...was.values()].reduce((sum, each) => sum + (each.get(service) ?? 0n), 0n)]))
  const found = names.filter(service => service !== 'PENALTY').flatMap(service => {
    const moved = both.map(accountId => ({ accountId, before: was.get(accountId)?.get(service) ?? 0n, now: is.get(accountId)?.get(service) ?? 0n }))
    const usual = middle(moved.filter(each => each.before > 0n || each.now > 0n).map(ratioOf))
    return moved.filter(each => isOutlier(each, usual, least)).map(each => ({ ...each, service }))
  })
  const sorted = found.toSorted((a, b) => size(b) === size(a) ? a.accountId.localeCompare(b.accountId) : size(b) > size(a) ? 1 : -1).slice(0, mostOutliers)
  const linesOf = (months: readonly AccountMonth[]) => new Map(months.map(each => [each.accountId, each.lines]))
  const [old, fresh] = [linesOf(before), linesOf(now)]
  return {
    total: [...services.values()].reduce((sum, each) => sum + each, 0n), services,
    outliers: sorted.map(each => ({ ...each, cause: causeOf(old.get(each.accountId), fresh.get(each.accountId), each.service) })),
  }
}

type Moved = { readonly before: bigint; readonly now: bigint }

function sumsOf(months: readonly AccountMonth[]): Map<string, Map<Charge, bigint>> {
  return new Map(months.map(({ accountId, lines }) => {
    const own = Map.groupBy(pricedLines(lines), each => each.item.service)
    return [accountId, new Map([...own].map(([service, all]) => [service, amountOf(all)]))]
  }))
}

/** Nothing counts as one minor unit, so that what begins or ends has a ratio too. */
function ratioOf({ before, now }: Moved): number {
  return Number(now > 1n ? now : 1n) / Number(before > 1n ? before : 1n)
}

function middle(ratios: readonly number[]): number {
  const sorted = ratios.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 1
}

function isOutlier(moved: Moved, usual: number, least: bigint): boolean {
  if (size(moved) < least) return false
  const own = ratioOf(moved)
  return own >= usual * times || own * times <= usual
}

function size({ before, now }: Moved): bigint {
  return now > before ? now - before : before - now
}

function causeOf(old: MonthLines | undefined, now: MonthLines | undefined, service: Charge): Cause {
  const moved = old && now ? explainChange(old, now).find(each => each.service === service)?.causes : undefined
  const weight = (cause: Cause) => { const value = moved?.[cause] ?? 0n; return value < 0n ? -value : value }
  return causes.toSorted((a, b) => weight(b) > weight(a) ? 1 : weight(b) < weight(a) ? -1 : 0)[0] ?? 'volume'
}
