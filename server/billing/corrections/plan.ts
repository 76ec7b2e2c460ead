// A reading that was corrected after its month was billed: each line of that month as it would be with the volume now, at the
// prices of that month, less what was charged for it so far, on the next bill. Bills that were made stay as they are.
import 'server-only'
import { addDecimal, compareDecimal, subtractDecimal } from '#server/kernel/quantity.ts'
import type { Period } from '#server/kernel/period.ts'
import { correctedSum, isBeyondTiers } from '#server/billing/charges/rules.ts'
import type { HeatAccount, LeftAccount } from '#server/billing/heat/facts.ts'
import { recalculating } from '#server/billing/heat/late.ts'
import { sharesAgain, type SharedAgain } from '#server/billing/joint/again.ts'
import { dividedAgain } from '#server/billing/joint/rules.ts'
import { drawnSince, type PastBill } from '#server/billing/prepaid/rules.ts'
import type { BillLine, Finding, PremisesKind, PriceItem, PricePlan, ShareMonth, VolumeMonth } from '#server/billing/schema.ts'
import type { Planned } from '#server/billing/tariffs/rules.ts'

/** As app.correction_facts gives it. */
export type CorrectionFacts = {
  readonly bills: readonly {
    readonly accountId: string
    readonly premisesId: string
    readonly unitKind: PremisesKind
    readonly unit: string
    /** Whether a bill of this month can still bear it. */
    readonly open: boolean
    readonly period: Period
    /** By how much more or less than its bill took, by service. */
    readonly volumes: Readonly<Record<string, string>>
    readonly lines: readonly BillLine[]
    /** Of a service that its bill left out, above the last published tier. */
    readonly lacked?: readonly { readonly service: string; readonly stove: boolean | null; readonly people: number; readonly privileged: boolean; readonly volumes: Readonly<Record<string, string>> }[] | null
    /** Of a bill that took the place of another; the others have the month's. */
    readonly own: PricePlan | null
    /** What bills since have charged for its lines. */
    readonly given: readonly { readonly key: string; readonly net: string; readonly vat: string }[]
    /** Later bills that took of a volume paid ahead of a rise; absent where this one has none. */
    readonly since?: readonly PastBill[]
  }[]
  readonly prices: Readonly<Record<Period, PricePlan>>
  /** What the house shared in such months, to be divided again. */
  readonly shared: readonly SharedAgain[]
}

type Found = { readonly accountId: string; readonly open: boolean; readonly item: PriceItem; readonly month: VolumeMonth | ShareMonth }
type House = Planned & { readonly accounts: readonly HeatAccount[]; readonly left: readonly LeftAccount[] }

/** The house's plan with what was corrected, and what has no price; the very same where nothing was. */
export function withCorrections<Plan extends House>(house: Plan, facts: CorrectionFacts | null): Plan {
  const lacking = facts === null ? [] : aboveTiers(facts)
  const made = facts === null ? house : settled(house, [...foundIn(facts), ...sharesAgain(facts.shared)])
  return lacking.length === 0 ? made : { ...made, findings: [...made.findings, ...lacking] }
}

function settled<Plan extends House>(house: Plan, all: readonly Found[]): Plan {
  if (all.length === 0) return house
  const found = all.filter(each => each.open)
  const items = [...Map.groupBy(found, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, [first]]) => (first ? [recalculating(first.item, key)] : []))
  const own = Map.groupBy(found, each => each.accountId)
  const others = [...own.keys()].filter(id => !house.accounts.some(each => each.accountId === id)).sort()
  const accounts = [...house.accounts, ...others.map(accountId => ({ accountId, lines: [], hot: false, volume: null, settled: [], estimates: [], recalculated: [] }))]
  return { ...house, plan: { ...house.plan, items: [...house.plan.items, ...items] }, accounts: accounts.map(each => corrected(each, own.get(each.accountId) ?? [])), left: withLeft(house.left, all.filter(each => !each.open)) }
}

