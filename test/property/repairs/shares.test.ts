import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitByArea, splitInstalments, weightOf } from '#server/repairs/rules.ts'

const area = fc.integer({ min: 100, max: 999_999 }).map(n => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`.replace(/\.?0+$/, ''))
const shares = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 60 }).chain(ids => fc.tuple(...ids.map(premisesId => area.map(areaM2 => ({ premisesId, areaM2 })))))
const total = fc.bigInt({ min: 0n, max: 10n ** 15n })

test('AT-UZ-16: 10 000 random area vectors: the sum is exact, each is within one unit of its ideal, the order does not matter', () => {
  fc.assert(fc.property(total, shares, (sum, list) => {
    const parts = splitByArea(sum, list)
    const weights = list.reduce((all, each) => all + weightOf(each.areaM2), 0n)
    expect([...parts.values()].reduce((all, part) => all + part, 0n)).toBe(sum)
    for (const each of list) {
      const scaled = (parts.get(each.premisesId) ?? -1n) * weights - sum * weightOf(each.areaM2)
      expect(scaled < weights && scaled > -weights).toBe(true)
    }
    expect(splitByArea(sum, list.toReversed())).toEqual(parts)
  }), { numRuns: 10_000 })
}, 120_000)

test('instalments sum to the obligation, differ by at most one unit, the larger come first', () => {
  fc.assert(fc.property(total, fc.integer({ min: 1, max: 60 }), (sum, count) => {
    const parts = splitInstalments(sum, count)
    expect(parts.reduce((all, part) => all + part, 0n)).toBe(sum)
    for (const [index, part] of parts.entries()) if (index > 0) expect((parts[index - 1] ?? 0n) - part === 0n || (parts[index - 1] ?? 0n) - part === 1n).toBe(true)
    if (parts.length > 0) expect((parts[0] ?? 0n) - (parts.at(-1) ?? 0n) <= 1n).toBe(true)
  }))
})
