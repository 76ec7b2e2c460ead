// What the house's meter saw and no flat: how much it costs, whose part it is, and the same in words.
import { formatAmount, formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { roundRational } from '#server/kernel/money.ts'
import { compareDecimal, decimalOf, multiplyDecimal, subtractDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import type { BillLine, PriceItem, ShareMonth } from '#server/billing/schema.ts'

type Own = Pick<BillLine, 'quantity' | 'common'>
type Price = Pick<PriceItem, 'houseQuantity' | 'prices' | 'days' | 'monthDays'>
type Say = (key: string, params?: Record<string, unknown>) => string

/** What is left to share; never below zero. */
function commonVolume({ houseQuantity }: Pick<PriceItem, 'houseQuantity'>, { common }: Own): Decimal {
  const left = subtractDecimal(houseQuantity ?? '0', common?.flats ?? '0')
  return compareDecimal(left, '0') < 0 ? '0' : left
}

/** The house's sum, rounded once half up; of a part of the month by the days of its price. */
export function commonNet(item: Price, own: Own): bigint {
  const { numerator, denominator } = toRational(multiplyDecimal(commonVolume(item, own), item.prices[0] ?? '0'))
  return roundRational(numerator * 100n * BigInt(item.days), denominator * BigInt(item.monthDays))
}

/** The part of one account, cut down, and the minor unit that the division gave to it. */
export function commonPart(item: Price, own: Own, extra: boolean): bigint {
  const [weight, all] = [toRational(own.quantity), toRational(own.common?.all ?? '0')]
  if (all.numerator === 0n) return 0n
  return roundRational(commonNet(item, own) * weight.numerator * all.denominator, weight.denominator * all.numerator, 'DOWN') + (extra ? 1n : 0n)
}

/** The part of one account of a month that is divided again, as it is now. */
export function shareNow({ house, price, days, monthDays, weight, flats, all, extra, vatBp }: ShareMonth): { net: bigint; vat: bigint } {
  const net = commonPart({ houseQuantity: house, prices: [price], days, monthDays }, { quantity: weight, common: { flats, all } }, extra === 1)
  return { net, vat: roundRational(net * BigInt(vatBp), 10_000n) }
}

/** What is charged more, or given back, for these months. */
export function dividedAgain(months: readonly ShareMonth[]): { net: bigint; vat: bigint } {
  return months.reduce((sum, month) => {
    const now = shareNow(month)
    return { net: sum.net + now.net - BigInt(month.was[0]), vat: sum.vat + now.vat - BigInt(month.was[1]) }
  }, { net: 0n, vat: 0n })
}

export function commonInWords(item: PriceItem, line: BillLine, say: Say): string {
  return say(`billing.common.${item.by ?? 'AREA'}`, { volume: formatNumber(commonVolume(item, line)), unit: say(`billing.units.${item.unit}`), quantity: formatNumber(line.quantity), all: formatNumber(line.common?.all ?? '0') })
}

/** House less flats, at the price, on the days of the price, divided. */
export function commonSteps(item: PriceItem, line: BillLine, say: Say): { readonly text: string; readonly value: string }[] {
  const [unit, left, house] = [say(`billing.units.${item.unit}`), formatNumber(commonVolume(item, line)), formatNumber(item.houseQuantity ?? '0')]
  const flats = formatNumber(line.common?.flats ?? '0')
  const [net, price] = [formatAmount(commonNet(item, line)), formatNumber(item.prices[0] ?? '0')]
  const days = item.days === item.monthDays ? [] : [{ text: say('billing.explain.days', { days: item.days, monthDays: item.monthDays }), value: net }]
  return [
    { text: say('billing.common.left', { house, flats, unit }), value: `${house} − ${flats} = ${left}` },
    { text: say('billing.explain.houseStep', { quantity: left, unit, price }), value: days.length === 0 ? net : '' }, ...days,
    { text: say('billing.explain.shareStep', { total: net, quantity: formatNumber(line.quantity), area: formatNumber(line.common?.all ?? '0') }), value: formatAmount(BigInt(line.net)) },
  ]
}

/** A month as it was charged, what is common of it by the corrected readings, the part now, and the difference. */
export function againSteps(month: ShareMonth, { say, locale }: { readonly say: Say; readonly locale: Locale }): { readonly text: string; readonly value: string }[] {
  const [name, unit, now] = [formatPeriod(month.period, locale), say(`billing.units.${month.unit}`), shareNow(month)]
  const price = { houseQuantity: month.house, prices: [month.price], days: month.days, monthDays: month.monthDays }
  const own = { quantity: month.weight, common: { flats: month.flats, all: month.all } }
  const [left, house, flats] = [commonVolume(price, own), formatNumber(month.house), formatNumber(month.flats)]
  const [was, wasVat] = [BigInt(month.was[0]), BigInt(month.was[1])]
  const of = month.days === month.monthDays ? '' : ` × ${month.days} / ${month.monthDays}`
  return [
    { text: say('billing.heat.monthWas', { month: name }), value: formatAmount(was) },
    { text: say('billing.correction.shared', { month: name, house, flats, unit }), value: compareDecimal(month.house, month.flats) < 0 ? '0' : `${house} − ${flats} = ${formatNumber(left)}` },
    { text: say('billing.explain.houseStep', { quantity: formatNumber(left), unit, price: `${formatNumber(month.price)}${of}` }), value: formatAmount(commonNet(price, own)) },
    { text: say('billing.explain.shareStep', { total: formatAmount(commonNet(price, own)), quantity: formatNumber(month.weight), area: formatNumber(month.all) }), value: formatAmount(now.net) },
    { text: say('billing.heat.monthDifference', { month: name }), value: formatAmount(now.net - was) },
    ...(month.vatBp === 0 ? [] : [{ text: say('billing.heat.monthVat', { percent: formatNumber(decimalOf({ numerator: BigInt(month.vatBp), denominator: 100n }, 2)) }), value: `${formatAmount(now.vat)} − ${formatAmount(wasVat)}` }]),
  ]
}