function withLeft(left: readonly LeftAccount[], found: readonly Found[]): LeftAccount[] {
  const own = Map.groupBy(found, each => each.accountId)
  const others = [...own.keys()].filter(id => !left.some(each => each.accountId === id)).sort()
  return [...left, ...others.map(accountId => ({ accountId, recalculated: [] }))].map(({ accountId, recalculated }) => ({ accountId, recalculated: [...recalculated, ...(own.get(accountId) ?? []).map(each => givenOf(each.month))] }))
}

type Facts = CorrectionFacts['bills'][number]

function foundIn(facts: CorrectionFacts): Found[] {
  return facts.bills.flatMap(bill => chargedOf(bill, facts).filter(each => !isAbove(bill, each)).flatMap(each => monthsOf(bill, each)))
}

function chargedOf(bill: Facts, { prices }: CorrectionFacts): Charged[] {
  const run = prices[bill.period]
  const plan = bill.own ?? run
  if (!plan || !run) return []
  const own = volumeLines(bill, plan)
  // A bill that took the place of another has the prices of its own lines alone.
  const made = [...own.map(each => ({ ...each, plan })), ...lackedLines(bill, run).filter(({ item }) => own.every(each => each.item.service !== item.service)).map(each => ({ ...each, plan: run }))]
  return made.map(each => ({ ...each, all: made }))
}

/** No price is published for so much: nothing of the service is settled until one is, or the reading is put right. */
function aboveTiers(facts: CorrectionFacts): Finding[] {
  const found = facts.bills.flatMap(bill => chargedOf(bill, facts).filter(each => isAbove(bill, each)).map(({ item }): Finding => ({
    service: item.service, code: 'aboveTiers', day: `${bill.period}-01`, kinds: item.kinds, premisesId: bill.premisesId, unitKind: bill.unitKind, unit: bill.unit })))
  return [...new Map(found.map(each => [`${each.premisesId}.${each.service}.${each.day}`, each])).values()]
}

function isAbove(bill: Facts, { item, line, plan }: Charged): boolean {
  const difference = differenceOf(item, plan, bill.volumes)
  return difference !== '0' && isBeyondTiers(item, { quantity: addDecimal(line.quantity, difference), people: line.people ?? 1, extra: false })
}

type VolumeLine = { readonly item: PriceItem; readonly line: BillLine }
type Charged = VolumeLine & { readonly plan: PricePlan; readonly all: readonly VolumeLine[] }

/** Acts recalculate lines that bear their days; the others here are of meters. */
function volumeLines({ lines }: Facts, { items }: PricePlan): VolumeLine[] {
  return lines.flatMap(line => {
    const item = items.find(each => each.key === line.key)
    return item?.of === 'VOLUME' && line.heat?.spans === undefined ? [{ item, line }] : []
  })
}

/** A flat that was above the last published tier was charged nothing: its month is what the corrected figure makes it. */
function lackedLines({ lacked, lines, unitKind, volumes: moved }: Facts, plan: PricePlan): VolumeLine[] {
  return (lacked ?? []).flatMap(({ service, stove, privileged, people, volumes }) => plan.items
    .filter(item => item.of === 'VOLUME' && item.service === service && item.heat === undefined && item.kinds.includes(unitKind) && item.metered !== false && [null, stove].includes(item.stove) && [undefined, privileged].includes(item.privileged))
    .filter(item => differenceOf(item, plan, moved) !== '0' && lines.every(line => line.key !== item.key))
    .map(item => ({ item, line: { key: item.key, quantity: differenceOf(item, plan, volumes), ...(item.perPerson ? { people } : {}), net: '0', vat: '0' } })))
}

function monthsOf(bill: Facts, { plan, all, ...each }: Charged): Found[] {
  const { item, line } = each
  const [difference, given] = [differenceOf(item, plan, bill.volumes), givenBefore(bill, each, all)]
  // Corrected back to what the bill took: what was charged since is taken back.
  if (difference === '0' && given.net === '0' && given.vat === '0') return []
  const month = monthOf(item, line, { period: bill.period, difference, given, since: bill.since ?? [] })
  const { net, vat } = correctedSum([month])
  return net === 0n && vat === 0n ? [] : [{ accountId: bill.accountId, open: bill.open, item, month }]
}

