import { describe, expect, it } from 'vitest'
import { isExact } from '#server/billing/charges/rules.ts'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { penaltyItem, penaltyLine, penaltyThrough, type FundEntry, type PenaltyFacts, type PenaltyRule } from '#server/billing/penalties/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { addDays } from '#server/kernel/period.ts'
import { charge, itemFor, kzRule, paid, penaltyFacts, uzRule } from '#test/support/penalties.ts'

const due = '2026-08-15'
const indexes = [{ code: 'REFINANCING_RATE', validFrom: '2026-01-01', value: '18' }]
function netOf(facts: PenaltyFacts, through: string, rule: PenaltyRule = uzRule(), dated = indexes): bigint {
  const item = itemFor(rule)
  const line = penaltyLine(facts, { item, rules: [rule], indexes: dated, fund: rule.fund, payerKind: rule.payerKind, through })
  if (line) expect(isExact(item, line)).toBe(true)
  return BigInt(line?.net ?? '0')
}
const days = (count: number) => addDays(due, count)

describe('a penalty in Uzbekistan (uzbekistan.md 4.2, settled 10)', () => {
  const owed = penaltyFacts([charge(12_500_000n, due)])
  it('is 0.1 % a day of the overdue sum for a person, 0.4 % for a firm', () => {
    expect([1, 40].map(count => netOf(owed, days(count)))).toEqual([12_500n, 500_000n])
    expect(netOf(owed, days(1), uzRule('LEGAL'))).toBe(50_000n)
  })
  it('begins on the day after the due day', () => {
    expect([0, -1].map(count => netOf(owed, days(count)))).toEqual([0n, 0n])
  })
  it('never passes half of the charge', () => {
    expect(netOf(owed, days(600))).toBe(6_250_000n)
    expect(netOf(owed, days(200), uzRule('LEGAL'))).toBe(6_250_000n)
  })
  it('goes on with what is left after a part was paid; the cap stays that of the first posting', () => {
    const part = penaltyFacts([charge(12_500_000n, due), paid(7_500_000n, days(10))])
    expect([10, 11, 12].map(count => netOf(part, days(count)))).toEqual([125_000n, 130_000n, 135_000n])
    expect(netOf(part, days(5000))).toBe(6_250_000n)
  })
  it('counts no day before the rule', () => {
    expect(netOf(penaltyFacts([charge(12_500_000n, '2026-06-15')]), '2026-07-03')).toBe(37_500n)
  })
  it('is none when the money left in time, and one day’s when a day late', () => {
    expect(netOf(penaltyFacts([charge(12_500_000n, due), paid(12_500_000n, due)]), days(30))).toBe(0n)
    expect(netOf(penaltyFacts([charge(12_500_000n, due), paid(12_500_000n, days(1))]), days(30))).toBe(12_500n)
  })
  it('is none while money is on its way', () => {
    expect(netOf(penaltyFacts([charge(12_500_000n, due)], { flying: [{ amount: 12_500_000n, day: due }] }), days(5))).toBe(0n)
  })
  it('is none where an advance of another fund covers it, and none on what was brought forward', () => {
    expect(netOf(penaltyFacts([charge(12_500_000n, due), paid(12_500_000n, '2026-08-01', 'UTILITIES')]), days(5))).toBe(0n)
    expect(netOf(penaltyFacts([], { brought: new Map([['CURRENT', 9_000_000n]]) }), days(5))).toBe(0n)
  })
  it('pays the oldest debt first', () => {
    const two = penaltyFacts([charge(1_000_000n, '2026-08-15'), charge(2_000_000n, '2026-09-15'), paid(1_500_000n, '2026-09-20')])
    // 36 days on the first, five on the second, then half a million less.
    expect(netOf(two, '2026-09-20')).toBe(36_000n + 10_000n)
    expect(netOf(two, '2026-09-21')).toBe(36_000n + 10_000n + 1_500n)
  })
  it('takes debts in the order of their posting: a later debt without a due day is not paid before an older bill, an opening balance is', () => {
    const plain: FundEntry = { fund: 'CURRENT', kind: 'PLAIN', amount: 500_000n, dueOn: null, day: '2026-08-10', period: '2026-08' }
    const bill = { ...charge(1_000_000n, due), day: '2026-07-31' }
    const payment = paid(1_000_000n, '2026-08-12')
    expect(netOf(penaltyFacts([bill, plain, payment]), days(10))).toBe(0n)
    expect(netOf(penaltyFacts([bill, { ...plain, opening: true }, payment]), days(10))).toBe(5_000n)
  })
  it('charges only what earlier bills have not, and takes back what a late notice of a payment in time has undone', () => {
    const posted = [{ fund: 'CURRENT', period: '2026-08', amount: 125_000n }]
    expect(netOf(penaltyFacts([charge(12_500_000n, due)], { posted }), days(40))).toBe(375_000n)
    expect(netOf(penaltyFacts([charge(12_500_000n, due), paid(12_500_000n, due)], { posted }), days(40))).toBe(-125_000n)
  })
})

