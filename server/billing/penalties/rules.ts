// What a day of delay costs (uzbekistan.md 0.4, 4.2; kazakhstan.md 4.7; settled 10). On the overdue sum of a charge alone,
// never on a penalty, at most a part of the charge as it was first posted. Money counts from the day on which it left the
// payer; the day of the payment itself is still a day of delay.
import { roundRational } from '#server/kernel/money.ts'
import { addDays, daysBetween, lastDay, type LocalDate, type Period } from '#server/kernel/period.ts'
import { compareDecimal, multiplyDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { covers, valueOn, type Dated, type IndexValue } from '#server/billing/dates/rules.ts'
import type { BillLine, PenaltyFormula, PenaltyPart, PenaltyTerms, PriceItem } from '#server/billing/schema.ts'

export type PayerKind = 'NATURAL' | 'LEGAL'
export type PenaltyFund = 'UTILITIES' | 'CURRENT' | 'SAVINGS'
export type PenaltyRule = Dated & {
  readonly fund: PenaltyFund
  readonly payerKind: PayerKind
  readonly formula: PenaltyFormula
  readonly dailyRate: Decimal | null
  readonly indexCode: string | null
  readonly factor: Decimal | null
  readonly cap: Decimal
  readonly actId: string | null
  readonly source: string
  readonly verified: boolean
  /** False: switched off. It counts no new days; what bills have counted by it stays. */
  readonly enabled?: boolean
}

/** CHARGE: of a bill, with its due day; PLAIN: owed without a due day, brings no penalty; CREDIT: paid, or a payment taken back. */
export type FundEntry = { readonly fund: string; readonly kind: 'CHARGE' | 'PLAIN' | 'CREDIT'; readonly amount: bigint; readonly day: LocalDate; readonly period: string; readonly dueOn: LocalDate | null; readonly opening?: boolean }
export type PenaltyFacts = {
  readonly entries: readonly FundEntry[]
  /** What stood in a fund before the entries. */
  readonly brought: ReadonlyMap<string, bigint>
  /** On its way: not a debt until it is known to have failed. */
  readonly flying: readonly { readonly amount: bigint; readonly day: LocalDate }[]
  /** What bills have charged for each overdue charge, and through which day they counted. */
  readonly posted: readonly { readonly fund: string; readonly period: string; readonly amount: bigint; readonly through?: LocalDate }[]
}

type Fund = { readonly fund: PenaltyFund; readonly facts: Pick<PenaltyFacts, 'entries' | 'brought' | 'flying'> }
type Due = { readonly period: string; readonly dueOn: LocalDate | null; readonly amount: bigint; readonly upTo: bigint }

/** Whether percent a day are so many that whoever reads the draft should look twice: more than double the rule before, above one where it has none by the day. The act may still say so. */
export function isSteep(dailyPercent: Decimal, before: Decimal | null): boolean {
  return compareDecimal(dailyPercent, before === null ? '1' : multiplyDecimal(before, '2')) > 0
}

/** Through which day a month's bill counts delay: its last day, and no day that is not over. */
export function penaltyThrough(period: Period, today: LocalDate): LocalDate {
  const last = lastDay(period)
  return last < today ? last : addDays(today, -1)
}

/** The price of a month's penalty for a fund and a payer, by the rule of its last day, or the last before it; nothing when none has begun. */
export function penaltyItem(rules: readonly PenaltyRule[], { period, fund, payerKind }: { period: Period; fund: PenaltyFund; payerKind: PayerKind }): PriceItem | null {
  const begun = rules.filter(each => each.fund === fund && each.payerKind === payerKind && each.enabled !== false && each.validFrom <= lastDay(period))
  const rule = begun.find(each => covers(each, lastDay(period))) ?? begun.toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]
  if (!rule) return null
  const price = rule.dailyRate === null ? rule.factor ?? '0' : multiplyDecimal(rule.dailyRate, '100')
  return {
    key: `PENALTY.${fund}.${payerKind}`, service: 'PENALTY', fund: 'PENALTY', of: 'PENALTY', volumeAt: [], unit: 'day', upTo: [], prices: [price], perPerson: false,
    kinds: ['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE'], stove: null, metered: null, days: 1, monthDays: 1, vatBp: 0, vatMode: 'NONE',
    houseNet: null, houseQuantity: null, houseArea: null, tariffId: null, actId: rule.actId, source: rule.source, validFrom: rule.validFrom,
    demonstration: false, verified: rule.verified, index: null, penalty: termsOf(rule),
  }
}

function termsOf({ formula, factor, cap }: PenaltyRule): PenaltyTerms {
  return { formula, factor: factor ?? '1', cap }
}