/** Of the line; the first of its service also bears what was charged for a line that a corrected bill has no more. */
function givenBefore({ given, lines }: Facts, { item, line }: VolumeLine, all: readonly VolumeLine[]): { readonly net: string; readonly vat: string } {
  const first = all.find(each => each.item.service === item.service)?.line === line
  const own = given.filter(each => each.key === line.key || (first && !isCommon(each.key) && each.key.split('.')[0] === item.service && [...lines, ...all.map(other => other.line)].every(other => other.key !== each.key)))
  return { net: String(own.reduce((sum, each) => sum + BigInt(each.net), 0n)), vat: String(own.reduce((sum, each) => sum + BigInt(each.vat), 0n)) }
}

/** By how much more the meters whose volumes a price takes have seen. */
function differenceOf(item: PriceItem, { volumes }: PricePlan, moved: Readonly<Record<string, string>>): string {
  if (item.heat !== undefined) return moved[item.service] ?? '0'
  return item.volumeAt.map(at => moved[volumes[at - 1]?.service ?? ''] ?? '0').reduce(addDecimal, '0')
}

type Past = { readonly period: Period; readonly difference: string; readonly given: { readonly net: string; readonly vat: string }; readonly since: readonly PastBill[] }

/** Of a volume paid ahead what no later bill has taken, so that none of it is given twice. */
function prepaidOf({ service, prepaid }: PriceItem, line: BillLine, since: readonly PastBill[]): Pick<VolumeMonth, 'prepaid' | 'left'> {
  if (prepaid === undefined || line.prepaid === undefined) return {}
  const left = subtractDecimal(line.prepaid.left, drawnSince(service, prepaid, since))
  return { prepaid, left: compareDecimal(left, '0') > 0 ? left : '0' }
}

function monthOf(item: PriceItem, line: BillLine, { period, difference, given, since }: Past): VolumeMonth {
  const { upTo, prices, perPerson, days, monthDays, vatBp, unit } = item
  return {
    period, key: line.key, upTo, prices, perPerson, days, monthDays, vatBp, unit, people: line.people ?? 1, quantity: line.quantity, difference, ...prepaidOf(item, line, since),
    was: [String(BigInt(line.net) + BigInt(given.net)), String(BigInt(line.vat) + BigInt(given.vat))],
  }
}

/** What is common has parts of its own, divided again. */
const isCommon = (key: string) => /\.common(\.|$)/.test(key)
const isShare = (month: Found['month']): month is ShareMonth => 'weight' in month
const isVolume = (month: Found['month']): month is VolumeMonth => !isShare(month)
const keyOf = ({ item, month }: Found) => `${item.service}${isShare(month) ? '.common' : ''}.correction.${item.vatBp}`
const sumOf = (months: readonly Found['month'][]) => {
  const [shares, volumes] = [dividedAgain(months.filter(isShare)), correctedSum(months.filter(isVolume))]
  return { net: shares.net + volumes.net, vat: shares.vat + volumes.vat }
}

function corrected(account: HeatAccount, found: readonly Found[]): HeatAccount {
  const lines = [...Map.groupBy(found, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, all]): BillLine => {
    const months = all.map(each => each.month)
    const [shares, volumes, { net, vat }] = [months.filter(isShare), months.filter(isVolume), sumOf(months)]
    return { key, quantity: String(new Set(months.map(each => each.period)).size), ...(shares.length > 0 ? { shares } : { volumes }), net: String(net), vat: String(vat) }
  })
  return { ...account, lines: [...account.lines, ...lines], recalculated: [...account.recalculated, ...found.map(each => givenOf(each.month))] }
}

function givenOf(month: Found['month']): HeatAccount['recalculated'][number] {
  const { net, vat } = sumOf([month])
  return { charge_period: month.period, line_key: month.key, net: String(net), vat: String(vat) }
}
