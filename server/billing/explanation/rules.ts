// A line of a bill in words: the same code for the screen, the paper and every language.
import { formatAmount, formatDate, formatDayMonth, formatMoney, formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { periodOf, previousPeriod } from '#server/kernel/period.ts'
import { addDecimal, compareDecimal, decimalOf, multiplyDecimal } from '#server/kernel/quantity.ts'
import { againSteps, commonInWords, commonSteps } from '#server/billing/joint/rules.ts'
import { monthDifference, monthNow, netOfDays, partsServed, seasonMonths } from '#server/billing/heat/rules.ts'
import { correctedNow, daysOf, inputsOf, partDays, partValues, recomputeLine, stepsOf, withVatOn, type Amount, type Step } from '#server/billing/charges/rules.ts'
import { accrued, stagesOf } from '#server/billing/penalties/rules.ts'
import type { BillLine, Finding, HeatLine, HeatMonth, HeatPrice, PenaltyPart, PenaltyTerms, PriceItem, QuantityOf, VolumeMonth } from '#server/billing/schema.ts'

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

export function serviceName(item: Pick<PriceItem, 'service' | 'heat' | 'by'>, say: Say): string {
  const name = say(`billing.services.${item.service}`)
  const named = item.heat?.mode === 'COMMON' || item.by ? say('billing.heat.commonName', { service: name }) : name
  return item.heat?.mode === 'RECALC' ? say('billing.heat.recalcName', { service: named }) : named
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
  const { service, day, unitKind, unit, kind, kinds, price, limit, common } = finding
  const flat = unitKind === undefined ? '' : say(`identity.unit.${unitKind}`, { number: unit })
  const which = (kind === undefined ? kinds ?? [] : [kind]).map(each => say(`billing.kinds.${each}`)).join(', ')
  const name = say(`billing.services.${service}`)
  const named = common ? say('billing.heat.commonName', { service: name }) : name
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
  if (item.heat?.spread) return say('billing.heat.spread', { quantity })
  if (line.parts === undefined) return say('billing.explain.area', { quantity })
  return say('billing.explain.areaDays', { quantity: partValues(line).map(formatNumber).join('; '), days: daysOf(item, line), monthDays: item.monthDays })
}

function shareInWords(item: PriceItem, quantity: string, say: Say): string {
  return say('billing.explain.share', { quantity, area: formatNumber(item.houseArea ?? '0'), volume: formatNumber(item.houseQuantity ?? '0'), unit: unitOf(item, say) })
}

// Persons and accounts of a part of the month say the days after themselves.
function withDays(words: string, { item, line, say }: { item: PriceItem; line: BillLine; say: Say }): string {
  return line.parts === undefined ? words : `${words}, ${say('billing.explain.ofDays', { days: daysOf(item, line), monthDays: item.monthDays })}`
}

function summaryOf(item: PriceItem, line: BillLine, voice: Voice): string {
  const summary = item.heat?.litres === undefined ? quantities[item.of](item, line, voice.say) : voice.say('billing.heat.personDays', { count: Number(partDays(line.parts ?? [])) })
  const span = spanOf(item, voice)
  return span === null ? summary : `${summary}, ${span}`
}

// A month with more than one price says from when until when each holds.
function spanOf({ from, to }: PriceItem, { say, locale }: Voice): string | null {
  return from === undefined || to === undefined ? null : say('billing.explain.span', { from: formatDayMonth(from, locale), to: formatDayMonth(to, locale) })
}

const quantities: Record<QuantityOf, (item: PriceItem, line: BillLine, say: Say) => string> = {
  AREA: areaInWords,
  PERSONS: (item, line, say) => withDays(partValues(line).length > 1 ? say('billing.explain.peopleChanged', { people: partValues(line).map(formatNumber).join('; ') }) : say('billing.explain.people', { count: Number(line.quantity) }), { item, line, say }),
  ONE: (item, line, say) => withDays(say('billing.explain.fixed'), { item, line, say }),
  PENALTY: (_, line, say) => say('billing.explain.penalty', { count: Number(line.quantity) }),
  RECALC: (_, line, say) => say('billing.heat.recalc', { count: Number(line.quantity) }),
  SHARE: (item, line, say) => item.by ? commonInWords(item, line, say) : shareInWords(item, formatNumber(line.quantity), say),
  VOLUME: (item, line, say) => say(item.perPerson ? 'billing.explain.quantityPeople' : 'billing.explain.quantity', { quantity: formatNumber(line.quantity), unit: unitOf(item, say), count: line.people ?? 1 }),
}

function stepsInWords(item: PriceItem, line: BillLine, voice: Voice): ExplainedStep[] {
  const { say } = voice
  if (item.of === 'RECALC') return recalculatedSteps(line, voice)
  if (item.by) return commonSteps(item, line, say)
  if (item.of === 'SHARE') return shareSteps(item, line, voice)
  if (item.penalty) return penaltySteps(item.penalty, line.penalty ?? [], voice)
  const heat = heatSteps(item, line, voice)
  if (heat !== null) return heat
  if (line.parts !== undefined) return partSteps(item, line.parts, voice)
  const steps = stepsOf(item, inputsOf(line)).map(step => stepInWords(item, step, say))
  if (item.days === item.monthDays) return steps
  return [...steps, { text: say('billing.explain.days', { days: item.days, monthDays: item.monthDays }), value: `× ${item.days} / ${item.monthDays}` }]
}

function stepInWords(item: PriceItem, step: Step, say: Say): ExplainedStep {
  const params = { quantity: formatNumber(step.quantity), unit: unitOf(item, say), price: formatNumber(step.price) }
  const value = formatNumber(step.product)
  if (step.old && item.prepaid) return { text: say('billing.explain.stepPrepaid', { ...params, date: formatDate(item.prepaid.since) }), value }
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

/** Steps that only a heat contract has; null where they are those of any line. */
function heatSteps(item: PriceItem, line: BillLine, voice: Voice): ExplainedStep[] | null {
  if (item.heat?.spread) return spreadSteps(item, line, voice)
  return item.heat?.litres === undefined ? null : hotWaterSteps(item, line, voice)
}

// A month as it was charged, as it is with the acts known now, and the difference.
function monthSteps(month: HeatMonth, { say, locale }: Voice): ExplainedStep[] {
  const name = formatPeriod(month.period, locale)
  const days = partsServed(month).reduce((sum, [, count]) => sum + count, 0)
  const price = formatNumber(month.price)
  const formula = month.spread ? formatAmount(netOfDays(month, month)) : `${formatNumber(partDays(partsServed(month)))} × ${price}${month.monthDays === 1 ? '' : ` / ${month.monthDays}`} = ${formatAmount(netOfDays(month, month))}`
  return [
    { text: say('billing.heat.monthWas', { month: name }), value: formatAmount(BigInt(month.was[0])) },
    { text: say('billing.heat.monthNow', { month: name, count: days }), value: formula },
    { text: say('billing.heat.monthDifference', { month: name }), value: formatAmount(monthDifference(month).net) },
    ...(month.vatBp === 0 ? [] : [{ text: say('billing.heat.monthVat', { percent: vatPercent(month.vatBp) }), value: `${formatAmount(monthNow(month).vat)} − ${formatAmount(BigInt(month.was[1]))}` }]),
  ]
}

// Each month that the line recalculates, by what has changed in it.
function recalculatedSteps({ volumes, shares, heat }: BillLine, voice: Voice): ExplainedStep[] {
  if (shares !== undefined) return shares.flatMap(month => againSteps(month, voice))
  return volumes === undefined ? (heat?.months ?? []).flatMap(month => monthSteps(month, voice)) : volumes.flatMap(month => correctedSteps(month, voice))
}

// A month as its bill charged it, as it is with the corrected volume, and the difference.
function correctedSteps(month: VolumeMonth, { say, locale }: Voice): ExplainedStep[] {
  const [name, unit, now] = [formatPeriod(month.period, locale), say(`billing.units.${month.unit}`), correctedNow(month)]
  const [net, vat] = [BigInt(month.was[0]), BigInt(month.was[1])]
  return [
    { text: say('billing.correction.was', { month: name, quantity: formatNumber(month.quantity), unit }), value: formatAmount(net) },
    { text: say('billing.correction.now', { month: name, quantity: formatNumber(addDecimal(month.quantity, month.difference)), unit }), value: formatAmount(now.net) },
    { text: say('billing.heat.monthDifference', { month: name }), value: formatAmount(now.net - net) },
    ...(month.vatBp === 0 ? [] : [{ text: say('billing.heat.monthVat', { percent: vatPercent(month.vatBp) }), value: `${formatAmount(now.vat)} − ${formatAmount(vat)}` }]),
  ]
}

function spreadSteps(item: PriceItem, line: BillLine, { say }: Voice): ExplainedStep[] {
  const [span] = line.heat?.spans ?? []
  if (!span) return []
  const months = formatNumber(decimalOf(seasonMonths({ from: span[1], to: span[2] }, line.heat?.off ?? []), 4))
  const part = item.days === item.monthDays ? '' : ` × ${item.days} / ${item.monthDays}`
  return [
    { text: say('billing.heat.seasonMonths', { from: formatDate(span[1]), to: formatDate(span[2]) }), value: months },
    { text: say('billing.heat.spreadStep'), value: `${formatNumber(line.quantity)} × ${formatNumber(item.prices[0] ?? '0')} × ${months} / 12${part}` },
  ]
}

function hotWaterSteps(item: PriceItem, { parts = [] }: BillLine, { say }: Voice): ExplainedStep[] {
  const { litres = '0', gcalPerM3, perUnit = '0' } = item.heat ?? {}
  const cubic = formatNumber(multiplyDecimal(multiplyDecimal(partDays(parts), litres), '0.001'))
  const byHeat = gcalPerM3 === undefined ? '' : `${formatNumber(gcalPerM3)} × `
  return [
    ...parts.map(([people, count]) => ({ text: say('billing.explain.partPeople', { people, count }), value: formatNumber(multiplyDecimal(people, String(count))) })),
    { text: say('billing.heat.normStep', { litres: formatNumber(litres) }), value: `${formatNumber(partDays(parts))} × ${formatNumber(litres)} / 1000 = ${cubic}` },
    { text: say(byHeat === '' ? 'billing.heat.cubicStep' : 'billing.heat.gcalStep', { gcal: formatNumber(gcalPerM3 ?? '0') }), value: `${cubic} × ${byHeat}${formatNumber(perUnit)}` },
  ]
}

// The contract, the days, the acts that took days off, the meters: what the line itself carries.
function heatNotes(item: PriceItem, { heat }: BillLine, voice: Voice): string[] {
  if (!item.heat || !heat) return []
  const { say, locale } = voice
  const spans = item.of === 'AREA' && !item.heat.spread ? heat.spans ?? [] : []
  return [
    ...(heat.contract === undefined ? [] : [say('billing.heat.contract', { number: heat.contract })]),
    ...spans.map(([, from, to]) => say('billing.heat.heated', { from: formatDayMonth(from, locale), to: formatDayMonth(to, locale) })),
    ...actsInWords(heat, say), ...metersInWords(item.heat, heat, voice),
    ...(item.heat.house === undefined ? [] : [say(item.heat.mode === 'COMMON' ? 'billing.heat.houseCommon' : 'billing.heat.houseApart', houseFigures(item))]),
  ]
}

function sinceInWords({ earlier, heat }: PriceItem, { say, locale }: Voice): string[] {
  const since = earlier?.since ?? heat?.since
  return since === undefined ? [] : [say('billing.common.since', { month: formatPeriod(since, locale) })]
}

function actsInWords({ off = [], months = [] }: HeatLine, say: Say): string[] {
  const acts = [...off, ...months.flatMap(each => each.off)]
  const undone = months.flatMap(each => each.undone ?? []).map(([act, from, to, by]) => say('billing.heat.undone', { from: formatDate(from), to: formatDate(to), act, by }))
  return [...new Set([...acts.map(([act, from, to]) => say('billing.heat.off', { from: formatDate(from), to: formatDate(to), act })), ...undone])]
}

function metersInWords({ mode }: HeatPrice, { meters = [] }: HeatLine, { say, locale }: Voice): string[] {
  if (mode !== 'BY_FLAT_METER') return []
  return meters.map(([serial, from, to, used]) => say(used === null ? 'billing.heat.meterSilent' : 'billing.heat.meter', { serial, from: formatDayMonth(from, locale), to: formatDayMonth(to, locale), used: formatNumber(used ?? '0') }))
}

function houseFigures({ heat, houseQuantity }: PriceItem): Record<string, string> {
  const figure = (value: string | null | undefined) => formatNumber(value ?? '0')
  return { house: figure(heat?.house), apart: figure(heat?.apart), flats: figure(heat?.flats), left: figure(houseQuantity) }
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

function notesOf(item: PriceItem, line: BillLine, voice: Voice): string[] {
  const { say, locale, currency } = voice
  const notes: string[] = [...heatNotes(item, line, voice), ...sinceInWords(item, voice), ...prepaidInWords(item, line, voice)]
  if (item.index) {
    notes.push(say('billing.explain.index', {
      multiple: formatNumber(item.index.multiple), value: formatMoney(BigInt(item.index.value) * 100n, currency, locale), price: formatNumber(item.prices[0] ?? '0') }))
  }
  // What is made up of several meters may be estimated in one of them only.
  const part = item.volumeAt.length > 1 ? 'Part' : ''
  if (line.source === 'AVERAGE') notes.push(say(`billing.line.average${part}`))
  if (line.source === 'NORM') notes.push(say(`billing.line.norm${part}`))
  if (line.before !== undefined && compareDecimal(line.before, '0') > 0) {
    notes.push(say('billing.line.before', { quantity: formatNumber(line.before), unit: unitOf(item, say) }))
  }
  if (item.penalty) notes.push(say('billing.explain.penaltyNote'))
  if (line.extra === 1) notes.push(say('billing.explain.extra'))
  return notes
}

function prepaidInWords(item: PriceItem, { prepaid }: BillLine, { say, locale }: Voice): string[] {
  if (!item.prepaid || prepaid === undefined) return []
  const { price, norm, since, months, source, verified } = item.prepaid
  return [
    say('billing.explain.prepaid', { date: formatDate(since), left: formatNumber(prepaid.left), norm: formatNumber(norm), unit: unitOf(item, say), months }),
    say('billing.explain.prepaidFrom', {
      advance: formatAmount(BigInt(prepaid.advance)), part: formatAmount(BigInt(prepaid.part)), whole: formatAmount(BigInt(prepaid.whole)), month: formatPeriod(previousPeriod(periodOf(since)), locale),
      price: formatNumber(withVatOn(price, item.vatBp)), volume: formatNumber(addDecimal(prepaid.left, prepaid.used)), used: formatNumber(prepaid.used), unit: unitOf(item, say) }),
    say(verified ? 'billing.explain.prepaidSource' : 'billing.explain.prepaidUnverified', { source }),
  ]
}
