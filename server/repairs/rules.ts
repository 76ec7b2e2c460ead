import { allocateByKey, roundRational } from '#server/kernel/money.ts'
import { addPeriods, daysInPeriod, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { multiplyDecimal, priceOf, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'
import { conflict, forbidden, invalid, type DomainError } from '#server/kernel/errors.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { EstimateLine, OpenProgrammeInput, ProgrammeState, RegisterEstimateInput, Title } from './schema.ts'

/** What was given, in the language named or that of who gives it. */
export function titleOf({ title, titleLocale, titles = {} }: Pick<OpenProgrammeInput, 'title' | 'titleLocale' | 'titles'>, giver: Locale): Title {
  const locale = titleLocale ?? giver
  return { text: title, locale, others: Object.fromEntries(Object.entries(titles).filter(([key, text]) => key !== locale && text !== undefined)) }
}

/** In the reader's language where it is known, else as it was given: `lang` says which. */
export function titleFor({ text, locale, others }: Title, reader: Locale): { text: string; lang: Locale } {
  const own = others[reader]
  return own === undefined ? { text, lang: locale } : { text: own, lang: reader }
}

/** For letters, which are written to each reader in their own language. */
export function titleForAll(title: Title): Record<Locale, string> {
  return { uz: titleFor(title, 'uz').text, kk: titleFor(title, 'kk').text, ru: titleFor(title, 'ru').text }
}

export type ProgrammeEvent = 'estimate' | 'approve' | 'collect' | 'startWork' | 'finishWork' | 'reconcile' | 'cancel'

/**
 * uzbekistan.md 2.7.1. A programme is cancelled while nothing of it is spent, and gives back what came in; works that have begun
 * end with a version at what they cost.
 */
export const programmeLife = defineMachine<ProgrammeState, ProgrammeEvent>({
  initial: 'DRAFT',
  final: ['RECONCILED', 'CANCELLED'],
  moves: [
    ['DRAFT', 'estimate', 'ESTIMATED'],
    ['ESTIMATED', 'estimate', 'ESTIMATED'],
    ['ESTIMATED', 'approve', 'APPROVED'],
    ['APPROVED', 'collect', 'COLLECTING'],
    // A later version changes what is owed, not where the programme stands.
    ['COLLECTING', 'estimate', 'COLLECTING'],
    ['COLLECTING', 'approve', 'APPROVED'],
    ['COLLECTING', 'startWork', 'IN_WORK'],
    ['IN_WORK', 'estimate', 'IN_WORK'],
    ['IN_WORK', 'approve', 'IN_WORK'],
    // After the works a version at their real cost gives back what was gathered too much.
    ['DONE', 'estimate', 'DONE'],
    ['DONE', 'approve', 'DONE'],
    ['IN_WORK', 'finishWork', 'DONE'],
    ['DONE', 'reconcile', 'RECONCILED'],
    ['DRAFT', 'cancel', 'CANCELLED'],
    ['ESTIMATED', 'cancel', 'CANCELLED'],
    ['APPROVED', 'cancel', 'CANCELLED'],
    ['COLLECTING', 'cancel', 'CANCELLED'],
  ],
})

export type EstimateSums = { lines: EstimateLine[]; netTotal: bigint; vatAmount: bigint; total: bigint }

/** Each line rounded once, half up; VAT is a row of its own over their sum (settled 8). */
export function sumEstimate({ lines, vatPercent }: Pick<RegisterEstimateInput, 'lines' | 'vatPercent'>, giver: Locale): EstimateSums {
  const counted = lines.map(({ name, names, ...line }) => ({ ...line, title: titleOf({ title: name, titles: names }, giver), amount: timesPrice(line.quantity, line.unitPrice) }))
  if (counted.some(line => line.amount === 0n)) throw invalid('repairs.emptyLine')
  const netTotal = counted.reduce((sum, line) => sum + line.amount, 0n)
  const vatAmount = percentOf(netTotal, vatPercent)
  return { lines: counted, netTotal, vatAmount, total: netTotal + vatAmount }
}

function timesPrice(quantity: Decimal, unitPrice: bigint): bigint {
  const { numerator, denominator } = toRational(quantity)
  return roundRational(numerator * unitPrice, denominator)
}

/** The owners' part of the estimate: rounded half up once. */
export function ownersTotal(total: bigint, percent: Decimal): bigint {
  return percentOf(total, percent)
}

function percentOf(amount: bigint, percent: Decimal): bigint {
  const { numerator, denominator } = toRational(percent)
  return roundRational(amount * numerator, denominator * 100n)
}

export type Share = { readonly premisesId: string; readonly areaM2: Decimal }

/** Hundredths of a square metre. */
export function weightOf(areaM2: Decimal): bigint {
  const { numerator, denominator } = toRational(multiplyDecimal(areaM2, '100'))
  if (numerator % denominator !== 0n) throw new RangeError(`${areaM2} m² has more than two decimals`)
  return numerator / denominator
}

/** By area with the largest remainder, ties by the premises' id: the parts sum to the total exactly, in any order of the list. */
export function splitByArea(total: bigint, shares: readonly Share[]): Map<string, bigint> {
  return allocateByKey(total, shares.map(share => ({ key: share.premisesId, weight: weightOf(share.areaM2) })))
}

export type Delta = { premisesId: string; before: bigint; after: bigint; amount: bigint }

/** What a version changes for each premises: its part by the new total less its part until now. The changes sum to the change of the total exactly. */
export function deltasOf(total: bigint, shares: readonly Share[], before: ReadonlyMap<string, bigint>): Delta[] {
  const parts = splitByArea(total, shares)
  const gone = [...before.keys()].filter(premisesId => !parts.has(premisesId))
  return [...parts.keys(), ...gone].map(premisesId => {
    const [was, will] = [before.get(premisesId) ?? 0n, parts.get(premisesId) ?? 0n]
    return { premisesId, before: was, after: will, amount: will - was }
  })
}

/** A credit takes off instalments from the last one back: how much of each, in their own order. */
export function takeOff(instalments: readonly bigint[], credit: bigint): bigint[] {
  let rest = credit
  const taken = instalments.toReversed().map(amount => {
    const part = rest < amount ? rest : amount
    rest -= part
    return part
  })
  return taken.toReversed()
}

/** Equal parts; what does not divide goes to the first ones by one minor unit each. */
export function splitInstalments(total: bigint, count: number): bigint[] {
  const n = BigInt(count)
  const whole = total / n
  const rest = total % n
  return Array.from({ length: count }, (_, index) => (BigInt(index) < rest ? whole + 1n : whole)).filter(part => part > 0n)
}

/** Months after the first date, on its day or on the month's last one. */
export function dueDates(first: LocalDate, count: number): LocalDate[] {
  const day = Number(first.slice(8))
  return Array.from({ length: count }, (_, index) => {
    const period = addPeriods(periodOf(first), index)
    return `${period}-${String(Math.min(day, daysInPeriod(period))).padStart(2, '0')}`
  })
}

/** Kazakhstan: the least savings contribution of a month, multiplied first, rounded once (kazakhstan.md 4.5). */
export function savingsContribution(areaM2: Decimal, indexValue: Decimal, multiple: Decimal): { perM2: Decimal; amount: bigint } {
  const perM2 = multiplyDecimal(indexValue, multiple)
  return { perM2, amount: priceOf(areaM2, perM2) }
}

/** Which instalments the money that came in covers, in their order: overpayment goes to the next one. */
export function coveredParts(instalments: readonly bigint[], paid: bigint): bigint[] {
  let rest = paid
  return instalments.map(amount => {
    const part = rest < amount ? rest : amount
    rest -= part
    return part > 0n ? part : 0n
  })
}

/** A share of a whole as a percent with one decimal, for the screen. */
export function percentText(part: bigint, whole: bigint): Decimal {
  if (whole <= 0n) return '0'
  const tenths = (part * 1000n) / whole
  return `${tenths / 10n}.${tenths % 10n}`.replace(/\.0$/, '')
}

/** So much of the owners' part must lie in the fund before works begin, rounded up to a minor unit. */
export function neededToStart(owners: bigint, percent: Decimal): bigint {
  const { numerator, denominator } = toRational(percent)
  return roundRational(owners * numerator, denominator * 100n, 'UP')
}

/** What the database refuses, in words; null: something else. */
export function refused(state: string | null): DomainError | null {
  if (state === 'UY030') return conflict('repairs.overCap')
  if (state === 'UY031') return conflict('repairs.notEnoughMoney')
  if (state === 'UY032') return forbidden('repairs.fourEyes')
  if (state === 'UY033') return conflict('repairs.refundTooMuch')
  if (state === 'UY034') return conflict('repairs.notInWork')
  if (state === 'UY037') return conflict('repairs.notApprovedYet')
  if (state === 'UY038') return conflict('repairs.contractNeeded')
  return null
}
