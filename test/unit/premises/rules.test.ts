import { expect, test } from 'vitest'
import { compareUnitNumbers, judgeShares, normaliseName, normaliseUnitNumber, parseArea, parseShare, planTransfer, type Holding } from '#server/premises/rules.ts'

const share = (numerator: bigint, denominator: bigint) => ({ numerator, denominator })

test.each([
  ['1', share(1n, 1n)], ['1/3', share(1n, 3n)], [' 2 / 6 ', share(1n, 3n)], ['0,5', share(1n, 2n)], ['50%', share(1n, 2n)], ['33,3 %', share(333n, 1000n)], ['100%', share(1n, 1n)], ['1⁄2', share(1n, 2n)],
] as const)('reads the share %s exactly', (text, expected) => {
  expect(parseShare(text)).toEqual(expected)
})

test.each(['', '0', '0/5', '1/0', '4/3', '150%', '-1/2', 'половина', '1/2/3', '1,5', '1e-1'])('refuses the share "%s"', text => {
  expect(parseShare(text)).toBeNull()
})

test('shares must sum to exactly one: three times 33% is not a whole', () => {
  expect(() => judgeShares(['1/3', '1/3', '1/3'])).not.toThrow()
  expect(() => judgeShares(['0.5', '1/4', '25%'])).not.toThrow()
  expect(() => judgeShares(['33%', '33%', '33%'])).toThrow('premises.sharesNotWhole')
  expect(() => judgeShares(['1/2', '1/3'])).toThrow('premises.sharesNotWhole')
  expect(() => judgeShares(['1', '1/1000000000'])).toThrow('premises.sharesNotWhole')
  expect(() => judgeShares(['abc'])).toThrow('premises.shareUnreadable')
})

test('an area has a comma or a point and at most two decimals', () => {
  expect(parseArea('62,1')).toBe('62.1')
  expect(parseArea('1 062.10')).toBe('1062.1')
  for (const wrong of ['0', '-5', '62,123', '62.1,5', 'm2', '100000', '']) expect(parseArea(wrong), wrong).toBeNull()
})

test('unit numbers: words and spaces go, leading zeros and letters stay, twins of letters are one letter', () => {
  expect(normaliseUnitNumber('кв. 12', 'CYRILLIC')).toBe('12')
  expect(normaliseUnitNumber(' 012 ', 'CYRILLIC')).toBe('012')
  expect(normaliseUnitNumber('12-a', 'CYRILLIC')).toBe('12А')
  expect(normaliseUnitNumber('12 а', 'CYRILLIC')).toBe('12А')
  expect(normaliseUnitNumber('12A', 'LATIN')).toBe('12A')
  expect(normaliseUnitNumber('№ 7', 'LATIN')).toBe('7')
  expect(normaliseUnitNumber('к в 5', 'CYRILLIC')).toBe('5')
  expect(normaliseUnitNumber('Н3', 'CYRILLIC')).toBe('Н3')
})

test('names: one apostrophe, single spaces; mixed alphabets are told and not guessed', () => {
  expect(normaliseName("Yo'ldoshev   G`ani")).toEqual({ name: 'Yoʻldoshev Gʻani', problem: null })
  expect(normaliseName('Aхметов')).toEqual({ name: 'Aхметов', problem: 'nameMixedScript' })
  expect(normaliseName('123').problem).toBe('nameNoLetters')
})

test('numbers of doors in the order of doors', () => {
  expect(['10', '2', '12А', '12', 'П2', 'П10'].sort(compareUnitNumbers)).toEqual(['2', '10', '12', '12А', 'П2', 'П10'])
})

const held = (ownershipId: string, ownerId: string, n: bigint, d: bigint, since = '2015-03-01', until: string | null = null): Holding => ({ ownershipId, ownerId, share: share(n, d), since, until })

test('a transfer keeps the rows of those whose share stays and closes the others the day before', () => {
  const plan = planTransfer([held('a', 'anna', 1n, 2n), held('b', 'boris', 1n, 2n)], [{ ownerId: 'anna', share: share(1n, 2n) }, { ownerId: 'clara', share: share(1n, 2n) }], '2026-11-01')
  expect(plan).toEqual({ close: [{ ownershipId: 'b', until: '2026-10-31' }], keep: ['a'], open: [{ ownerId: 'clara', share: share(1n, 2n) }], left: ['boris'] })
})

test('an owner whose share changes has not left', () => {
  const plan = planTransfer([held('a', 'anna', 1n, 1n)], [{ ownerId: 'anna', share: share(1n, 2n) }, { ownerId: 'boris', share: share(1n, 2n) }], '2026-11-01')
  expect(plan.left).toEqual([])
  expect(plan.open).toHaveLength(2)
})

test('refuses a transfer into the past of another, an owner twice, and a transfer of nothing', () => {
  expect(() => planTransfer([held('a', 'anna', 1n, 1n, '2026-11-01')], [{ ownerId: 'boris', share: share(1n, 1n) }], '2026-11-01')).toThrow('premises.laterOwnership')
  expect(() => planTransfer([held('a', 'anna', 1n, 1n)], [{ ownerId: 'b', share: share(1n, 2n) }, { ownerId: 'b', share: share(1n, 2n) }], '2026-11-01')).toThrow('premises.ownerTwice')
  expect(() => planTransfer([held('a', 'anna', 1n, 1n)], [{ ownerId: 'anna', share: share(2n, 2n) }], '2026-11-01')).toThrow('premises.nothingTransferred')
})