describe('a penalty in Kazakhstan (kazakhstan.md 4.7), where it is switched on', () => {
  const owed = penaltyFacts([charge(1_000_000n, due, 'UTILITIES')])
  it('is debt × rate × K × days / 365, rounded once', () => {
    expect(netOf(owed, days(30), kzRule)).toBe(22_192n) // 1,000,000 × 18 % × 1.5 × 30 / 365 = 22,191.78
  })
  it('follows the rate by date, never passes the debt, and is none where no rate is known', () => {
    const lower = [...indexes, { code: 'REFINANCING_RATE', validFrom: days(11), value: '9' }]
    expect(netOf(owed, days(30), kzRule, lower)).toBe(14_795n) // (10 × 18 + 20 × 9) × 1.5 %: 14,794.52
    expect(netOf(owed, days(4000), kzRule)).toBe(1_000_000n)
    expect(netOf(owed, days(30), kzRule, [])).toBe(0n)
  })
})

describe('a rule that takes the place of another (settled 10)', () => {
  const old: PenaltyRule = { ...uzRule(), validTo: '2026-09-04' }
  const yearly: PenaltyRule = { ...uzRule(), formula: 'YEARLY', dailyRate: null, indexCode: 'REFINANCING_RATE', factor: '2', cap: '0.1', validFrom: '2026-09-05' }
  const lineBy = (rules: PenaltyRule[], through: string, change: Partial<PenaltyFacts> = {}) => {
    const item = penaltyItem(rules, { period: through.slice(0, 7), fund: 'CURRENT', payerKind: 'NATURAL' })
    const line = item && penaltyLine(penaltyFacts([charge(12_500_000n, due)], change), { item, rules, indexes, fund: 'CURRENT', payerKind: 'NATURAL', through })
    if (item && line) expect(isExact(item, line)).toBe(true)
    return { item, line }
  }
  it('counts the days from its first on; the days before keep the old one', () => {
    const { item, line } = lineBy([old, yearly], '2026-09-14')
    // 20 days of 12,500, then 10 days of 12,500,000 × 18 % × 2 / 365 = 123,287.67.
    expect(line?.net).toBe(String(250_000n + 123_288n))
    expect(line?.penalty?.[0]?.days).toEqual([['2026-08-16', 20, '12500000', '0.001', { formula: 'DAILY', factor: '1', cap: '0.5' }], ['2026-09-05', 10, '12500000', '18']])
    const told = explainLine(item!, line!, { say: texts('ru'), locale: 'ru', currency: 'UZS' }).steps.map(step => step.value.replaceAll('\u00A0', ' '))
    expect(told).toEqual(['125 000,00 × 0,1 % × 20 = 2 500,00', '125 000,00 × 18 % × 2 × 10 / 365'])
  })
  it('stops at its own part of the charge and takes nothing off what the old one has brought', () => {
    const posted = [{ fund: 'CURRENT', period: '2026-08', amount: 250_000n, through: '2026-09-04' }]
    expect(lineBy([old, yearly], '2026-12-31', { posted }).line?.net).toBe(String(1_250_000n - 250_000n))
    const dear: PenaltyRule = { ...uzRule('LEGAL'), payerKind: 'NATURAL', validTo: '2026-10-31' }
    const after = { ...yearly, validFrom: '2026-11-01' }
    // 77 days of 50,000 are above a tenth of the charge already: nothing more, and nothing back.
    expect(lineBy([dear, after], '2026-12-31').line?.net).toBe(String(77n * 50_000n))
    expect(lineBy([dear, after], '2026-12-31', { posted: [{ fund: 'CURRENT', period: '2026-08', amount: 77n * 50_000n }] }).line).toBeNull()
  })
  it('switched off, counts no new day, and what bills have counted stays also under the next one', () => {
    const posted = [{ fund: 'CURRENT', period: '2026-08', amount: 125_000n, through: '2026-08-25' }]
    const off = { ...uzRule(), enabled: false, validTo: '2026-09-04' }
    expect(penaltyItem([off], { period: '2026-08', fund: 'CURRENT', payerKind: 'NATURAL' })).toBeNull()
    expect(lineBy([off, yearly], '2026-09-14', { posted }).line?.net).toBe('123288')
  })
  it('that ended without another still takes back what a late notice has undone', () => {
    const posted = [{ fund: 'CURRENT', period: '2026-08', amount: 250_000n, through: '2026-09-04' }]
    const item = penaltyItem([old], { period: '2026-10', fund: 'CURRENT', payerKind: 'NATURAL' })!
    const line = penaltyLine(penaltyFacts([charge(12_500_000n, due), paid(12_500_000n, due)], { posted }), { item, rules: [old], indexes, fund: 'CURRENT', payerKind: 'NATURAL', through: '2026-10-31' })
    expect(line?.net).toBe('-250000')
  })
})

