import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ballotDigest, ballotTag, shortDigest } from '#server/meetings/ballots/rules.ts'
import { hex, type Bytes } from '#server/meetings/log/rules.ts'
import { leastCommonMultiple, makeRoll, rollRoot, type RollUnit } from '#server/meetings/roll/rules.ts'
import { choicesOf, judge, leastNeeded, lettersOf, reaches, type Threshold } from '#server/meetings/rules.ts'
import type { Choice } from '#server/meetings/schema.ts'

const hash = (bytes: Bytes): Bytes => createHash('sha256').update(bytes).digest()
const fraction = (numerator: bigint, denominator: bigint, operator: 'GT' | 'GE'): Threshold => ({ numerator, denominator, operator })
const half = fraction(1n, 2n, 'GT')
const twoThirds = fraction(2n, 3n, 'GE')
const anyThreshold = fc.record({ numerator: fc.bigInt(0n, 100n), denominator: fc.bigInt(1n, 100n), operator: fc.constantFrom('GT' as const, 'GE' as const) })

describe('thresholds', () => {
  it('tells more than 1/2 from at least 51 % (kazakhstan.md 4.2)', () => {
    const least51 = fraction(51n, 100n, 'GE')
    expect([100n, 101n, 102n].map(votes => reaches(votes, 200n, half))).toEqual([false, true, true])
    expect([100n, 101n, 102n].map(votes => reaches(votes, 200n, least51))).toEqual([false, false, true])
    expect([leastNeeded(200n, half), leastNeeded(200n, least51), leastNeeded(3n, twoThirds), leastNeeded(100n, twoThirds)]).toEqual([101n, 102n, 2n, 67n])
  })

  it('fails at exactly 50.000 % when the law says more than half (AT-UZ-28)', () => {
    expect(reaches(27_787_500_000_001n, 55_575_000_000_002n, half)).toBe(false)
    expect(reaches(27_787_500_000_002n, 55_575_000_000_002n, half)).toBe(true)
  })

  it('names the least weight that passes: it does, one less does not', () => {
    fc.assert(fc.property(fc.bigInt(1n, 10n ** 15n), anyThreshold, (whole, threshold) => {
      const least = leastNeeded(whole, threshold)
      expect(reaches(least, whole, threshold)).toBe(true)
      if (least > 0n) expect(reaches(least - 1n, whole, threshold)).toBe(false)
    }))
  })

  it('does not depend on how the weights are scaled', () => {
    fc.assert(fc.property(fc.bigInt(0n, 10n ** 9n), fc.bigInt(1n, 10n ** 9n), fc.bigInt(1n, 5040n), anyThreshold, (part, whole, scale, threshold) => {
      expect(reaches(part * scale, whole * scale, threshold)).toBe(reaches(part, whole, threshold))
    }))
  })
})

const anySums = fc.record({ for: fc.bigInt(0n, 1000n), against: fc.bigInt(0n, 1000n), abstain: fc.bigInt(0n, 1000n), silent: fc.bigInt(0n, 1000n) })
  .filter(sums => sums.for + sums.against + sums.abstain + sums.silent > 0n)
  .map(({ silent, ...sums }) => ({ ...sums, all: sums.for + sums.against + sums.abstain + silent }))
const anyRule = fc.record({ quorum: anyThreshold, majority: anyThreshold, majorityBase: fc.constantFrom('ALL' as const, 'PRESENT' as const) })

describe('judging a question', () => {
  it('adopts only with quorum and majority, and never without a voice in favour', () => {
    fc.assert(fc.property(anySums, anyRule, (sums, rule) => {
      const found = judge(sums, rule)
      const present = sums.for + sums.against + sums.abstain
      expect(found.outcome === 'NO_QUORUM').toBe(!reaches(present, sums.all, rule.quorum))
      if (found.outcome === 'ADOPTED') {
        expect(sums.for > 0n).toBe(true)
        expect(sums.for >= found.needed).toBe(true)
      }
      if (found.outcome === 'NOT_ADOPTED' && sums.for > 0n) expect(sums.for < found.needed).toBe(true)
    }))
  })

  it('never loses by one more vote in favour from somebody who was silent, when all are the base', () => {
    fc.assert(fc.property(anySums, anyRule, (sums, rule) => {
      fc.pre(sums.for + sums.against + sums.abstain < sums.all)
      if (judge(sums, { ...rule, majorityBase: 'ALL' }).outcome === 'ADOPTED') expect(judge({ ...sums, for: sums.for + 1n }, { ...rule, majorityBase: 'ALL' }).outcome).toBe('ADOPTED')
    }))
  })
})

