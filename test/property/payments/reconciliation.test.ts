import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differencesOf, type OurPayment, type TheirPayment } from '#server/payments/reconciliation/rules.ts'

const day = '2026-11-17'
const days = fc.constantFrom('2026-11-16', day, '2026-11-18')
const key = fc.integer({ min: 1, max: 12 }).map(String)
const amount = fc.bigInt({ min: 1n, max: 4n })
const ours: fc.Arbitrary<OurPayment[]> = fc.uniqueArray(fc.record({ paymentId: fc.uuid(), key, amount, state: fc.constantFrom('PAID', 'REFUNDED'), day: days, number: fc.constant('5') }), { selector: each => each.key })
const theirs: fc.Arbitrary<TheirPayment[]> = fc.array(fc.record({ key, amount, returned: fc.boolean(), day: days, number: fc.constant('5'), statementId: fc.constant('s'), row: fc.nat() }), { maxLength: 15 })

test('what was told to the letter makes no difference, on whichever of the neighbouring days', () => {
  fc.assert(fc.property(ours, days, (mine, other) => {
    const told = mine.flatMap(each => [{ ...each, returned: false, day: other, statementId: 's', row: 1 }, ...(each.state === 'REFUNDED' ? [{ ...each, returned: true, day: other, statementId: 's', row: 2 }] : [])])
    expect(differencesOf(mine, told, day)).toEqual([])
  }), { numRuns: 500 })
})

test('every difference has its ground, and every operation of the day without one agrees', () => {
  fc.assert(fc.property(ours, theirs, (mine, told) => {
    const found = differencesOf(mine, told, day)
    const named = new Set(found.map(each => each.subject))
    for (const { key: one, day: on, state, amount: sum } of mine) {
      if (on !== day || named.has(one)) continue
      const rows = told.filter(each => each.key === one)
      // Unnamed: given back before they wrote it down, or the same sum and state on both sides.
      if (rows.length === 0) expect(state).toBe('REFUNDED')
      else expect([(rows.find(each => !each.returned) ?? rows[0])?.amount, rows.some(each => each.returned)]).toEqual([sum, state === 'REFUNDED'])
    }
    for (const { class: kind, subject } of found) {
      const here = mine.some(each => each.key === subject)
      const there = told.filter(each => each.key === subject)
      if (kind === 'MISSING_HERE') expect([here, there.length > 0]).toEqual([false, true])
      if (kind === 'MISSING_THERE') expect([here, there.length]).toEqual([true, 0])
      if (kind === 'DUPLICATE') expect(there.filter(each => !each.returned).length).toBeGreaterThan(1)
      if (kind === 'AMOUNT_DIFF' || kind === 'STATE_DIFF') expect(here && there.length > 0).toBe(true)
    }
  }), { numRuns: 1000 })
})
