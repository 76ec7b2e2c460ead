import type { BillLine, PriceItem, PricePlan } from '#server/billing/schema.ts'

/** A price of a run; cold water of Almaty in 2025 unless told. */
export function makeItem(change: Partial<PriceItem> = {}): PriceItem {
  return {
    key: 'COLD_WATER', service: 'COLD_WATER', fund: 'UTILITIES', of: 'VOLUME', volumeAt: [1], unit: 'm3',
    upTo: ['3', '5', '10'], prices: ['91.96', '110.352', '137.94', '183.92'], perPerson: true, kinds: ['APARTMENT'], stove: null, metered: null,
    days: 31, monthDays: 31, vatBp: 1600, vatMode: 'NET', houseNet: null, houseQuantity: null, houseArea: null, tariffId: null, actId: null,
    source: 'test', validFrom: '2025-02-01', demonstration: false, verified: true, index: null, ...change,
  }
}

export const flatPrice = (prices: string[], change: Partial<PriceItem> = {}): PriceItem => makeItem({ upTo: [], prices, perPerson: false, ...change })

export function makeLine(quantity: string, change: Partial<BillLine> = {}): BillLine {
  return { key: 'COLD_WATER', quantity, net: '0', vat: '0', ...change }
}

export function planOf(items: PriceItem[], volumes: string[] = ['COLD_WATER']): PricePlan {
  return { items, volumes: volumes.map(service => ({ service, norm: null })) }
}
