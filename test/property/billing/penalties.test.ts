import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accrued, capOf, penaltyLine, penaltyOf, type FundEntry, type PenaltyFacts, type PenaltyRule } from '#server/billing/penalties/rules.ts'
import { addDays } from '#server/kernel/period.ts'
import { charge, itemFor, kzRule, paid, penaltyFacts, uzRule } from '#test/support/penalties.ts'

const indexes = [{ code: 'REFINANCING_RATE', validFrom: '2020-01-01', value: '18' }, { code: 'REFINANCING_RATE', validFrom: '2026-09-10', value: '14.25' }]
const dues = ['2026-07-15', '2026-08-15', '2026-09-15', '2026-10-15']
const day = fc.integer({ min: 0, max: 200 }).map(count => addDays('2026-07-01', count))
const rule = fc.constantFrom(uzRule(), uzRule('LEGAL'), kzRule)
const sum = fc.bigInt(1n, 50_000_000n)
const history = fc.record({ rule, charges: fc.array(sum, { minLength: 1, maxLength: 4 }), payments: fc.array(fc.tuple(sum, day), { maxLength: 5 }) })
type History = { rule: PenaltyRule; charges: bigint[]; payments: [bigint, string][] }

const entriesOf = ({ rule: { fund }, charges, payments }: History): FundEntry[] =>
  [...charges.map((amount, index) => charge(amount, dues[index] ?? '', fund)), ...payments.map(([amount, on]) => paid(amount, on, fund))]
const lineOf = (facts: PenaltyFacts, of: PenaltyRule, through: string) => penaltyLine(facts, { item: itemFor(of), rules: [of], indexes, fund: of.fund, payerKind: of.payerKind, through })
const netOf = (facts: PenaltyFacts, of: PenaltyRule, through: string) => BigInt(lineOf(facts, of, through)?.net ?? '0')

test('never less with another day of delay, never more with another payment', () => {
  fc.assert(fc.property(history, day, sum, day, (all, through, more, on) => {
    const entries = entriesOf(all)
    const net = netOf(penaltyFacts(entries), all.rule, through)
    expect(netOf(penaltyFacts(entries), all.rule, addDays(through, 1))).toBeGreaterThanOrEqual(net)
    expect(netOf(penaltyFacts([...entries, paid(more, on, all.rule.fund)]), all.rule, through)).toBeLessThanOrEqual(net)
  }))
})

test('of each charge never above the law’s part of it, whatever was paid later', () => {
  fc.assert(fc.property(history, day, (all, through) => {
    const { penalty } = itemFor(all.rule)
    for (const part of lineOf(penaltyFacts(entriesOf(all)), all.rule, through)?.penalty ?? []) {
      expect(penaltyOf(penalty, [part])).toBeLessThanOrEqual(capOf(penalty, BigInt(part.charge)))
      expect(penaltyOf(penalty, [part])).toBeGreaterThanOrEqual(0n)
    }
  }))
})

test('month by month is what it is at once: bills charge what is new, to the last minor unit', () => {
  fc.assert(fc.property(history, fc.uniqueArray(day, { minLength: 1, maxLength: 5 }), (all, ends) => {
    const entries = entriesOf(all)
    const posted: { fund: string; period: string; amount: bigint }[] = []
    const days = ends.toSorted()
    let together = 0n
    for (const through of days) {
      const line = lineOf(penaltyFacts(entries, { posted: [...posted] }), all.rule, through)
      together += BigInt(line?.net ?? '0')
      for (const part of line?.penalty ?? []) posted.push({ fund: all.rule.fund, period: part.period, amount: penaltyOf(itemFor(all.rule).penalty, [part]) })
    }
    expect(together).toBe(netOf(penaltyFacts(entries), all.rule, days.at(-1) ?? ''))
  }))
})

test('a rule from a day on changes nothing of the days before it, whatever it says', () => {
  const other = fc.record({ formula: fc.constantFrom('DAILY', 'YEARLY'), cap: fc.constantFrom('0.05', '0.5', '1'), rate: fc.constantFrom('0.0005', '0.01') })
  fc.assert(fc.property(history, other, day, fc.integer({ min: 0, max: 90 }), (all, { formula, cap, rate }, from, more) => {
    const entries = entriesOf(all)
    const old = { ...all.rule, validTo: addDays(from, -1) }
    const next: PenaltyRule = { ...all.rule, validFrom: from, cap, ...(formula === 'DAILY' ? { formula: 'DAILY', dailyRate: rate, indexCode: null, factor: null } : { formula: 'YEARLY', dailyRate: null, indexCode: 'REFINANCING_RATE', factor: '2' }) }
    const through = addDays(from, more)
    const by = (rules: PenaltyRule[], item: PenaltyRule, to: string, posted: PenaltyFacts['posted']) =>
      BigInt(penaltyLine(penaltyFacts(entries, { posted }), { item: itemFor(item), rules, indexes, fund: item.fund, payerKind: item.payerKind, through: to })?.net ?? '0')
    if (from <= old.validFrom) return
    const before = penaltyLine(penaltyFacts(entries), { item: itemFor(all.rule), rules: [old], indexes, fund: old.fund, payerKind: old.payerKind, through: addDays(from, -1) })
    const posted = (before?.penalty ?? []).map(part => ({ fund: old.fund, period: part.period, amount: penaltyOf(itemFor(all.rule).penalty, [part]), through: addDays(from, -1) }))
    // What the new rule charges on top is what both charge at once, less what was charged; never anything back.
    const added = by([old, next], next, through, posted)
    expect(added).toBeGreaterThanOrEqual(0n)
    expect(BigInt(before?.net ?? '0') + added).toBe(by([old, next], next, through, []))
  }))
})

test('days add up: a stretch of delay is the sum of its days', () => {
  fc.assert(fc.property(sum, fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), (principal, first, second) => {
    const { penalty } = itemFor(uzRule())
    const stretch = (days: number) => accrued(penalty, [['2026-08-16', days, String(principal), '0.001']])
    expect(stretch(first) + stretch(second)).toBe(stretch(first + second))
  }))
})

test('never a penalty on a penalty: what stands in the fund of penalties changes nothing', () => {
  fc.assert(fc.property(history, day, sum, day, (all, through, penalty, on) => {
    const entries = entriesOf(all)
    const with_: FundEntry = { fund: 'PENALTY', kind: 'PLAIN', amount: penalty, day: on, period: on.slice(0, 7), dueOn: null }
    expect(netOf(penaltyFacts([...entries, with_]), all.rule, through)).toBe(netOf(penaltyFacts(entries), all.rule, through))
  }))
})

test('whoever sends all the money by the due day owes none, however late it arrives', () => {
  fc.assert(fc.property(history, day, ({ rule: of, charges }, through) => {
    const entries = charges.flatMap((amount, index) => [charge(amount, dues[index] ?? '', of.fund), paid(amount, dues[index] ?? '', of.fund)])
    expect(netOf(penaltyFacts(entries), of, through)).toBe(0n)
    const flying = charges.map((amount, index) => ({ amount, day: dues[index] ?? '' }))
    expect(netOf(penaltyFacts(entries.filter(each => each.kind === 'CHARGE'), { flying }), of, through)).toBe(0n)
  }))
})
