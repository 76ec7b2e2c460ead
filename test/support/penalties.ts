import { penaltyItem, type FundEntry, type PayerKind, type PenaltyFacts, type PenaltyFund, type PenaltyRule } from '#server/billing/penalties/rules.ts'
import type { PriceItem } from '#server/billing/schema.ts'

export const uzRule = (payerKind: PayerKind = 'NATURAL'): PenaltyRule => ({
  fund: 'CURRENT', payerKind, formula: 'DAILY', dailyRate: payerKind === 'LEGAL' ? '0.004' : '0.001', indexCode: null, factor: null, cap: '0.5', actId: null, source: 'test', verified: false,
  validFrom: '2026-07-01', validTo: null })
export const kzRule: PenaltyRule = { ...uzRule(), fund: 'UTILITIES', formula: 'YEARLY', dailyRate: null, indexCode: 'REFINANCING_RATE', factor: '1.5', cap: '1', validFrom: '2000-01-01' }

export function itemFor(rule: PenaltyRule): PriceItem & { penalty: NonNullable<PriceItem['penalty']> } {
  const item = penaltyItem([rule], { period: '2027-01', fund: rule.fund, payerKind: rule.payerKind })
  if (!item?.penalty) throw new Error('no rule')
  return { ...item, penalty: item.penalty }
}

export const charge = (amount: bigint, dueOn: string, fund: PenaltyFund = 'CURRENT'): FundEntry => ({ fund, kind: 'CHARGE', amount, dueOn, day: dueOn, period: dueOn.slice(0, 7) })
export const paid = (amount: bigint, day: string, fund = 'CURRENT'): FundEntry => ({ fund, kind: 'CREDIT', amount: -amount, dueOn: null, day, period: day.slice(0, 7) })
export const penaltyFacts = (entries: FundEntry[], change: Partial<PenaltyFacts> = {}): PenaltyFacts => ({ entries, brought: new Map(), flying: [], posted: [], ...change })
