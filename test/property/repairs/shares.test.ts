import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deltasOf, splitByArea, splitInstalments, takeOff, weightOf } from '#server/repairs/rules.ts'

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
})

test('instalments sum to the obligation, differ by at most one unit, the larger come first', () => {
  fc.assert(fc.property(total, fc.integer({ min: 1, max: 60 }), (sum, count) => {
    const parts = splitInstalments(sum, count)
    expect(parts.reduce((all, part) => all + part, 0n)).toBe(sum)
    for (const [index, part] of parts.entries()) if (index > 0) expect((parts[index - 1] ?? 0n) - part === 0n || (parts[index - 1] ?? 0n) - part === 1n).toBe(true)
    if (parts.length > 0) expect((parts[0] ?? 0n) - (parts.at(-1) ?? 0n) <= 1n).toBe(true)
  }))
})

test('a line of versions: each change sums exactly, and after each every part is the largest remainder of that version alone', () => {
  fc.assert(fc.property(fc.array(total, { minLength: 1, maxLength: 6 }), shares, (totals, list) => {
    const parts = new Map<string, bigint>()
    let before = 0n
    for (const after of totals) {
      const deltas = deltasOf(after, list, parts)
      expect(deltas.reduce((sum, each) => sum + each.amount, 0n)).toBe(after - before)
      for (const each of deltas) {
        expect(each.after - each.before).toBe(each.amount)
        parts.set(each.premisesId, each.after)
      }
      expect(parts).toEqual(splitByArea(after, list))
      before = after
    }
  }), { numRuns: 2_000 })
})

test('premises that are gone give back all that was laid on them', () => {
  fc.assert(fc.property(total, total, shares, (first, second, list) => {
    const rest = list.slice(1)
    fc.pre(rest.length > 0)
    const deltas = deltasOf(second, rest, splitByArea(first, list))
    expect(deltas.reduce((sum, each) => sum + each.amount, 0n)).toBe(second - first)
    expect(deltas.find(each => each.premisesId === list[0]?.premisesId)).toMatchObject({ after: 0n })
  }))
})

test('a credit is taken whole, from the last instalments first, and never more than an instalment', () => {
  fc.assert(fc.property(fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 60 }), fc.bigInt({ min: 0n, max: 10n ** 14n }), (amounts, credit) => {
    const all = amounts.reduce((sum, each) => sum + each, 0n)
    const taken = takeOff(amounts, credit)
    expect(taken.reduce((sum, each) => sum + each, 0n)).toBe(credit < all ? credit : all)
    const touched = taken.findIndex(each => each > 0n)
    for (const [index, each] of taken.entries()) {
      expect(each >= 0n && each <= (amounts[index] ?? 0n)).toBe(true)
      if (touched >= 0 && index > touched) expect(each).toBe(amounts[index])
    }
  }))
})