/** The penalty for days of one rule: rounded each day, or once for all days where the law counts by the year. */
export function accrued({ formula, factor }: PenaltyTerms, days: PenaltyPart['days']): bigint {
  if (formula === 'DAILY') {
    return days.reduce((sum, [, count, principal, rate]) => sum + BigInt(count) * part(BigInt(principal), toRational(rate)), 0n)
  }
  const exact = days.reduce((sum, [, count, principal, rate]) => sum + BigInt(count) * BigInt(principal) * scaled(multiplyDecimal(rate, factor)), 0n)
  return roundRational(exact, 100n * 365n * scale, 'HALF_UP')
}

/** Never more than the law's part of the charge as it was first posted. */
export function capOf({ cap }: PenaltyTerms, charge: bigint): bigint {
  const { numerator, denominator } = toRational(cap)
  return roundRational(charge * numerator, denominator, 'DOWN')
}

/** Days of one rule after another, what they bring, and what the charge has brought by their end. */
export type Stage = { readonly terms: PenaltyTerms; readonly days: PenaltyPart['days']; readonly capped: boolean; readonly together: bigint }

/** Each rule counts its own days and stops at its own part of the charge; it takes nothing off what the rule before has brought. */
export function stagesOf(price: PenaltyTerms, { charge, days }: Pick<PenaltyPart, 'charge' | 'days'>): Stage[] {
  const groups: { terms: PenaltyTerms; days: PenaltyPart['days'][number][] }[] = []
  for (const day of days) {
    const last = groups.at(-1)
    const terms = day[4] ?? price
    if (last && sameTerms(last.terms, terms)) last.days.push(day)
    else groups.push({ terms, days: [day] })
  }
  let together = 0n
  return groups.map(group => {
    const [before, limit] = [together, capOf(group.terms, BigInt(charge))]
    const whole = before + accrued(group.terms, group.days)
    together = most(before, least(whole, limit))
    return { ...group, capped: whole > limit, together }
  })
}

/** What a line charges: for each overdue charge all its days up to its cap, less what earlier bills have charged. */
export function penaltyOf(price: PenaltyTerms, parts: readonly PenaltyPart[]): bigint {
  return parts.reduce((sum, each) => sum + (stagesOf(price, each).at(-1)?.together ?? 0n) - BigInt(each.before), 0n)
}

function sameTerms(one: PenaltyTerms, other: PenaltyTerms): boolean {
  return one.formula === other.formula && compareDecimal(one.factor, other.factor) === 0 && compareDecimal(one.cap, other.cap) === 0
}

type Wanted = { readonly item: PriceItem; readonly rules: readonly PenaltyRule[]; readonly indexes: readonly IndexValue[]; readonly fund: PenaltyFund; readonly payerKind: PayerKind; readonly through: LocalDate }

/** The line of an account's penalty, or nothing when no charge gained or lost any. */
export function penaltyLine(facts: PenaltyFacts, wanted: Wanted): BillLine | null {
  const price = wanted.item.penalty
  if (!price) return null
  const moments = momentsOf({ fund: wanted.fund, facts })
  const parts = duesOf({ fund: wanted.fund, facts }).flatMap(({ dueOn, ...due }) => {
    if (dueOn === null) return []
    const posted = facts.posted.filter(each => each.fund === wanted.fund && each.period === due.period)
    const counted = posted.reduce((last, { through }) => (through !== undefined && through > last ? through : last), '')
    const days = joined(spansOf({ ...due, dueOn }, moments, wanted.through).flatMap(span => rated(span, { ...wanted, price, counted })))
    const before = posted.reduce((sum, each) => sum + each.amount, 0n)
    const made: PenaltyPart = { period: due.period, dueOn, charge: String(due.amount), before: String(before), days }
    return penaltyOf(price, [made]) === 0n ? [] : [made]
  })
  return parts.length === 0 ? null : { key: wanted.item.key, quantity: String(parts.reduce((sum, each) => sum + daysIn(each), 0)), penalty: parts, net: String(penaltyOf(price, parts)), vat: '0' }
}

type Span = { readonly from: LocalDate; readonly to: LocalDate; readonly principal: bigint }
type Moment = { readonly from: LocalDate; readonly credits: bigint }

/** The oldest debt is paid first: a charge is overdue by what is left of it after everything before it. */
function spansOf(due: Due & { dueOn: LocalDate }, moments: readonly Moment[], through: LocalDate): Span[] {
  const start = addDays(due.dueOn, 1)
  const first = moments.findLastIndex(each => each.from <= start)
  const inside = moments.slice(Math.max(first, 0)).filter(each => each.from <= through)
  return inside.flatMap((each, index) => {
    const from = each.from < start ? start : each.from
    const next = inside[index + 1]
    const to = next === undefined ? through : addDays(next.from, -1)
    const principal = least(due.amount, most(due.upTo - each.credits, 0n))
    return principal === 0n || from > to ? [] : [{ from, to, principal }]
  })
}

