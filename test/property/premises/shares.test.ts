import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addShares, formatShare, isWhole, judgeShares, normaliseName, normaliseUnitNumber, parseShare, planTransfer, type Holding } from '#server/premises/rules.ts'

const parts = fc.array(fc.bigInt(1n, 1_000_000n), { minLength: 1, maxLength: 20 })

test('any division of a whole into parts sums to exactly one, and loses it when one part is left out', () => {
  fc.assert(fc.property(parts, weights => {
    const whole = weights.reduce((all, each) => all + each, 0n)
    const shares = weights.map(weight => `${weight}/${whole}`)
    expect(isWhole(addShares(judgeShares(shares)))).toBe(true)
    if (shares.length > 1) expect(() => judgeShares(shares.slice(1))).toThrow('premises.sharesNotWhole')
  }))
})

test('a share is read back as it is written', () => {
  fc.assert(fc.property(fc.bigInt(1n, 10n ** 9n), fc.bigInt(1n, 10n ** 9n), (a, b) => {
    const [numerator, denominator] = a < b ? [a, b] : [b, a]
    const share = parseShare(`${numerator}/${denominator}`)
    expect(share).not.toBeNull()
    if (share) expect(parseShare(formatShare(share))).toEqual(share)
  }))
})

test('whatever is typed as a share, an answer comes, and it is within (0, 1]', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'0123456789/%,. -') , maxLength: 12 }), text => {
    const share = parseShare(text)
    if (share) expect(share.numerator > 0n && share.numerator <= share.denominator).toBe(true)
  }))
})

test('normalising names and numbers twice is the same as once', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), text => {
    const { name } = normaliseName(text)
    expect(normaliseName(name).name).toBe(name)
  }))
  const sign = fc.constantFrom(...'0123456789aаAбБПпкв №.-/ʻ')
  fc.assert(fc.property(fc.array(sign, { maxLength: 8 }), signs => {
    const number = normaliseUnitNumber(signs.join(''), 'CYRILLIC')
    expect(normaliseUnitNumber(number, 'CYRILLIC')).toBe(number)
  }))
})

test('after any chain of transfers the shares are whole on every day since the first', () => {
  const owner = fc.constantFrom('a', 'b', 'c', 'd')
  const step = fc.uniqueArray(owner, { minLength: 1, maxLength: 4 })
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), steps => {
    let rows: Holding[] = [{ ownershipId: 'first', ownerId: 'z', share: { numerator: 1n, denominator: 1n }, since: '2020-01-01', until: null }]
    for (const [index, owners] of steps.entries()) {
      const on = `2021-0${index + 1}-15`
      const next = owners.map(ownerId => ({ ownerId, share: { numerator: 1n, denominator: BigInt(owners.length) } }))
      let plan
      try {
        plan = planTransfer(rows, next, on)
      } catch {
        continue
      }
      rows = rows.map(row => ({ ...row, until: plan.close.find(each => each.ownershipId === row.ownershipId)?.until ?? row.until }))
      rows.push(...plan.open.map((each, place) => ({ ownershipId: `${index}.${place}`, ...each, since: on, until: null })))
    }
    for (const day of ['2020-06-01', '2021-01-14', '2021-01-15', '2021-03-20', '2021-06-15', '2022-01-01']) {
      const held = rows.filter(row => row.since <= day && (row.until === null || row.until >= day))
      expect(isWhole(addShares(held.map(row => row.share))), day).toBe(true)
    }
  }))
})
