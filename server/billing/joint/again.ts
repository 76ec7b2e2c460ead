// What a house shared in a month that is billed, divided again because a reading was corrected since: of its own meter, or of a flat by
// which it was divided. Each account's part as it is now, at the price and by the weights of that month, less what was charged for it so far.
import 'server-only'
import { roundRational } from '#server/kernel/money.ts'
import { addDecimal, multiplyDecimal, toRational, type Decimal } from '#server/kernel/quantity.ts'
import { divide } from '#server/billing/heat/rules.ts'
import type { PriceItem, ShareMonth } from '#server/billing/schema.ts'
import { commonNet, dividedAgain } from './rules.ts'

/** As app.shared_again gives it. */
export type SharedAgain = {
  readonly period: string
  readonly item: PriceItem
  /** Of heat by contract: days of all prices of the month by which the volume was divided. */
  readonly served: number
  /** By how much more the house's meter saw, and the flats' did. */
  readonly house: Decimal
  readonly flats: Decimal
  /** What own meters took then, where the lines say it. */
  readonly taken: Decimal | null
  /** In the order in which the last minor units fall; what bills have charged so far. */
  readonly shares: readonly { readonly accountId: string; readonly premisesId: string; readonly open: boolean; readonly weight: Decimal; readonly net: string | number; readonly vat: string | number }[]
}

export type FoundShare = { readonly accountId: string; readonly open: boolean; readonly item: PriceItem; readonly month: ShareMonth }

/** Only accounts whose part has changed. */
export function sharesAgain(facts: readonly SharedAgain[]): FoundShare[] {
  return facts.flatMap(each => {
    const { item, shares, period } = each
    const price = pricedBy(each)
    const all = shares.reduce<Decimal>((sum, share) => addDecimal(sum, share.weight), '0')
    const parts = divide(commonNet({ houseQuantity: price.house, prices: [price.price], days: price.days, monthDays: price.monthDays }, { quantity: '0', common: { flats: price.flats, all } }), shares.map(share => thousandths(share.weight)))
    return shares.flatMap((share, index) => {
      const month: ShareMonth = {
        period, key: item.key, unit: item.unit, by: item.by ?? 'AREA', ...price, vatBp: item.vatBp, weight: share.weight, all, ...(parts[index]?.extra ? { extra: 1 as const } : {}), was: [String(share.net), String(share.vat)],
      }
      const { net, vat } = dividedAgain([month])
      return net === 0n && vat === 0n ? [] : [{ accountId: share.accountId, open: share.open, item: { ...item, by: month.by }, month }]
    })
  })
}

// What is common says its volumes itself; heat by contract keeps them beside the price; a share of the house's meter has nothing taken off.
function pricedBy({ item, house, flats, taken, served }: SharedAgain): Pick<ShareMonth, 'house' | 'flats' | 'price' | 'days' | 'monthDays'> {
  const [saw, less] = item.heat === undefined ? [item.houseQuantity, taken] : [item.heat.house, addDecimal(item.heat.apart ?? '0', item.heat.flats ?? '0')]
  return { house: addDecimal(saw ?? '0', house), flats: addDecimal(less ?? '0', flats), price: item.prices[0] ?? '0', days: item.days, monthDays: item.heat === undefined ? item.houseDays ?? item.monthDays : served }
}

function thousandths(weight: Decimal): bigint {
  const { numerator, denominator } = toRational(multiplyDecimal(weight, '1000'))
  return roundRational(numerator, denominator)
}