// As they were posted; what was brought in at the beginning is the oldest.
function duesOf({ fund, facts }: Fund): Due[] {
  const brought = facts.brought.get(fund) ?? 0n
  const own = facts.entries.filter(each => each.fund === fund && each.kind !== 'CREDIT').map(each => ({ period: each.period, dueOn: each.dueOn, amount: each.amount, at: each.opening ? '' : each.day }))
  const sorted = [...(brought > 0n ? [{ period: '', dueOn: null, amount: brought, at: '' }] : []), ...own.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))]
  let upTo = 0n
  return sorted.map(({ period, dueOn, amount }) => {
    upTo += amount
    return { period, dueOn, amount, upTo }
  })
}

/**
 * What was paid into a fund, from day to day; an advance that stands in another fund of the house, and money on its way,
 * count too. A payment counts from the day after it.
 */
function momentsOf({ fund, facts }: Fund): Moment[] {
  const events = [...facts.entries.filter(each => each.fund !== fund || each.kind === 'CREDIT'), ...facts.flying.map(each => ({ fund, amount: -each.amount, day: each.day }))]
    .toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  const others = new Map([...facts.brought].filter(([other]) => other !== fund))
  let own = most(-(facts.brought.get(fund) ?? 0n), 0n)
  const creditsNow = () => own + [...others.values()].reduce((sum, balance) => sum + most(-balance, 0n), 0n)
  const moments: Moment[] = [{ from: '', credits: creditsNow() }]
  for (const [index, each] of events.entries()) {
    if (each.fund === fund) own -= each.amount
    else others.set(each.fund, (others.get(each.fund) ?? 0n) + each.amount)
    if (events[index + 1]?.day !== each.day) moments.push({ from: addDays(each.day, 1), credits: creditsNow() })
  }
  return moments
}

type Rated = Wanted & { readonly price: PenaltyTerms; /** Through this day bills have counted the charge. */ readonly counted: LocalDate }

// A span cut where the rate changes; days without a rate in force cost nothing. A rule that is switched off keeps its counted days.
function rated(span: Span, { rules, indexes, fund, payerKind, price, counted }: Rated): PenaltyPart['days'] {
  const own = rules.filter(each => each.fund === fund && each.payerKind === payerKind)
  const cuts = [...own.flatMap(each => [each.validFrom, ...(each.validTo === null ? [] : [addDays(each.validTo, 1)])]), ...indexes.filter(each => own.some(rule => rule.indexCode === each.code)).map(each => each.validFrom),
    ...(counted !== '' && own.some(each => each.enabled === false) ? [addDays(counted, 1)] : [])]
  const begins = [...new Set([span.from, ...cuts.filter(day => day > span.from && day <= span.to)])].sort()
  return begins.flatMap((from, index) => {
    const to = begins[index + 1] === undefined ? span.to : addDays(begins[index + 1] ?? span.to, -1)
    const rule = own.find(each => covers(each, from) && (each.enabled !== false || from <= counted))
    const rate = rule === undefined ? null : rule.indexCode === null ? rule.dailyRate : valueOn({ indexes }, rule.indexCode, from)
    if (rule === undefined || rate === null) return []
    const terms = termsOf(rule)
    const day = [from, daysBetween(from, to) + 1, String(span.principal), rate] as const
    return [sameTerms(terms, price) ? day : [...day, terms] as const]
  })
}

// Neighbouring days of one sum, one rate and one rule are one stretch.
function joined(days: PenaltyPart['days']): PenaltyPart['days'] {
  return days.reduce<PenaltyPart['days'][number][]>((all, each) => {
    const last = all.at(-1)
    const [from, count, principal, rate, ...terms] = each
    if (!last || last[2] !== principal || last[3] !== rate || addDays(last[0], last[1]) !== from || JSON.stringify(last[4]) !== JSON.stringify(each[4])) return [...all, each]
    return [...all.slice(0, -1), [last[0], last[1] + count, principal, rate, ...terms]]
  }, [])
}

function daysIn({ days }: Pick<PenaltyPart, 'days'>): number {
  return days.reduce((sum, [, count]) => sum + count, 0)
}

const scale = 10n ** 9n
function scaled(rate: Decimal): bigint {
  const { numerator, denominator } = toRational(rate)
  return numerator * scale / denominator
}

function part(principal: bigint, rate: { numerator: bigint; denominator: bigint }): bigint {
  return roundRational(principal * rate.numerator, rate.denominator, 'HALF_UP')
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
