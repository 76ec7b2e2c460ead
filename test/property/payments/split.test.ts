import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitPayment, type AllocationRule, type FundAmount } from '#server/payments/split/rules.ts'

const rule: AllocationRule = { ruleId: 'T', fundOrder: ['UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PROGRAMME', 'PENALTY'], advanceFund: 'CURRENT' }
const fund = fc.oneof(fc.constantFrom('UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY'), fc.uuid().map(id => `PROGRAMME:${id}`))
const owed = fc.uniqueArray(fc.record({ fund, amount: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }) }), { selector: each => each.fund, maxLength: 8 })
const amount = fc.bigInt({ min: 1n, max: 10n ** 13n })
const sum = (parts: readonly FundAmount[]) => parts.reduce((all, part) => all + part.amount, 0n)

test('the parts are the payment, none is empty, no fund twice, none beyond its debt but the advance', () => {
  fc.assert(fc.property(owed, amount, (balances, paid) => {
    const parts = splitPayment(balances, paid, rule)
    expect(sum(parts)).toBe(paid)
    expect(parts.every(part => part.amount > 0n)).toBe(true)
    expect(new Set(parts.map(part => part.fund)).size).toBe(parts.length)
    for (const part of parts) {
      const debt = balances.find(each => each.fund === part.fund)?.amount ?? 0n
      if (part.amount > (debt > 0n ? debt : 0n)) expect(part.fund).toBe(rule.advanceFund)
    }
    const debts = balances.reduce((all, each) => (each.amount > 0n ? all + each.amount : all), 0n)
    expect(parts.some(part => part.fund === 'CURRENT' && part.amount > (balances.find(each => each.fund === 'CURRENT')?.amount ?? 0n))).toBe(paid > debts)
  }))
})