const anyUnits = fc.array(fc.record({
  kind: fc.constantFrom('APARTMENT', 'NON_RESIDENTIAL'), area: fc.integer({ min: 1, max: 30_000 }), parts: fc.array(fc.bigInt(1n, 12n), { minLength: 0, maxLength: 5 }), missing: fc.bigInt(0n, 3n),
}), { minLength: 1, maxLength: 30 }).map(list => list.map(({ kind, area, parts, missing }, index): RollUnit => {
  const denominator = parts.reduce((sum, part) => sum + part, missing)
  return {
    premisesId: `p${index}`, kind, number: String(index + 1), areaM2: `${Math.floor(area / 100)}.${String(area % 100).padStart(2, '0')}`,
    owners: parts.map((numerator, place) => ({ ownerId: `o${index}.${place}`, numerator, denominator })),
  }
}))

describe('the roll', () => {
  it('splits every unit exactly, thirds and sevenths too, and its seats sum to the house', () => {
    fc.assert(fc.property(anyUnits, fc.constantFrom('AREA' as const, 'ONE_PER_UNIT' as const), fc.constantFrom('SPLIT_SHARE' as const, 'ONE_REPRESENTATIVE' as const), (units, weight, coOwners) => {
      const roll = makeRoll(units, { weight, coOwners })
      expect(roll.seats.reduce((sum, seat) => sum + seat.weight, 0n)).toBe(roll.weight)
      for (const unit of units) {
        const seats = roll.seats.filter(seat => seat.premisesId === unit.premisesId)
        const whole = weight === 'AREA' ? BigInt(unit.areaM2.replace('.', '')) : 1n
        expect(seats.reduce((sum, seat) => sum + seat.weight, 0n) * (weight === 'AREA' ? 100n : 1n)).toBe(whole * roll.denominator)
        expect(seats.map(seat => seat.seat)).toEqual(seats.map((_, index) => index + 1))
        if (coOwners === 'ONE_REPRESENTATIVE') expect(seats).toHaveLength(1)
        else for (const owner of unit.owners) {
          const seat = seats.find(each => each.ownerIds.includes(owner.ownerId))
          expect((seat?.weight ?? 0n) * owner.denominator * (weight === 'AREA' ? 100n : 1n)).toBe(whole * roll.denominator * owner.numerator)
        }
      }
    }))
  })

  it('is the same roll whichever order the register answers in', () => {
    fc.assert(fc.property(anyUnits, units => {
      const terms = { weight: 'AREA', coOwners: 'SPLIT_SHARE' } as const
      const roots = [units, [...units].reverse()].map(list => hex(rollRoot(hash, 'm', makeRoll(list, terms).seats)))
      expect(roots[0]).toBe(roots[1])
    }))
  })

  it('refuses shares that sum to more than the whole', () => {
    const unit = { premisesId: 'p', kind: 'APARTMENT', number: '7', areaM2: '50', owners: [{ ownerId: 'a', numerator: 2n, denominator: 3n }, { ownerId: 'b', numerator: 1n, denominator: 2n }] }
    expect(() => makeRoll([unit], { weight: 'AREA', coOwners: 'SPLIT_SHARE' })).toThrow('meetings.sharesTooMany')
    expect(() => makeRoll([], { weight: 'AREA', coOwners: 'SPLIT_SHARE' })).toThrow('meetings.nobodyVotes')
  })

  it('takes the least common multiple, not a product', () => {
    expect(leastCommonMultiple([2n, 3n, 4n, 6n])).toBe(12n)
    expect(leastCommonMultiple([])).toBe(1n)
  })
})

describe('a ballot’s digest and tag', () => {
  const draft = { manifestHash: 'a'.repeat(64), personId: 'person', agenda: ['q1', 'q2'], choices: 'FN', seats: [{ premisesId: 'p', kind: 'APARTMENT', unit: '45', seat: 1 }] }

  it('changes with meeting, person, seat, and any answer', () => {
    const others = [{ ...draft, manifestHash: 'b'.repeat(64) }, { ...draft, personId: 'other' }, { ...draft, choices: 'FA' }, { ...draft, choices: 'NF' },
      { ...draft, agenda: ['q2', 'q1'] }, { ...draft, seats: [{ ...draft.seats[0]!, unit: '46' }] }, { ...draft, seats: [{ ...draft.seats[0]!, seat: 2 }] }]
    const digests = [draft, ...others].map(each => ballotDigest(hash, each))
    expect(new Set(digests).size).toBe(digests.length)
    expect(shortDigest(digests[0] ?? '')).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/)
  })

  it('gives two units under one secret two tags, and one unit two tags under two secrets (A4)', () => {
    const tag = (unit: string, secret: string) => ballotTag(hash, 'm', { seat: { kind: 'APARTMENT', unit, seat: 1 }, secret })
    expect(new Set([tag('45', 'x'), tag('46', 'x'), tag('45', 'y')]).size).toBe(3)
    expect(tag('45', 'x')).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  it('writes answers as letters and reads them back', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom<Choice>('FOR', 'AGAINST', 'ABSTAIN'), { minLength: 1, maxLength: 20 }), given => {
      const agenda = given.map((_, index) => `q${index}`)
      const answers = given.map((choice, index) => ({ itemId: `q${index}`, choice })).reverse()
      expect(choicesOf(lettersOf(agenda, answers))).toEqual(given)
    }))
  })
})
