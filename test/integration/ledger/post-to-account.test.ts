import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { balancesOf, statementOf, verifyLedger } from '#server/ledger/queries.ts'
import type { AccountPosting } from '#server/ledger/schema.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let db: TestDatabase
beforeAll(async () => { db = await testDatabase() })

function posting(change: Partial<AccountPosting> = {}): AccountPosting {
  return {
    buildingId: newId(), accountId: newId(), premisesId: newId(), period: '2026-10', transactionId: newId(), kind: 'CHARGE',
    valueDate: '2026-10-31', sourceType: 'test', sourceId: '1',
    lines: [{ fund: 'UTILITIES', amount: 113_111n, contra: 'INCOME' }, { fund: 'SAVINGS', amount: 129_750n, contra: 'INCOME' }],
    ...change,
  }
}

describe('post to account', () => {
  it('posts both sides and keeps the balance per fund', async () => {
    const charge = posting()
    await serviceTransaction('billing', ctx => postToAccount(ctx, charge))
    const payment = posting({ ...charge, transactionId: newId(), kind: 'PAYMENT', lines: [{ fund: 'UTILITIES', amount: -100_000n, contra: 'CLEARING:kaspi' }] })
    const seq = await serviceTransaction('payments', ctx => postToAccount(ctx, payment))
    expect(seq).toBe(2n)
    await serviceTransaction('payments', async ctx => {
      expect(await balancesOf(ctx, charge)).toEqual([{ fund: 'SAVINGS', amount: 129_750n }, { fund: 'UTILITIES', amount: 13_111n }])
      expect((await statementOf(ctx, charge)).map(row => [row.kind, row.amount])).toEqual([['PAYMENT', -100_000n], ['CHARGE', 242_861n]])
      expect(await verifyLedger(ctx, charge.buildingId)).toEqual([])
    })
  })

  it('refuses the same transaction a second time and posts nothing', async () => {
    const charge = posting()
    await serviceTransaction('billing', ctx => postToAccount(ctx, charge))
    await expect(serviceTransaction('billing', ctx => postToAccount(ctx, charge))).rejects.toMatchObject({ code: 'ledger.alreadyPosted' })
    await serviceTransaction('billing', async ctx => expect(await statementOf(ctx, charge)).toHaveLength(1))
  })

  it('refuses an actor who is no machine', async () => {
    await expect(serviceTransaction('public', ctx => postToAccount(ctx, posting()))).rejects.toMatchObject({ code: 'ledger.machineOnly' })
  })

  it('refuses empty lines and a second opening', async () => {
    await expect(serviceTransaction('billing', ctx => postToAccount(ctx, posting({ lines: [] })))).rejects.toMatchObject({ code: 'ledger.unbalanced' })
    const opening = posting({ kind: 'OPENING' })
    await expect(serviceTransaction('billing', ctx => postToAccount(ctx, opening))).rejects.toMatchObject({ code: 'ledger.windowClosed' })
    await serviceTransaction('seed', ctx => ctx.db.$executeRaw`insert into migration_windows (building_id, window_id, closes_on, basis) values (${opening.buildingId}::uuid, ${newId()}::uuid, app.today(), 'test')`)
    await serviceTransaction('billing', ctx => postToAccount(ctx, opening))
    await expect(serviceTransaction('billing', ctx => postToAccount(ctx, { ...opening, transactionId: newId() })))
      .rejects.toMatchObject({ code: 'ledger.alreadyOpened' })
  })

  it('refuses an adjustment of debt without a conclusion even inside SQL (seed 000, point 8)', async () => {
    const { buildingId, accountId, premisesId } = posting()
    await expect(serviceTransaction('billing', ctx => ctx.db.$queryRaw`select app.post_account(${buildingId}::uuid, ${accountId}::uuid,
      ${premisesId}::uuid, '2026-10', ${newId()}::uuid, 'ADJUSTMENT', '2026-10-31'::date, 'x', 'y', null::uuid, '{UTILITIES}'::text[],
      '{-5}'::bigint[], '{INCOME}'::text[])`)).rejects.toThrow(/UY020|no signed conclusion/)
  })

  it('hides one house from a stranger', async () => {
    const charge = posting()
    await serviceTransaction('billing', ctx => postToAccount(ctx, charge))
    await serviceTransaction('public', async ctx => expect(await balancesOf(ctx, charge)).toEqual([]))
    expect(await db.sql('select 1 from account_heads where account_id = $1', [charge.accountId])).toHaveLength(1)
  })
})
