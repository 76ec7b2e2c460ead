import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import type { AccountPosting } from '#server/ledger/schema.ts'
import { asChair, asCouncil, asManager, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

async function post(flat: number, change: Pick<AccountPosting, 'kind' | 'period' | 'lines'>, of = house): Promise<void> {
  const unit = of.premises[flat]!
  await serviceTransaction('payments', ctx => postToAccount(ctx, { buildingId: of.buildingId, accountId: unit.accountId, premisesId: unit.premisesId, transactionId: newId(),
    valueDate: `${change.period}-28`, sourceType: 'test', sourceId: '1', ...change }))
}

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'KZ' })
  twin = await makeHouse(db, { country: 'KZ' })
  const charge = (amount: bigint) => ({ kind: 'CHARGE' as const, lines: [{ fund: 'CURRENT' as const, amount, contra: 'INCOME' }, { fund: 'SAVINGS' as const, amount: 1_000n, contra: 'INCOME' }] })
  for (const flat of [0, 1]) await post(flat, { period: '2026-09', ...charge(50_000n) })
  await post(0, { period: '2026-10', kind: 'PAYMENT', lines: [{ fund: 'CURRENT', amount: -60_000n, contra: 'CLEARING:kaspi' }, { fund: 'SAVINGS', amount: -1_000n, contra: 'CLEARING:kaspi' }] })
  await post(0, { period: '2026-10', ...charge(5_000n) })
  await post(0, { period: '2026-10', kind: 'CHARGE', lines: [{ fund: 'CURRENT', amount: 7n, contra: 'INCOME' }] }, twin)
  const ours = { buildingId: house.buildingId, period: '2026-10', valueDate: '2026-10-30', sourceType: 'test', sourceId: '1' }
  await serviceTransaction('payments', ctx => postForHouse(ctx, { ...ours, transactionId: newId(), kind: 'TRANSFER',
    lines: [{ ledger: 'BANK', fund: 'CURRENT', amount: 40_000n }, { ledger: 'CLEARING:kaspi', fund: 'CURRENT', amount: -40_000n }] }))
  await serviceTransaction('payments', ctx => postForHouse(ctx, { ...ours, transactionId: newId(), kind: 'SPENDING',
    lines: [{ ledger: 'EXPENSE', fund: 'CURRENT', amount: 15_000n }, { ledger: 'BANK', fund: 'CURRENT', amount: -15_000n }] }))
})

const current = { fund: 'CURRENT', charged: 105_000n, gathered: 60_000n, spent: 15_000n, held: 45_000n, underWay: 20_000n }
const savings = { fund: 'SAVINGS', charged: 3_000n, gathered: 1_000n, spent: 0n, held: 1_000n, underWay: 1_000n }

describe('the house\'s money at a glance', () => {
  it('shows the council totals per fund and month, what is owed and what is overpaid, and no account', async () => {
    const seen = await (await asCouncil(db, house)).caller.ledger.houseMoney({ buildingId: house.buildingId })
    expect(seen).toMatchObject({ house: house.name, currency: 'KZT', funds: [current, savings],
      months: [{ period: '2026-09', charged: 102_000n, gathered: 0n, spent: 0n }, { period: '2026-10', charged: 6_000n, gathered: 61_000n, spent: 15_000n }],
      owed: [{ fund: 'CURRENT', owed: 50_000n, overpaid: 5_000n }, { fund: 'SAVINGS', owed: 2_000n, overpaid: 0n }] })
    const text = JSON.stringify(seen, (_key, value: unknown) => typeof value === 'bigint' ? String(value) : value)
    for (const unit of house.premises) for (const secret of [unit.accountId, unit.premisesId, unit.accountNumber, unit.ownerId]) expect(text).not.toContain(secret)
  })

  it('is the same to the chair and to the management', async () => {
    for (const person of [await asChair(db, house), await asManager(db, house)]) expect((await person.caller.ledger.houseMoney({ buildingId: house.buildingId })).funds).toEqual([current, savings])
  })

  it('is refused to an owner and a tenant of the house, who see the funds without debts', async () => {
    for (const person of [await asOwner(db, house, house.premises[1]!), await asTenant(db, house, house.premises[2]!)]) {
      await expect(person.caller.ledger.houseMoney({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.councilOnly' })
      const funds = await person.caller.ledger.houseFunds({ buildingId: house.buildingId })
      expect(funds.funds).toEqual([current, savings])
      expect(funds).not.toHaveProperty('owed')
    }
  })

  it('what is on its way from the bank is a part of what the fund holds, also when money was spent before it came', async () => {
    const early = await makeHouse(db, { country: 'KZ' })
    await post(0, { period: '2026-10', kind: 'PAYMENT', lines: [{ fund: 'CURRENT', amount: -10_000n, contra: 'CLEARING:kaspi' }] }, early)
    await serviceTransaction('payments', ctx => postForHouse(ctx, { buildingId: early.buildingId, period: '2026-10', valueDate: '2026-10-30', sourceType: 'test', sourceId: '1', transactionId: newId(), kind: 'SPENDING',
      lines: [{ ledger: 'EXPENSE', fund: 'CURRENT', amount: 4_000n }, { ledger: 'BANK', fund: 'CURRENT', amount: -4_000n }] }))
    const { funds } = await (await asCouncil(db, early)).caller.ledger.houseMoney({ buildingId: early.buildingId })
    expect(funds).toEqual([{ fund: 'CURRENT', charged: 0n, gathered: 10_000n, spent: 4_000n, held: 6_000n, underWay: 6_000n }])
  })

  it('nothing of what a fund does not hold is on its way', async () => {
    const over = await makeHouse(db, { country: 'KZ' })
    await post(0, { period: '2026-10', kind: 'PAYMENT', lines: [{ fund: 'CURRENT', amount: -1_000n, contra: 'CLEARING:kaspi' }] }, over)
    await serviceTransaction('payments', ctx => postForHouse(ctx, { buildingId: over.buildingId, period: '2026-10', valueDate: '2026-10-30', sourceType: 'test', sourceId: '1', transactionId: newId(), kind: 'SPENDING',
      lines: [{ ledger: 'EXPENSE', fund: 'CURRENT', amount: 4_000n }, { ledger: 'BANK', fund: 'CURRENT', amount: -4_000n }] }))
    const { funds } = await (await asCouncil(db, over)).caller.ledger.houseMoney({ buildingId: over.buildingId })
    expect(funds).toEqual([{ fund: 'CURRENT', charged: 0n, gathered: 1_000n, spent: 4_000n, held: -3_000n, underWay: 0n }])
  })

  it('of a twin house is not found', async () => {
    for (const person of [await asChair(db, twin), await asOwner(db, twin, twin.premises[0]!), await asManager(db, twin)]) {
      await expect(person.caller.ledger.houseMoney({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(person.caller.ledger.houseFunds({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    await expect(asStranger().caller.ledger.houseFunds({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
