import { expect, test } from 'vitest'
import { formsOf } from '#app/[locale]/(staff)/staff/repairs/[buildingId]/[programmeId]/forms.ts'

type Desk = Parameters<typeof formsOf>[0]['desk']
const payer = (premisesId: string, refundable: bigint) => ({ premisesId, unitKind: 'APARTMENT', unitNumber: premisesId, part: 0n, paid: refundable, refunded: 0n, refundable })
const asked = (premisesId: string, amount: bigint, approved: boolean | null = null) => ({
  refundId: `of ${premisesId} ${amount}`, premisesId, unitKind: 'APARTMENT', unitNumber: premisesId, amount, application: 'Ariza 4', mine: false, requestedAt: new Date(0), approved, ground: null, decidedAt: null })
const cancelled = (shares: Desk['shares'], refunds: Desk['refunds']) => formsOf({ today: '2026-11-22', locale: 'ru',
  desk: { state: 'CANCELLED', currency: 'UZS', shares, refunds, estimates: [], stages: [], money: { gathered: 0n, spent: 0n, held: 0n, refundable: 0n } } as unknown as Desk })
const sumOf = (forms: ReturnType<typeof formsOf>) => forms.find(each => each.act === 'refund')?.fields.find(each => each.name === 'amount')?.value

test('each request to give back is named by its flat and sum, so that no other one is approved in its place', () => {
  const titles = cancelled([payer('7', 500_000n), payer('8', 500_000n)], [asked('7', 100_000n), asked('8', 200_000n)]).filter(each => each.act === 'approveRefund').map(each => each.title)
  expect(new Set(titles).size).toBe(2)
  expect(titles[0]).toMatch(/7, 1.000.сум$/u)
})

test('only what is not asked for yet is offered to be asked, and the sum of one payer is not offered for another', () => {
  const two = cancelled([payer('7', 500_000n), payer('8', 300_000n), payer('9', 100_000n)], [asked('7', 100_000n), asked('7', 50_000n, false), asked('9', 100_000n)])
  expect(two.find(each => each.act === 'refund')?.fields[0]?.options?.map(each => each.label.replaceAll(/\D/gu, ''))).toEqual(['74000', '83000'])
  expect(sumOf(two)).toBeUndefined()
  expect(sumOf(cancelled([payer('7', 500_050n)], [asked('7', 100_000n)]))).toBe('4000,50')
  expect(sumOf(cancelled([payer('7', 500_000n)], [asked('7', 500_000n)]))).toBeUndefined()
})
