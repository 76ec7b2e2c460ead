import type { ChargedSum, Counts, GatheredSum, Left, MonthHouse } from './schema.ts'

type Of<Item> = Item & { readonly buildingId: string }
const named = 3
/** Milliseconds after which a step over many houses answers how far it is. */
export const stepBudget = 1500

/** What keeps a month from being closed, in the order in which one goes about it. `broken`: houses whose book does not verify. */
export function leftOf(houses: readonly MonthHouse[], counts: readonly Of<Counts>[], broken: readonly string[]): Left[] {
  const nameOf = new Map(houses.map(house => [house.buildingId, house.name]))
  const waiting = houses.filter(({ state }) => state === 'WAITING' || state === 'HELD' || state === 'NONE')
  const counted = (kind: keyof Counts): Left => {
    const own = counts.filter(each => each[kind] > 0)
    return { kind, count: own.reduce((sum, each) => sum + each[kind], 0), names: own.slice(0, named).map(each => nameOf.get(each.buildingId) ?? '') }
  }
  const [first] = houses.flatMap(({ earlier }) => earlier ?? []).sort()
  const before = houses.filter(({ earlier }) => earlier !== null && earlier === first)
  const all: Left[] = [
    // Closing takes earlier months with it: the first of them is finished first.
    { kind: 'earlier', count: before.length, names: before.slice(0, named).map(each => each.name), ...(first && { period: first }) },
    { kind: 'runs', count: waiting.length, names: waiting.slice(0, named).map(each => each.name) },
    counted('statements'), counted('lines'), counted('differences'),
    { kind: 'ledger', count: broken.length, names: broken.slice(0, named).map(each => nameOf.get(each) ?? '') },
  ]
  return all.filter(each => each.count > 0)
}

const fundOrder = ['UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY', 'PROGRAMME']

/** Sums of several houses by service and fund, in the order of a bill. */
export function foldCharged(rows: readonly ChargedSum[]): ChargedSum[] {
  const sums = new Map<string, ChargedSum>()
  for (const { service, fund, amount } of rows) {
    const key = `${fund} ${service}`
    sums.set(key, { service, fund, amount: (sums.get(key)?.amount ?? 0n) + amount })
  }
  return [...sums.values()].filter(each => each.amount !== 0n).sort((a, b) => fundOrder.indexOf(a.fund) - fundOrder.indexOf(b.fund) || a.service.localeCompare(b.service))
}

export function foldGathered(rows: readonly GatheredSum[]): GatheredSum[] {
  const sums = new Map<string, GatheredSum>()
  for (const row of rows) {
    const sum = sums.get(row.channel)
    sums.set(row.channel, { channel: row.channel, count: row.count + (sum?.count ?? 0), amount: row.amount + (sum?.amount ?? 0n), givenBack: row.givenBack + (sum?.givenBack ?? 0n) })
  }
  return [...sums.values()].sort((a, b) => a.channel.localeCompare(b.channel))
}

export const sumOf = (rows: readonly { readonly amount: bigint }[]): bigint => rows.reduce((sum, { amount }) => sum + amount, 0n)
export const netOf = (rows: readonly GatheredSum[]): bigint => rows.reduce((sum, { amount, givenBack }) => sum + amount - givenBack, 0n)
