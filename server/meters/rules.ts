// What a reading is worth, judged alike by the form, the offline form and the server.
// The person is asked, never silently refused: only the impossible is refused.
import { formatDate, formatNumber } from '#server/kernel/format.ts'
import { addDays, compareDates, daysBetween, lastDay, nextPeriod, periodOf, previousPeriod, type LocalDate, type Period } from '#server/kernel/period.ts'
import { addDecimal, compareDecimal, decimalOf, multiplyDecimal, parseDecimal, subtractDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'

export type MeterService = 'COLD_WATER' | 'HOT_WATER' | 'ELECTRICITY' | 'HEAT' | 'GAS'
export type MeterUnit = 'm3' | 'kWh' | 'Gcal'

/** What is known of the device when its figures are judged. */
export type MeterFacts = {
  readonly service: MeterService
  readonly unit: MeterUnit
  readonly registers: number
  readonly digits: number
  readonly decimals: number
  readonly installedOn: LocalDate
  readonly removedOn: LocalDate | null
  readonly verifiedUntil: LocalDate | null
}

/** The counted reading before this one. */
export type PreviousReading = { readonly values: readonly Decimal[]; readonly takenOn: LocalDate; readonly period: Period }

/** Days of the month in which readings are expected; law and custom as data (table reading_windows). */
export type ReadingWindow = { readonly fromDay: number; readonly toDay: number; readonly graceDays: number }

/** Usual consumption in 30 days. */
export type UsualRange = { readonly low: Decimal; readonly high: Decimal }

export type GivenReading = { readonly values: readonly string[]; readonly takenOn: LocalDate }

export type JudgeContext = {
  readonly meter: MeterFacts
  readonly window: ReadingWindow
  /** Where the reading is judged: the phone's day in the form, the server's day at the door. */
  readonly today: LocalDate
  readonly usual: UsualRange | null
  /** A counted reading of a later day is already here. */
  readonly laterTakenOn: LocalDate | null
  /** The house is billed through this month; the phone does not know. */
  readonly billedThrough?: Period | null | undefined
}

export const questionCodes = ['rolledOver', 'lowerThanLast', 'jump', 'futureDate', 'verificationExpired'] as const
export type QuestionCode = (typeof questionCodes)[number]
export type Question = { readonly code: QuestionCode; readonly params: Readonly<Record<string, string>> }
export type NoteCode = 'zero' | 'late' | 'olderThanLast' | 'decimalsLeftOut' | 'firstReading'
export type RefusalCode = 'notANumber' | 'negative' | 'tooManyDigits' | 'registersMissing' | 'beforeInstalled' | 'meterRemoved'

export type Verdict =
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly params: Readonly<Record<string, string>>; readonly register: number | null }
  | {
      readonly kind: 'fine' | 'asks'
      readonly values: readonly Decimal[]
      readonly takenOn: LocalDate
      /** Per register and in all; null while nobody can say (lower than the last, or older than it). */
      readonly parts: readonly Decimal[] | null
      readonly consumption: Decimal | null
      readonly questions: readonly Question[]
      readonly notes: readonly NoteCode[]
      readonly period: Period
      readonly late: boolean
    }

export function judgeReading(previous: PreviousReading | null, given: GivenReading, context: JudgeContext): Verdict {
  const typed = readRegisters(given.values, context.meter)
  if ('code' in typed) return { kind: 'refused', ...typed }
  return outOfLife(given.takenOn, context.meter) ?? weigh(previous, { ...given, typed }, context)
}

function outOfLife(takenOn: LocalDate, meter: MeterFacts): Verdict | null {
  if (compareDates(takenOn, meter.installedOn) < 0) return refusal('beforeInstalled', { date: formatDate(meter.installedOn) })
  if (meter.removedOn !== null && compareDates(takenOn, meter.removedOn) > 0) return refusal('meterRemoved', { date: formatDate(meter.removedOn) })
  return null
}

function weigh(previous: PreviousReading | null, given: GivenReading & { readonly typed: Registers }, context: JudgeContext): Verdict {
  const future = compareDates(given.takenOn, context.today) > 0
  // A reading cannot be of a day that has not come: the phone's clock is wrong, and today's date is meant.
  const takenOn = future ? context.today : given.takenOn
  const older = isOlder(takenOn, context.laterTakenOn)
  const { values, leftOut } = given.typed
  const difference = consumptionSince(previous, values, context.meter)
  const { period, late } = monthOf(takenOn, { receivedOn: context.today, window: context.window, lastPeriod: previous?.period ?? null, billedThrough: context.billedThrough })
  const questions = older ? [] : questionsOf({ previous, difference, takenOn, typed: values, context })
  if (future) questions.push({ code: 'futureDate', params: { date: formatDate(given.takenOn), today: formatDate(context.today) } })
  const parts = older ? null : difference.parts
  const consumption = parts === null ? null : difference.total
  return {
    kind: questions.length > 0 ? 'asks' : 'fine',
    values, takenOn, questions, period, late, parts, consumption,
    notes: notesOf({ first: previous === null, zero: previous !== null && consumption === '0', olderThanLast: older, late, decimalsLeftOut: leftOut }),
  }
}

