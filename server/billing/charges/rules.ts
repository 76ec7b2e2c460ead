// The one arithmetic of a bill line, used by the run's check, the explanation on the screen and the tests.
// app.compute_bills does the same in SQL for whole houses; a property test holds the two together.
import { roundRational } from '#server/kernel/money.ts'
import { addDecimal, compareDecimal, decimalOf, multiplyDecimal, subtractDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { commonPart, dividedAgain } from '#server/billing/joint/rules.ts'
import { netOfDays, recalculatedSum } from '#server/billing/heat/rules.ts'
import { penaltyOf } from '#server/billing/penalties/rules.ts'
import type { BillLine, PrepaidSums, PriceItem, VolumeMonth } from '#server/billing/schema.ts'

/** A tier as the line met it: so much of the quantity at that price; the product is exact, not rounded (settled 8). `old`: at the price before a rise. */
export type Step = { readonly old?: true; readonly from: Decimal; readonly to: Decimal | null; readonly quantity: Decimal; readonly price: Decimal; readonly product: Decimal }

export type Amount = { readonly net: bigint; readonly vat: bigint }

/** What the line's own inputs are; the rest is in the price. */
export type Inputs = { readonly quantity: Decimal; readonly people: number; readonly extra: boolean; readonly prepaid?: Decimal; readonly parts?: BillLine['parts']; readonly penalty?: BillLine['penalty']; readonly heat?: BillLine['heat']; readonly common?: BillLine['common']; readonly volumes?: BillLine['volumes']; readonly shares?: BillLine['shares'] }

export function inputsOf(line: BillLine): Inputs {
  return { quantity: line.quantity, people: line.people ?? 1, extra: line.extra === 1, ...(line.prepaid === undefined ? {} : { prepaid: line.prepaid.left }), parts: line.parts, penalty: line.penalty, ...(line.heat === undefined ? {} : { heat: line.heat }), ...(line.common === undefined ? {} : { common: line.common }), ...(line.volumes === undefined ? {} : { volumes: line.volumes }), ...(line.shares === undefined ? {} : { shares: line.shares }) }
}

/** Days that a line was charged for: those of its price, or fewer. */
export function daysOf(item: Pick<PriceItem, 'days'>, { parts }: Pick<BillLine, 'parts'>): number {
  return parts === undefined ? item.days : parts.reduce((sum, [, days]) => sum + days, 0)
}

/** Square metres, persons or one account times days: exact, so that the parts of a month make the whole month. */
export function partDays(parts: NonNullable<BillLine['parts']>): Decimal {
  return parts.reduce((sum, [many, days]) => addDecimal(sum, multiplyDecimal(many, String(days))), '0')
}

/** What a line was charged by in the parts of its month, each once, in the order in which it came. */
export function partValues({ parts, quantity }: Pick<BillLine, 'parts' | 'quantity'>): readonly string[] {
  return parts === undefined ? [quantity] : [...new Set(parts.map(([many]) => many))]
}

/** A quantity cut by the limits of the tiers; only tiers that got something, or the first when nothing was used. */
export function stepsOf(item: Pick<PriceItem, 'prices' | 'upTo' | 'perPerson' | 'prepaid'>, inputs: Pick<Inputs, 'quantity' | 'people' | 'prepaid'>): Step[] {
  const [first, ...rest] = tiersOf(item, inputs)
  const old = prepaidPart(item, inputs)
  if (!first || !item.prepaid || old === '0') return first ? [first, ...rest] : []
  const left = subtractDecimal(first.quantity, old)
  return [{ ...first, old: true, quantity: old, price: item.prepaid.price, product: multiplyDecimal(old, item.prepaid.price) },
    ...(left === '0' ? [] : [{ ...first, from: old, quantity: left, product: multiplyDecimal(left, first.price) }]), ...rest]
}

/** The service's part of an advance over the price before the rise, with its VAT, to three decimals. */
export function prepaidVolume({ prepaid, vatBp }: Pick<PriceItem, 'prepaid' | 'vatBp'>, { advance, part, whole }: PrepaidSums): Decimal {
  const { numerator, denominator } = toRational(withVatOn(prepaid?.price ?? '0', vatBp))
  return numerator === 0n || whole === '0' ? '0' : decimalOf({ numerator: BigInt(advance) * BigInt(part) * denominator, denominator: BigInt(whole) * numerator * 100n }, 3)
}

/** A price of a unit as it was paid. */
export function withVatOn(price: Decimal, vatBp: number): Decimal {
  return multiplyDecimal(price, decimalOf({ numerator: 10_000n + BigInt(vatBp), denominator: 10_000n }, 4))
}

/** So much of the volume was paid ahead and is within the norm. */
function prepaidPart({ prepaid: price }: Pick<PriceItem, 'prepaid'>, { quantity, prepaid = '0' }: Pick<Inputs, 'quantity' | 'prepaid'>): Decimal {
  if (!price) return '0'
  return [prepaid, price.norm].reduce((least, each) => (compareDecimal(each, least) < 0 ? each : least), quantity)
}

function tiersOf(item: Pick<PriceItem, 'prices' | 'upTo' | 'perPerson'>, { quantity, people }: Pick<Inputs, 'quantity' | 'people'>): Step[] {
  const times = item.perPerson ? String(people) : '1'
  const steps: Step[] = []
  let from: Decimal = '0'
  for (const [index, price] of item.prices.entries()) {
    const limit = item.upTo[index]
    const to = limit === undefined ? null : multiplyDecimal(limit, times)
    const upper = to === null || compareDecimal(quantity, to) < 0 ? quantity : to
    if (index === 0 || compareDecimal(upper, from) > 0) {
      const part = subtractDecimal(upper, from)
      steps.push({ from, to, quantity: part, price, product: multiplyDecimal(part, price) })
    }
    if (to === null || compareDecimal(quantity, to) <= 0) break
    from = to
  }
  return steps
}

/** True when the tiers end below the quantity: no price is published for the rest (settled 9). */
export function isBeyondTiers(item: PriceItem, { quantity, people }: Inputs): boolean {
  const last = item.upTo[item.prices.length - 1]
  return last !== undefined && compareDecimal(quantity, multiplyDecimal(last, item.perPerson ? String(people) : '1')) > 0
}

/** The line's amount from its inputs and its price: rounded once half up, then VAT on it, rounded once half up. */
export function recompute(item: PriceItem, inputs: Inputs, days: { days: number; monthDays: number } = item): Amount {
  // Each month that is recalculated keeps the rate it was billed with.
  if (item.of === 'RECALC') return recalculated(inputs)
  return withVat(netOf(item, inputs, days), item.vatBp)
}

function recalculated({ volumes, shares, heat }: Inputs): Amount {
  if (shares !== undefined) return dividedAgain(shares)
  return volumes === undefined ? recalculatedSum(heat ?? {}) : correctedSum(volumes)
}

function netOf(item: PriceItem, inputs: Inputs, days: { days: number; monthDays: number }): bigint {
  if (item.by) return commonPart(item, inputs, inputs.extra)
  if (item.of === 'SHARE') return shareOf(item, inputs)
  if (item.penalty) return penaltyOf(item.penalty, inputs.penalty ?? [])
  if (item.heat?.spread && inputs.heat) return spreadOf(item, inputs.heat)
  if (inputs.parts === undefined) return priceOfSteps(stepsOf(item, inputs), days)
  return priceOfSteps(stepsOf(item, { ...inputs, quantity: partDays(inputs.parts) }), { days: 1, monthDays: item.monthDays })
}

function spreadOf({ prices, days, monthDays }: PriceItem, { spans = [], off = [] }: NonNullable<BillLine['heat']>): bigint {
  return netOfDays({ price: prices[0] ?? '0', days, monthDays, spread: true }, { spans, off })
}

export function recomputeLine(item: PriceItem, line: BillLine): Amount {
  return recompute(item, inputsOf(line))
}

/** True when what is printed is what the inputs give. */
export function isExact(item: PriceItem, line: BillLine): boolean {
  const amount = recomputeLine(item, line)
  return String(amount.net) === line.net && String(amount.vat) === line.vat && (line.prepaid === undefined || addDecimal(line.prepaid.left, line.prepaid.used) === prepaidVolume(item, line.prepaid))
}

/** What a month that was billed would have been with the volume as it is now. */
export function correctedNow(month: VolumeMonth): Amount {
  return withVat(priceOfSteps(stepsOf(month, { quantity: addDecimal(month.quantity, month.difference), people: month.people, ...(month.left === undefined ? {} : { prepaid: month.left }) }), month), month.vatBp)
}

export function correctedSum(months: readonly VolumeMonth[]): Amount {
  return months.reduce<Amount>((sum, month) => {
    const now = correctedNow(month)
    return { net: sum.net + now.net - BigInt(month.was[0]), vat: sum.vat + now.vat - BigInt(month.was[1]) }
  }, { net: 0n, vat: 0n })
}

export function withVat(net: bigint, vatBp: number): Amount {
  return { net, vat: roundRational(net * BigInt(vatBp), 10_000n, 'HALF_UP') }
}

function priceOfSteps(steps: readonly Step[], { days, monthDays }: { days: number; monthDays: number }): bigint {
  const base = steps.reduce((sum, step) => addDecimal(sum, step.product), '0')
  const { numerator, denominator } = toRational(base)
  return roundRational(numerator * 100n * BigInt(days), denominator * BigInt(monthDays), 'HALF_UP')
}

// The house's amount divided by area with the largest remainder: each part is cut down, and the flats with the
// largest remainders get one minor unit more.
function shareOf(item: PriceItem, { quantity, extra }: Inputs): bigint {
  const own = toRational(quantity)
  const all = toRational(item.houseArea ?? '0')
  if (all.numerator === 0n) return 0n
  const part = roundRational(BigInt(item.houseNet ?? '0') * own.numerator * all.denominator, own.denominator * all.numerator, 'DOWN')
  return part + (extra ? 1n : 0n)
}

/** The price of a line of a bill. A line without its price is a bug, not a case. */
export function itemOf(items: readonly PriceItem[], line: BillLine): PriceItem {
  const item = items.find(each => each.key === line.key)
  if (!item) throw new Error(`the run has no price ${line.key}`)
  return item
}
