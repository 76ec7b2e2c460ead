import { allocateByKey, roundRational } from '#server/kernel/money.ts'
import { addPeriods, daysInPeriod, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { multiplyDecimal, priceOf, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'
import { invalid } from '#server/kernel/errors.ts'
import type { EstimateLine, ProgrammeState, RegisterEstimateInput } from './schema.ts'

export type ProgrammeEvent = 'estimate' | 'approve' | 'collect' | 'startWork' | 'finishWork' | 'reconcile' | 'cancel'

/** uzbekistan.md 2.7.1. Money that came in is there until DONE; a cancelled programme gives it back. */
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
    ['IN_WORK', 'finishWork', 'DONE'],
    ['DONE', 'reconcile', 'RECONCILED'],
    ['DRAFT', 'cancel', 'CANCELLED'],
    ['ESTIMATED', 'cancel', 'CANCELLED'],
    ['APPROVED', 'cancel', 'CANCELLED'],
  ],
})

export type EstimateSums = { lines: EstimateLine[]; netTotal: bigint; vatAmount: bigint; total: bigint }

/** Each line rounded once, half up; VAT is a row of its own over their sum (settled 8). */
export function sumEstimate({ lines, vatPercent }: Pick<RegisterEstimateInput, 'lines' | 'vatPercent'>): EstimateSums {
  const counted = lines.map(line => ({ ...line, amount: timesPrice(line.quantity, line.unitPrice) }))
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
