import { describe, expect, it } from 'vitest'
import { correctedSum, isBeyondTiers, recompute, stepsOf, withVat } from '#server/billing/charges/rules.ts'
import { flatPrice, makeItem } from '#test/support/prices.ts'

const inputs = (quantity: string, people = 1) => ({ quantity, people, extra: false })

describe('cold water of Kazakhstan: four groups per person (kazakhstan.md 4.7)', () => {
  it('charges two persons and 11 m³ as 12.3 times the base', () => {
    expect(recompute(makeItem(), inputs('11', 2)).net).toBe(113_111n)
  })
  it('shows the tiers unrounded (settled 8)', () => {
    expect(stepsOf(makeItem(), inputs('11', 2)).map(step => [step.quantity, step.price, step.product])).toEqual([
      ['6', '91.96', '551.76'], ['4', '110.352', '441.408'], ['1', '137.94', '137.94']])
  })
  it.each([['4', 1, 38_623n], ['12', 3, 115_870n]])('charges %s m³ for %i persons', (quantity, people, net) => {
    expect(recompute(makeItem(), inputs(quantity, people)).net).toBe(net)
  })
  it('charges nothing for nothing', () => {
    expect(stepsOf(makeItem(), inputs('0')).map(step => step.product)).toEqual(['0'])
    expect(recompute(makeItem(), inputs('0'))).toEqual({ net: 0n, vat: 0n })
  })
})

describe('electricity of Uzbekistan: blocks of a month (uzbekistan.md 6, AT-UZ-31)', () => {
  const blocks = makeItem({ perPerson: false, upTo: ['200', '500', '1000'], prices: ['600', '800', '1000'], vatBp: 0, vatMode: 'INCLUDED', unit: 'kWh' })
  it.each([['180', 10_800_000n], ['200', 12_000_000n], ['201', 12_080_000n], ['640', 50_000_000n]])('charges %s kWh', (quantity, net) => {
    expect(recompute(blocks, inputs(quantity))).toEqual({ net, vat: 0n })
  })
  it('knows that nothing is published above the last block', () => {
    expect(isBeyondTiers(blocks, inputs('1000'))).toBe(false)
    expect(isBeyondTiers(blocks, inputs('1000.001'))).toBe(true)
    expect(isBeyondTiers(makeItem(), inputs('100000'))).toBe(false)
  })
})

describe('a volume paid ahead of a rise (AT-UZ-32)', () => {
  const prepaid = { price: '450', norm: '200', since: '2025-05-01', months: 2, source: 'test', verified: false }
  const blocks = makeItem({ perPerson: false, upTo: ['200', '500', '1000'], prices: ['600', '800', '1000'], vatBp: 0, vatMode: 'INCLUDED', unit: 'kWh', prepaid })
  it.each([['300', '300', 17_000_000n], ['180', '300', 8_100_000n], ['200', '50', 11_250_000n], ['640', '640', 47_000_000n], ['0', '300', 0n], ['300', undefined, 20_000_000n]])('%s kWh of %s prepaid', (quantity, left, net) => {
    expect(recompute(blocks, { ...inputs(quantity), ...(left === undefined ? {} : { prepaid: left }) }).net).toBe(net)
  })
  it('is the old price also where the reading is corrected later: no more than what was left then', () => {
    const month = { ...blocks, period: '2025-05', people: 1, quantity: '100', left: '150', was: ['4500000', '0'] as const }
    // 150 at 450 and 30 at 600 instead of 100 at 450; corrected down, 40 at 450.
    expect(correctedSum([{ ...month, difference: '80' }])).toEqual({ net: 4_050_000n, vat: 0n })
    expect(correctedSum([{ ...month, difference: '-60' }])).toEqual({ net: -2_700_000n, vat: 0n })
  })
})

describe('heat per m² for the days served (AT-UZ-19)', () => {
  it('charges 13 of 30 days, rounded once, half up', () => {
    expect(recompute(flatPrice(['1852.64'], { of: 'AREA', days: 13, monthDays: 30, vatBp: 0 }), inputs('54.60')).net).toBe(4_383_346n)
  })
})

describe('contributions and waste', () => {
  it.each([['4325', '21.625', 129_750n], ['3932', '19.66', 117_960n]])('savings of 60 m² at MRP %s (kazakhstan.md 7.18)', (_mrp, price, net) => {
    expect(recompute(flatPrice([price], { of: 'AREA', vatBp: 0 }), inputs('60')).net).toBe(net)
  })
  it.each([['heat by m², 394.37 × 42.8', 'AREA', '394.37', '42.8', 1_687_904n], ['hot water without a meter, 2,247.98 × 2', 'PERSONS', '2247.98', '2', 449_596n]] as const)('%s (kazakhstan.md 4.7)', (_what, of, price, quantity, net) => {
    expect(recompute(flatPrice([price], { of, vatBp: 0 }), inputs(quantity)).net).toBe(net)
  })
  it('waste 619.64 with VAT 16 % is 718.78 (kazakhstan.md 7.22)', () => {
    const { net, vat } = recompute(flatPrice(['619.64'], { of: 'PERSONS' }), inputs('1'))
    expect(net + vat).toBe(71_878n)
  })
  it('with VAT 12 % of 2025 it was 694.00', () => {
    const { net, vat } = recompute(flatPrice(['619.64'], { of: 'PERSONS', vatBp: 1200 }), inputs('1'))
    expect(net + vat).toBe(69_400n)
  })
})

describe('what is common to the house', () => {
  // 400.5 kWh of the house less 381 of its flats: 19.5 × 28.55 = 556.725, 556.73; a flat of 45.3 of 180.9 m².
  const item = flatPrice(['28.55'], { of: 'SHARE', by: 'AREA', houseQuantity: '400.5', vatBp: 0 })
  const own = { quantity: '45.3', people: 1, extra: false, common: { flats: '381', all: '180.9' } }
  it.each([[{}, 13_941n], [{ extra: true }, 13_942n], [{ common: { flats: '400.5', all: '180.9' } }, 0n], [{ common: { flats: '500', all: '180.9' } }, 0n]])('a flat’s part of the house’s sum, rounded once: %o', (change, net) => {
    expect(recompute(item, { ...own, ...change }).net).toBe(net)
  })
  it('takes its days of the month where the price changed', () => {
    // 556.725 × 10 / 31 = 179.589, 179.59.
    expect(recompute({ ...item, days: 10 }, { ...own, quantity: '180.9' }).net).toBe(17_959n)
  })
})

describe('VAT and shares', () => {
  it('rounds VAT once, half up', () => {
    expect(withVat(50n, 1500)).toEqual({ net: 50n, vat: 8n })
    expect(withVat(30n, 1500)).toEqual({ net: 30n, vat: 5n })
  })
  it('cuts a share down and adds the unit that the division gave to this flat', () => {
    const share = flatPrice(['7364.88'], { of: 'SHARE', houseNet: '100', houseArea: '3', houseQuantity: '1', vatBp: 0 })
    expect(recompute(share, { quantity: '1', people: 1, extra: false }).net).toBe(33n)
    expect(recompute(share, { quantity: '1', people: 1, extra: true }).net).toBe(34n)
  })
})
