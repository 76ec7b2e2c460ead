import { describe, expect, test } from 'vitest'
import { coveredParts, dueDates, ownersTotal, percentText, programmeLife, savingsContribution, splitByArea, splitInstalments, sumEstimate, weightOf } from '#server/repairs/rules.ts'

describe('owners\' 30 % of an estimate (uzbekistan.md 2.7.1, vector)', () => {
  const areas = [{ premisesId: 'a', areaM2: '45.3' }, { premisesId: 'b', areaM2: '62.1' }, { premisesId: 'c', areaM2: '30' }]
  test('30 % of 123 456 789 001 tiyin', () => {
    expect(ownersTotal(123_456_789_001n, '30')).toBe(37_037_036_700n)
    expect(123_456_789_001n - ownersTotal(123_456_789_001n, '30')).toBe(86_419_752_301n)
  })
  test('areas 45.30 / 62.10 / 30.00 m²', () => {
    expect([...splitByArea(37_037_036_700n, areas).values()]).toEqual([12_210_900_746n, 16_739_446_718n, 8_086_689_236n])
  })
  test('12 instalments of 12 211 240: 4 larger, 8 smaller', () => {
    expect(splitInstalments(12_211_240n, 12)).toEqual([...Array<bigint>(4).fill(1_017_604n), ...Array<bigint>(8).fill(1_017_603n)])
  })
  test('100 split 1:1:1 is 34, 33, 33', () => {
    expect([...splitByArea(100n, ['a', 'b', 'c'].map(premisesId => ({ premisesId, areaM2: '50' }))).values()]).toEqual([34n, 33n, 33n])
  })
  test('fewer minor units than instalments: no empty ones', () => {
    expect(splitInstalments(2n, 5)).toEqual([1n, 1n])
  })
})

describe('savings contribution (kazakhstan.md 4.5)', () => {
  test('60 m² in 2026: 60 × 21.625 = 1 297.50', () => {
    expect(savingsContribution('60', '4325', '0.005')).toEqual({ perM2: '21.625', amount: 129_750n })
  })
  test.each([['1982', '9.91'], ['3450', '17.25'], ['3692', '18.46'], ['3932', '19.66']])('MRP %s: %s per m²', (index, perM2) => {
    expect(savingsContribution('1', index, '0.005').perM2).toBe(perM2)
  })
})

describe('estimate', () => {
  const line = { code: '1', name: 'Roof', unit: 'm2', quantity: '12.5', unitPrice: 1_003n }
  test('each line rounds once half up, VAT is a row of its own', () => {
    expect(sumEstimate({ lines: [line, { ...line, quantity: '2' }], vatPercent: '12' }, 'uz')).toMatchObject({ netTotal: 14_544n, vatAmount: 1_745n, total: 16_289n })
  })
  test('a line of nothing is refused', () => {
    expect(() => sumEstimate({ lines: [{ ...line, quantity: '0.0001' , unitPrice: 1n }], vatPercent: '0' }, 'uz')).toThrow('repairs.emptyLine')
  })
})

test('due dates keep their day or the month\'s last one', () => {
  expect(dueDates('2026-11-30', 5)).toEqual(['2026-11-30', '2026-12-30', '2027-01-30', '2027-02-28', '2027-03-30'])
})

test('money covers instalments in their order', () => {
  expect(coveredParts([100n, 100n, 100n], 150n)).toEqual([100n, 50n, 0n])
  expect(coveredParts([100n], 150n)).toEqual([100n])
})

test('percents are cut, not rounded up', () => {
  expect([percentText(1n, 3n), percentText(999n, 1000n), percentText(5n, 5n), percentText(1n, 0n)]).toEqual(['33.3', '99.9', '100', '0'])
})

test('weights are hundredths of a square metre', () => {
  expect(weightOf('45.3')).toBe(4530n)
  expect(() => weightOf('45.305')).toThrow(RangeError)
})

describe('life of a programme', () => {
  test('money is collected only after approval', () => {
    expect(programmeLife.can('ESTIMATED', 'collect')).toBe(false)
    expect(programmeLife.can('DRAFT', 'approve')).toBe(false)
    expect(programmeLife.next('APPROVED', 'collect')).toBe('COLLECTING')
  })
  test('what is being collected can be cancelled, works under way end with a version at their cost', () => {
    expect(programmeLife.next('COLLECTING', 'cancel')).toBe('CANCELLED')
    expect(() => programmeLife.next('IN_WORK', 'cancel')).toThrow('common.conflict')
    expect(programmeLife.next('DONE', 'approve')).toBe('DONE')
  })
})
