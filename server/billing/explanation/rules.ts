// A line of a bill in words: the same code for the screen, the paper and every language.
import { formatAmount, formatDate, formatDayMonth, formatMoney, formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { compareDecimal, decimalOf, multiplyDecimal } from '#server/kernel/quantity.ts'
import { daysOf, inputsOf, partDays, recomputeLine, stepsOf, type Amount, type Step } from '#server/billing/charges/rules.ts'
import { accrued, stagesOf } from '#server/billing/penalties/rules.ts'
import type { BillLine, Finding, PenaltyPart, PenaltyTerms, PriceItem } from '#server/billing/schema.ts'

export type Say = (key: string, params?: Record<string, unknown>) => string
export type Voice = { readonly say: Say; readonly locale: Locale; readonly currency: Currency }
export type ExplainedStep = { readonly text: string; readonly value: string }
export type Explained = {
  /** '11 m³ for 2 people'. */
  readonly summary: string
  /** '6 m³ × 91,96' and its exact product; the last step is the rounded result when it differs. */
  readonly steps: readonly ExplainedStep[]
  readonly notes: readonly string[]
  readonly amount: Amount
}

export function explainLine(item: PriceItem, line: BillLine, voice: Voice): Explained {
  const amount = recomputeLine(item, line)
  return { summary: summaryOf(item, line, voice), steps: stepsInWords(item, line, voice), notes: notesOf(item, line, voice), amount }
}

export function serviceName(item: Pick<PriceItem, 'service'>, say: Say): string {
  return say(`billing.services.${item.service}`)
}

/** Where a price comes from: a publication, the meeting, the law, or nobody but us. */
export function sourceInWords(item: PriceItem, say: Say): string {
  if (item.demonstration) return say('billing.bill.demonstration')
  if (item.tariffId !== null || item.of === 'PENALTY') return item.source
  return say(item.index === null ? 'billing.line.byMeeting' : 'billing.line.byLaw')
}

/** '16' of 1600 hundredths of a percent. */
export function vatPercent(vatBp: number): string {
  return formatNumber(decimalOf({ numerator: BigInt(vatBp), denominator: 100n }, 2))
}

/** Which service of which premises, and why it is not charged. */
export function findingInWords(finding: Finding, say: Say): string {
  const { service, day, unitKind, unit, kind, kinds, price, limit } = finding
  const flat = unitKind === undefined ? '' : say(`identity.unit.${unitKind}`, { number: unit })
  const which = (kind === undefined ? kinds ?? [] : [kind]).map(each => say(`billing.kinds.${each}`)).join(', ')
  const named = say(`billing.services.${service}`)
  const ownKind = finding.code === 'belowMinimum' || finding.code === 'aboveFlats'
  return say(`billing.findings.${wordsOf(finding)}`, {
    service: which === '' || ownKind ? named : `${named}, ${which}`, date: formatDate(day), unit: flat, kind: which, price: formatNumber(price ?? '0'), limit: formatNumber(limit ?? '0') })
}

/** The same for who bills the house: and what to do next. */
export function findingWithStep(finding: Finding, say: Say): { words: string; step: string } {
  return { words: findingInWords(finding, say), step: say(`billing.nextSteps.${wordsOf(finding)}`) }
}

// A contribution has no tariff but a rate that the meeting decides.
function wordsOf({ code, service }: Finding): Finding['code'] | 'noRate' {
  return code === 'noPrice' && (service === 'MAINTENANCE' || service === 'SAVINGS') ? 'noRate' : code
}

function unitOf(item: PriceItem, say: Say): string {
  return say(`billing.units.${item.unit}`)
}

function areaInWords(item: PriceItem, line: BillLine, say: Say): string {
  const quantity = formatNumber(line.quantity)
  if (line.parts === undefined) return say('billing.explain.area', { quantity })
  return say('billing.explain.areaDays', { quantity, days: daysOf(item, line), monthDays: item.monthDays })
}

function shareInWords(item: PriceItem, quantity: string, say: Say): string {
  return say('billing.explain.share', { quantity, area: formatNumber(item.houseArea ?? '0'), volume: formatNumber(item.houseQuantity ?? '0'), unit: unitOf(item, say) })
}

// Persons and accounts of a part of the month say the days after themselves.
function withDays(words: string, { item, line, say }: { item: PriceItem; line: BillLine; say: Say }): string {
  return line.parts === undefined ? words : `${words}, ${say('billing.explain.ofDays', { days: daysOf(item, line), monthDays: item.monthDays })}`
}

function summaryOf(item: PriceItem, line: BillLine, voice: Voice): string {
  const summary = quantityInWords(item, line, voice)
  const span = spanOf(item, voice)
  return span === null ? summary : `${summary}, ${span}`
}

// A month with more than one price says from when until when each holds.
function spanOf({ from, to }: PriceItem, { say, locale }: Voice): string | null {
  return from === undefined || to === undefined ? null : say('billing.explain.span', { from: formatDayMonth(from, locale), to: formatDayMonth(to, locale) })
}

function quantityInWords(item: PriceItem, line: BillLine, { say }: Voice): string {
  const quantity = formatNumber(line.quantity)
  switch (item.of) {
    case 'AREA': return areaInWords(item, line, say)
    case 'PERSONS': return withDays(say('billing.explain.people', { count: Number(line.quantity) }), { item, line, say })
    case 'ONE': return withDays(say('billing.explain.fixed'), { item, line, say })
    case 'PENALTY': return say('billing.explain.penalty', { count: Number(line.quantity) })
    case 'SHARE': return shareInWords(item, quantity, say)
    case 'VOLUME': return item.perPerson
      ? say('billing.explain.quantityPeople', { quantity, unit: unitOf(item, say), count: line.people ?? 1 })
      : say('billing.explain.quantity', { quantity, unit: unitOf(item, say) })
  }
}

function stepsInWords(item: PriceItem, line: BillLine, voice: Voice): ExplainedStep[] {
  const { say } = voice
  if (item.of === 'SHARE') return shareSteps(item, line, voice)
  if (item.penalty) return penaltySteps(item.penalty, line.penalty ?? [], voice)
  if (line.parts !== undefined) return partSteps(item, line.parts, voice)
  const steps = stepsOf(item, inputsOf(line)).map(step => stepInWords(item, step, say))
  if (item.days === item.monthDays) return steps
  return [...steps, { text: say('billing.explain.days', { days: item.days, monthDays: item.monthDays }), value: `× ${item.days} / ${item.monthDays}` }]
}

function stepInWords(item: PriceItem, step: Step, say: Say): ExplainedStep {
  const params = { quantity: formatNumber(step.quantity), unit: unitOf(item, say), price: formatNumber(step.price) }
  const value = formatNumber(step.product)
  if (item.prices.length === 1) return { text: say('billing.explain.step', params), value }
  if (step.to !== null) return { text: say('billing.explain.stepUpTo', { ...params, to: formatNumber(step.to) }), value }
  return { text: say('billing.explain.stepFrom', { ...params, from: formatNumber(step.from) }), value }
}

// For each overdue charge: its days by each rule, the cap of a rule where it is reached, what was charged before.
function penaltySteps(price: PenaltyTerms, parts: readonly PenaltyPart[], { say, locale }: Voice): ExplainedStep[] {
  return parts.flatMap(part => {
    const month = formatPeriod(part.period, locale)
    return [
      ...stagesOf(price, part).flatMap(({ terms, days, capped, together }) => [
        ...days.map(day => ({ text: say(`billing.explain.delay.${terms.formula}`, { month, date: formatDate(day[0]), count: day[1] }), value: penaltyInWords(terms, day) })),
        ...(capped ? [{ text: say('billing.explain.penaltyCap', { month, percent: formatNumber(multiplyDecimal(terms.cap, '100')), charge: formatAmount(BigInt(part.charge)) }), value: formatAmount(together) }] : []),
      ]),
      ...(part.before === '0' ? [] : [{ text: say('billing.explain.penaltyBefore', { month }), value: formatAmount(-BigInt(part.before)) }]),
    ]
  })
}

function penaltyInWords(terms: PenaltyTerms, day: PenaltyPart['days'][number]): string {
  const [, days, principal, rate] = day
  const sum = formatAmount(BigInt(principal))
  if (terms.formula === 'YEARLY') return `${sum} × ${formatNumber(rate)} % × ${formatNumber(terms.factor)} × ${days} / 365`
  return `${sum} × ${formatNumber(multiplyDecimal(rate, '100'))} % × ${days} = ${formatAmount(accrued(terms, [day]))}`
}

// Area, persons or the account times days of each part, then their sum at the price of a month: exact up to the one rounding at the end.
function partSteps(item: PriceItem, parts: NonNullable<BillLine['parts']>, { say }: Voice): ExplainedStep[] {
  const price = formatNumber(item.prices[0] ?? '0')
  const key = item.of === 'PERSONS' ? 'partPeople' : item.of === 'ONE' ? 'partAccount' : 'part'
  return [
    ...parts.map(([many, days]) => ({ text: say(`billing.explain.${key}`, { area: formatNumber(many), people: formatNumber(many), count: days }), value: formatNumber(multiplyDecimal(many, String(days))) })),
    { text: say('billing.explain.partsStep', { price, monthDays: item.monthDays }), value: `${formatNumber(partDays(parts))} × ${price} / ${item.monthDays}` },
  ]
}

function shareSteps(item: PriceItem, line: BillLine, voice: Voice): ExplainedStep[] {
  const { say } = voice
  const house = formatAmount(BigInt(item.houseNet ?? '0'))
  const span = spanOf(item, voice)
  return [
    { text: say('billing.explain.houseStep', { quantity: formatNumber(item.houseQuantity ?? '0'), unit: unitOf(item, say), price: formatNumber(item.prices[0] ?? '0') }), value: span === null ? house : '' },
    ...(span === null ? [] : [{ text: span, value: house }]),
    { text: say('billing.explain.shareStep', { total: house, quantity: formatNumber(line.quantity), area: formatNumber(item.houseArea ?? '0') }), value: formatAmount(BigInt(line.net)) },
  ]
}

function notesOf(item: PriceItem, line: BillLine, { say, locale, currency }: Voice): string[] {
  const notes: string[] = []
  if (item.index) {
    notes.push(say('billing.explain.index', {
      multiple: formatNumber(item.index.multiple), value: formatMoney(BigInt(item.index.value) * 100n, currency, locale), price: formatNumber(item.prices[0] ?? '0') }))
  }
  if (line.source === 'AVERAGE') notes.push(say('billing.line.average'))
  if (line.source === 'NORM') notes.push(say('billing.line.norm'))
  if (line.before !== undefined && compareDecimal(line.before, '0') > 0) {
    notes.push(say('billing.line.before', { quantity: formatNumber(line.before), unit: unitOf(item, say) }))
  }
  if (item.penalty) notes.push(say('billing.explain.penaltyNote'))
  if (line.extra === 1) notes.push(say('billing.explain.extra'))
  return notes
}