function isOlder(takenOn: LocalDate, laterTakenOn: LocalDate | null): boolean {
  return laterTakenOn !== null && compareDates(laterTakenOn, takenOn) > 0
}

type Registers = { values: Decimal[]; leftOut: boolean }
type Refusal = { code: RefusalCode; params: Readonly<Record<string, string>>; register: number | null }

function readRegisters(typed: readonly string[], meter: MeterFacts): Registers | Refusal {
  if (typed.length !== meter.registers) return { code: 'registersMissing', params: { count: String(meter.registers) }, register: null }
  const values: Decimal[] = []
  let leftOut = false
  for (const [index, text] of typed.entries()) {
    const value = parseDecimal(text)
    if (value === null) return { code: 'notANumber', params: {}, register: index }
    if (value.startsWith('-')) return { code: 'negative', params: {}, register: index }
    const [whole = '', fraction = ''] = value.split('.')
    if (whole.length > meter.digits) return { code: 'tooManyDigits', params: { digits: String(meter.digits) }, register: index }
    // Red figures behind the comma that this meter does not count are left out, and the person is told.
    const kept = fraction.slice(0, meter.decimals).replace(/0+$/, '')
    if (fraction.length > meter.decimals) leftOut = true
    values.push(kept === '' ? whole : `${whole}.${kept}`)
  }
  return { values, leftOut }
}

type Difference = { parts: Decimal[] | null; total: Decimal; rolledOver: boolean }

/** Up to a fifth of the scale is taken for a meter that went through its nines; more is a lower figure. */
const rollOverShare = 5n

function consumptionSince(previous: PreviousReading | null, values: readonly Decimal[], meter: MeterFacts): Difference {
  if (previous === null) return { parts: values.map(() => '0'), total: '0', rolledOver: false }
  const scale = (10n ** BigInt(meter.digits)).toString()
  const fifth = (10n ** BigInt(meter.digits) / rollOverShare).toString()
  const parts: Decimal[] = []
  let rolledOver = false
  for (const [index, value] of values.entries()) {
    const difference = subtractDecimal(value, previous.values[index] ?? '0')
    if (!difference.startsWith('-')) {
      parts.push(difference)
      continue
    }
    const around = addDecimal(difference, scale)
    if (compareDecimal(around, fifth) > 0) return { parts: null, total: '0', rolledOver: false }
    rolledOver = true
    parts.push(around)
  }
  return { parts, total: parts.reduce(addDecimal, '0'), rolledOver }
}

type Asked = { previous: PreviousReading | null; difference: Difference; takenOn: LocalDate; typed: readonly Decimal[]; context: JudgeContext }

function questionsOf({ previous, difference, takenOn, typed, context }: Asked): Question[] {
  const { meter } = context
  const questions: Question[] = []
  const shown = { last: shownRegisters(previous?.values ?? [], meter), given: shownRegisters(typed, meter) }
  if (difference.parts === null) questions.push({ code: 'lowerThanLast', params: shown })
  else if (difference.rolledOver) questions.push({ code: 'rolledOver', params: { ...shown, consumption: formatNumber(difference.total) } })
  if (difference.parts !== null && isJump(difference.total, { previous, takenOn, context })) {
    questions.push({ code: 'jump', params: { ...shown, consumption: formatNumber(difference.total), usual: shownUsual(context.usual) } })
  }
  if (meter.verifiedUntil !== null && compareDates(takenOn, meter.verifiedUntil) > 0) {
    questions.push({ code: 'verificationExpired', params: { date: formatDate(meter.verifiedUntil) } })
  }
  return questions
}

/** Most that a flat uses in 30 days before anybody wonders, when the flat's own history says nothing yet. */
const plentyWithoutHistory: Record<MeterService, Decimal> = { COLD_WATER: '60', HOT_WATER: '40', ELECTRICITY: '1500', HEAT: '20', GAS: '1000' }
const jumpTimes = '3'
const fewestDays = 20

// Three times the usual most, over at least 20 days, so that two readings in one week do not look like a flood.
function isJump(total: Decimal, { previous, takenOn, context }: Pick<Asked, 'previous' | 'takenOn' | 'context'>): boolean {
  if (previous === null) return false
  const most = context.usual === null || compareDecimal(context.usual.high, '1') < 0
    ? plentyWithoutHistory[context.meter.service] : multiplyDecimal(context.usual.high, jumpTimes)
  const days = Math.max(fewestDays, daysBetween(previous.takenOn, takenOn))
  return compareDecimal(multiplyDecimal(total, '30'), multiplyDecimal(most, String(days))) > 0
}

