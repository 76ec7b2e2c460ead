import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '#server/kernel/period.ts'
import { proofDays, proofText, readProof, standingOf } from '#server/payments/proof/rules.ts'

const today = '2026-11-21'
const amount = fc.bigInt(0n, 10n ** 12n)
const charge = fc.record({ dueOn: fc.integer({ min: -60, max: 60 }).map(days => addDays(today, days)), amount: fc.bigInt(1n, 10n ** 10n) })
const facts = fc.record({ balance: fc.bigInt(-(10n ** 12n), 10n ** 12n), moving: amount, upcoming: fc.array(charge, { maxLength: 6 }) })

describe('who is in default (what-users-need.md, complaint 1)', () => {
  test('nobody who owes nothing, and nobody whose money is on its way', () => {
    fc.assert(fc.property(facts, given => {
      if (given.balance <= given.moving) expect(standingOf(given, today)).toMatchObject({ inDefault: false, overdue: 0n })
    }))
  })
  test('a charge is late the day after its day, not before, and only what is not covered by charges to come', () => {
    fc.assert(fc.property(fc.bigInt(1n, 10n ** 10n), fc.integer({ min: -30, max: 30 }), (sum, days) => {
      const standing = standingOf({ balance: sum, moving: 0n, upcoming: [{ dueOn: addDays(today, days), amount: sum }] }, today)
      expect(standing.inDefault).toBe(days < 0)
    }))
  })
  test('more money never makes a debtor', () => {
    fc.assert(fc.property(facts, amount, (given, more) => {
      const [before, after] = [standingOf(given, today), standingOf({ ...given, moving: given.moving + more }, today)]
      expect(after.overdue).toBeLessThanOrEqual(before.overdue)
    }))
  })
  test('a proof never outlives ten days nor the first day on which something unpaid falls due', () => {
    fc.assert(fc.property(facts, given => {
      const { inDefault, validUntil } = standingOf(given, today)
      expect(validUntil <= addDays(today, proofDays) && validUntil >= today).toBe(true)
      const unpaid = given.upcoming.filter(each => each.dueOn >= today)
      if (!inDefault && given.balance > given.moving) for (const each of unpaid) expect(validUntil <= each.dueOn).toBe(true)
    }))
  })
})

describe('what a proof says', () => {
  const said = { number: '7000000015', house: 'Chilonzor 7-12', unit: '45', madeAt: '2026-11-21T05:10Z', validUntil: '2026-12-01' }
  test('is read back, also with signs in the name that part its words', () => {
    expect(readProof(proofText(said))).toEqual(said)
    expect(readProof(proofText({ ...said, house: 'A|B\nC' }))).toEqual({ ...said, house: 'A B C' })
  })
  test('anything else is none', () => {
    for (const text of ['', '2|7000000015|a|b|c|2026-12-01', '1|7|a|b|c|2026-12-01', '1|7000000015|a|b|c|tomorrow', `${proofText(said)}|more`]) expect(readProof(text), text).toBeNull()
  })
})