describe('a penalty in the bill', () => {
  it('counts to the end of the month, and no day that is not over', () => {
    expect(penaltyThrough('2026-10', '2026-11-21')).toBe('2026-10-31')
    expect(penaltyThrough('2026-11', '2026-11-21')).toBe('2026-11-20')
  })
  it('has no price where no rule is switched on', () => {
    expect(penaltyItem([uzRule(), { ...uzRule(), validFrom: '2026-10-20' }].map((rule, index) => index === 0 ? { ...rule, validTo: '2026-10-19' } : rule), { period: '2026-10', fund: 'CURRENT', payerKind: 'NATURAL' }),
      'in force since its own day, not since the first of the month').toMatchObject({ validFrom: '2026-10-20' })
    expect(penaltyItem([], { period: '2026-10', fund: 'CURRENT', payerKind: 'NATURAL' })).toBeNull()
    expect(penaltyItem([uzRule()], { period: '2026-06', fund: 'CURRENT', payerKind: 'NATURAL' })).toBeNull()
  })
  it.each([
    ['ru', '15 дней просрочки', 'август 2026 г.: с 16.08.2026, 10 дней'], ['uz', '15 kun kechikish', '10 kun'], ['kk', '15 күн кешіктіру', '10 күн'],
  ] as const)('explains itself in %s', (locale, summary, first) => {
    const facts = penaltyFacts([charge(12_500_000n, due), paid(7_500_000n, days(10))], { posted: [{ fund: 'CURRENT', period: '2026-08', amount: 25_000n }] })
    const item = itemFor(uzRule())
    const line = penaltyLine(facts, { item, rules: [uzRule()], indexes: [], fund: 'CURRENT', payerKind: 'NATURAL', through: days(15) })
    if (!line) throw new Error('no line')
    const { summary: said, steps, notes, amount } = explainLine(item, line, { say: texts(locale), locale, currency: 'UZS' })
    const plain = (text: string) => text.replaceAll('\u00A0', ' ')
    expect(said).toBe(summary)
    expect(plain(steps[0]?.text ?? '')).toContain(first)
    expect(steps.map(step => plain(step.value))).toEqual(['125 000,00 × 0,1 % × 10 = 1 250,00', '50 000,00 × 0,1 % × 5 = 250,00', '-250,00'])
    expect(notes).toHaveLength(1)
    expect(amount).toEqual({ net: 125_000n, vat: 0n })
  })
})
