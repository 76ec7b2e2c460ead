import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { balancesOf, houseBalances, verifyLedger } from '#server/ledger/queries.ts'
import { reverseTransaction } from '#server/ledger/reverse-transaction.ts'
import type { AccountPosting } from '#server/ledger/schema.ts'
import { testDatabase } from '#test/support/database.ts'

beforeAll(async () => { await testDatabase() })

const payment = (): AccountPosting => ({
  buildingId: newId(), accountId: newId(), premisesId: newId(), period: '2026-10', transactionId: newId(), kind: 'PAYMENT', valueDate: '2026-10-20',
  sourceType: 'payment', sourceId: '1',
  lines: [{ fund: 'UTILITIES', amount: -70_000n, contra: 'CLEARING:payme' }, { fund: 'CURRENT', amount: -30_000n, contra: 'CLEARING:payme' }],
})
const opposite = (of: AccountPosting) => ({
  buildingId: of.buildingId, accountId: of.accountId, period: '2026-11', transactionId: newId(), reversedTransactionId: of.transactionId,
  valueDate: '2026-11-02', sourceType: 'refund', sourceId: '1',
})

describe('reverse transaction', () => {
  it('posts the exact opposite on both sides', async () => {
    const posted = payment()
    await serviceTransaction('payments', async ctx => {
      await postToAccount(ctx, posted)
      await reverseTransaction(ctx, opposite(posted))
      expect(await balancesOf(ctx, posted)).toEqual([{ fund: 'CURRENT', amount: 0n }, { fund: 'UTILITIES', amount: 0n }])
      expect((await houseBalances(ctx, posted.buildingId)).filter(each => each.ledger === 'CLEARING:payme').map(each => each.amount)).toEqual([0n, 0n])
      expect(await verifyLedger(ctx, posted.buildingId)).toEqual([])
    })
  })
  it('refuses a second reversal', async () => {
    const posted = payment()
    await serviceTransaction('payments', async ctx => {
      await postToAccount(ctx, posted)
      await reverseTransaction(ctx, opposite(posted))
    })
    await expect(serviceTransaction('payments', ctx => reverseTransaction(ctx, opposite(posted)))).rejects.toMatchObject({ code: 'ledger.alreadyPosted' })
  })
  it('reverses a transaction of the house itself', async () => {
    const buildingId = newId()
    const transactionId = newId()
    const common = { buildingId, period: '2026-10', valueDate: '2026-10-12', sourceType: 'workAct', sourceId: '7' }
    await serviceTransaction('payments', async ctx => {
      await postForHouse(ctx, { ...common, transactionId, kind: 'SPENDING', lines: [{ ledger: 'EXPENSE', fund: 'SAVINGS', amount: 9n }, { ledger: 'BANK', fund: 'SAVINGS', amount: -9n }] })
      await reverseTransaction(ctx, { ...common, accountId: null, transactionId: newId(), reversedTransactionId: transactionId })
      expect((await houseBalances(ctx, buildingId)).map(each => each.amount)).toEqual([0n, 0n])
    })
  })
  it('refuses what does not exist, what is not exact inside SQL, and who is no machine', async () => {
    const posted = payment()
    await expect(serviceTransaction('payments', ctx => reverseTransaction(ctx, opposite(posted)))).rejects.toMatchObject({ code: 'ledger.transactionNotFound' })
    await serviceTransaction('payments', ctx => postToAccount(ctx, posted))
    await expect(serviceTransaction('payments', ctx => ctx.db.$queryRaw`select app.post_account(${posted.buildingId}::uuid, ${posted.accountId}::uuid,
      ${posted.premisesId}::uuid, '2026-11', ${newId()}::uuid, 'REVERSAL', '2026-11-02'::date, 'x', 'y', ${posted.transactionId}::uuid,
      '{UTILITIES,CURRENT}'::text[], '{70000,29999}'::bigint[], '{INCOME,INCOME}'::text[])`)).rejects.toThrow(/UY005|opposite/)
    await expect(serviceTransaction('public', ctx => reverseTransaction(ctx, opposite(posted)))).rejects.toMatchObject({ code: 'ledger.machineOnly' })
  })
})
