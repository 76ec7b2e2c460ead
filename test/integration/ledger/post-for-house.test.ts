import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { houseBalances, verifyLedger } from '#server/ledger/queries.ts'
import type { HousePosting } from '#server/ledger/schema.ts'
import { testDatabase } from '#test/support/database.ts'

beforeAll(async () => { await testDatabase() })

const upkeep = 'CURRENT' as const
const spending = (change: Partial<HousePosting> = {}): HousePosting => ({
  buildingId: newId(), period: '2026-10', transactionId: newId(), kind: 'SPENDING', valueDate: '2026-10-12', sourceType: 'workAct', sourceId: '7',
  lines: [{ ledger: 'EXPENSE', fund: upkeep, amount: 500_000n }, { ledger: 'BANK', fund: upkeep, amount: -500_000n }], ...change,
})

describe('post for house', () => {
  it('keeps the money of each fund', async () => {
    const posting = spending()
    await serviceTransaction('payments', async ctx => {
      await postForHouse(ctx, posting)
      expect(await houseBalances(ctx, posting.buildingId)).toEqual([
        { ledger: 'BANK', fund: upkeep, amount: -500_000n }, { ledger: 'EXPENSE', fund: upkeep, amount: 500_000n }])
      expect(await verifyLedger(ctx, posting.buildingId)).toEqual([])
    })
  })
  it('spends no money of a programme without an act of it (0023)', async () => {
    const fund = `PROGRAMME:${newId()}` as const
    const loose = spending({ lines: [{ ledger: 'EXPENSE', fund, amount: 5n }, { ledger: 'BANK', fund, amount: -5n }] })
    await expect(serviceTransaction('payments', ctx => postForHouse(ctx, loose))).rejects.toThrow('no such programme')
  })
  it('refuses money of one programme for another (uzbekistan.md 2.7.1, AT-UZ-18)', async () => {
    const crossed = spending({ lines: [{ ledger: 'EXPENSE', fund: `PROGRAMME:${newId()}`, amount: 5n }, { ledger: 'BANK', fund: `PROGRAMME:${newId()}`, amount: -5n }] })
    await expect(serviceTransaction('payments', ctx => postForHouse(ctx, crossed))).rejects.toMatchObject({ code: 'ledger.unbalanced' })
  })
  it('refuses a line on a resident account, a second posting, and an actor who is no machine', async () => {
    const sly = spending({ lines: [{ ledger: 'RECEIVABLE', fund: 'CURRENT', amount: 5n }, { ledger: 'INCOME', fund: 'CURRENT', amount: -5n }] })
    await expect(serviceTransaction('payments', ctx => postForHouse(ctx, sly))).rejects.toMatchObject({ code: 'ledger.unbalanced' })
    const once = spending()
    await serviceTransaction('payments', ctx => postForHouse(ctx, once))
    await expect(serviceTransaction('payments', ctx => postForHouse(ctx, once))).rejects.toMatchObject({ code: 'ledger.alreadyPosted' })
    await expect(serviceTransaction('public', ctx => postForHouse(ctx, spending()))).rejects.toMatchObject({ code: 'ledger.machineOnly' })
  })
})