function notesOf(facts: { first: boolean } & Record<Exclude<NoteCode, 'firstReading'>, boolean>): NoteCode[] {
  const order = ['zero', 'olderThanLast', 'late', 'decimalsLeftOut'] as const
  return [...(facts.first ? ['firstReading' as const] : []), ...order.filter(code => facts[code])]
}

export type Arrival = { readonly receivedOn: LocalDate; readonly window: ReadingWindow; readonly lastPeriod: Period | null; readonly billedThrough?: Period | null | undefined }

/**
 * The month a reading counts for. Late is accepted and said: after the window's last day it counts for the next
 * month; in the days of grace of a month that nobody read, for that month; long under way, for the month it came in.
 * Bills that are made take nothing more: what would count for their month goes to the first one after them.
 */
export function monthOf(takenOn: LocalDate, arrival: Arrival): { period: Period; late: boolean } {
  return afterBills(monthByDays(takenOn, arrival), arrival.billedThrough ?? null)
}

export function afterBills({ period, late }: { readonly period: Period; readonly late: boolean }, billedThrough: Period | null): { period: Period; late: boolean } {
  return billedThrough !== null && period <= billedThrough ? { period: nextPeriod(billedThrough), late: true } : { period, late }
}

function monthByDays(takenOn: LocalDate, arrival: Arrival): { period: Period; late: boolean } {
  const { window } = arrival
  const taken = windowMonth(takenOn, window, arrival.lastPeriod)
  if (compareDates(arrival.receivedOn, addDays(lastDay(taken.period), window.graceDays)) <= 0) return taken
  const received = windowMonth(arrival.receivedOn, window, null).period
  return { period: received > taken.period ? received : taken.period, late: true }
}

function windowMonth(date: LocalDate, window: ReadingWindow, lastPeriod: Period | null): { period: Period; late: boolean } {
  const month = periodOf(date)
  const day = Number(date.slice(8, 10))
  if (day > window.toDay && Number(lastDay(month).slice(8, 10)) > window.toDay) return { period: nextPeriod(month), late: true }
  const before = previousPeriod(month)
  if (day <= window.graceDays && day < window.fromDay && lastPeriod !== null && lastPeriod < before) return { period: before, late: true }
  return { period: month, late: false }
}

/** Questions that the person has not answered with yes. */
export function unanswered(verdict: Extract<Verdict, { kind: 'fine' | 'asks' }>, confirmed: readonly string[]): Question[] {
  return verdict.questions.filter(question => !confirmed.includes(question.code))
}

/** Why a reading is kept without counting; empty when it counts. */
export function flagsOf(verdict: Extract<Verdict, { kind: 'fine' | 'asks' }>, confirmed: readonly string[]): string[] {
  const flags: string[] = unanswered(verdict, confirmed).map(question => question.code)
  if (verdict.notes.includes('olderThanLast')) flags.push('olderThanLast')
  else if (verdict.consumption === null && !flags.includes('lowerThanLast')) flags.push('lowerThanLast')
  return flags
}

/** What a flat uses in 30 days, the lowest and highest month left out when there are five or more; null under three. */
export function usualRange(history: readonly { readonly consumption: Decimal; readonly days: number }[]): UsualRange | null {
  const rates = history.filter(each => each.days > 0).slice(-12).map(each => {
    const { numerator, denominator } = toRational(multiplyDecimal(each.consumption, '30'))
    return decimalOf({ numerator, denominator: denominator * BigInt(each.days) }, 0)
  }).sort(compareDecimal)
  if (rates.length < 3) return null
  const kept = rates.length >= 5 ? rates.slice(1, -1) : rates
  return { low: kept[0] ?? '0', high: kept.at(-1) ?? '0' }
}

/** '9–12'; a dash where there is no history yet. */
export function shownUsual(usual: UsualRange | null): string {
  if (usual === null) return '–'
  return usual.low === usual.high ? formatNumber(usual.low) : `${formatNumber(usual.low)}–${formatNumber(usual.high)}`
}

/** As the device shows it: '00482', '00482,5'. */
export function shownRegister(value: Decimal, meter: Pick<MeterFacts, 'digits' | 'decimals'>): string {
  const [whole = '0', fraction = ''] = value.split('.')
  const tail = fraction.padEnd(fraction === '' ? 0 : Math.min(meter.decimals, 3), '0')
  return `${whole.padStart(meter.digits, '0')}${tail === '' ? '' : `,${tail}`}`
}

export function shownRegisters(values: readonly Decimal[], meter: Pick<MeterFacts, 'digits' | 'decimals'>): string {
  return values.map(value => shownRegister(value, meter)).join(' / ')
}

function refusal(code: RefusalCode, params: Record<string, string>): Verdict {
  return { kind: 'refused', code, params, register: null }
}
