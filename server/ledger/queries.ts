import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Period } from '#server/kernel/period.ts'
import type { FundBalance, LedgerFault, StatementRow } from './schema.ts'

type Place = { readonly buildingId: string; readonly accountId: string }
export type TransactionEntry = { accountId: string | null; premisesId: string | null; ledger: string; fund: string; amount: bigint }

/** What the account owes per fund by its head, the snapshot of its entries. Nothing posted yet: an empty list. */
export async function balancesOf(ctx: Pick<Context, 'db'>, { buildingId, accountId }: Place): Promise<FundBalance[]> {
  return ctx.db.$queryRaw<FundBalance[]>`select b.key as fund, b.value::bigint as amount
    from account_heads h, jsonb_each_text(h.balances) b
   where h.building_id = ${buildingId}::uuid and h.account_id = ${accountId}::uuid order by b.key`
}

/** The same from the entries themselves, as of the end of a business day. */
export async function balancesOn(ctx: Pick<Context, 'db'>, place: Place, day: string): Promise<FundBalance[]> {
  return ctx.db.$queryRaw<FundBalance[]>`select e.fund, sum(e.amount)::bigint as amount from ledger_entries e
   where e.building_id = ${place.buildingId}::uuid and e.account_key = ${place.accountId}::uuid and e.value_date <= ${day}::date
   group by e.fund order by e.fund`
}

/** The account's history, newest first: one row for each transaction. */
export async function statementOf(ctx: Pick<Context, 'db'>, place: Place, limit = 100): Promise<StatementRow[]> {
  const rows = await ctx.db.$queryRaw<(Omit<StatementRow, 'funds'> & { funds: { fund: string; amount: string }[] })[]>`
    select e.transaction_id as "transactionId", e.period::text as period, e.kind, to_char(e.value_date, 'YYYY-MM-DD') as "valueDate",
      e.posted_at as "postedAt", e.seq, sum(e.amount)::bigint as amount, e.source_type as "sourceType", e.source_id as "sourceId",
      jsonb_agg(jsonb_build_object('fund', e.fund, 'amount', e.amount::text) order by e.line) as funds
      from ledger_entries e
     where e.building_id = ${place.buildingId}::uuid and e.account_key = ${place.accountId}::uuid
     group by e.transaction_id, e.period, e.kind, e.value_date, e.posted_at, e.seq, e.source_type, e.source_id
     order by e.seq desc limit ${limit}`
  return rows.map(row => ({ ...row, funds: row.funds.map(each => ({ fund: each.fund, amount: BigInt(each.amount) })) }))
}

/** Sum per fund of one ledger of the house: what came in, what lies in the bank, what was spent. */
export async function houseBalances(ctx: Pick<Context, 'db'>, buildingId: string): Promise<{ ledger: string; fund: string; amount: bigint }[]> {
  return ctx.db.$queryRaw`select e.ledger, e.fund, sum(e.amount)::bigint as amount from ledger_entries e
   where e.building_id = ${buildingId}::uuid group by e.ledger, e.fund order by e.ledger, e.fund`
}

/** Lines of a transaction: those of one account with the house's side, or all of them. */
export async function entriesOfTransaction(
  ctx: Pick<Context, 'db'>,
  wanted: { buildingId: string; accountId: string | null; reversedTransactionId: string },
): Promise<TransactionEntry[]> {
  return ctx.db.$queryRaw<TransactionEntry[]>`select e.account_id::text as "accountId", e.premises_id::text as "premisesId",
      e.ledger, e.fund, e.amount
    from ledger_entries e
   where e.building_id = ${wanted.buildingId}::uuid and e.transaction_id = ${wanted.reversedTransactionId}::uuid
     and e.account_key in ('00000000-0000-0000-0000-000000000000', coalesce(${wanted.accountId}::uuid, '00000000-0000-0000-0000-000000000000'))
   order by e.line`
}

export type Seal = { day: string; hash: string; links: bigint; total: bigint }

/** Latest sealed day of the house: printed on its papers so that any later change can be shown. */
export async function sealOf(ctx: Pick<Context, 'db'>, buildingId: string): Promise<Seal | null> {
  const rows = await ctx.db.$queryRaw<Seal[]>`
    select to_char(h.day, 'YYYY-MM-DD') as day, encode(h.hash, 'hex') as hash, h.links, h.total from ledger_heads h
     where h.building_id = ${buildingId}::uuid order by h.day desc limit 1`
  return rows[0] ?? null
}

/**
 * Recomputes chains, balances, transactions and sealed days; the first row names the first broken entry.
 * Nothing wrong: an empty list. Without a building, everything that the scope sees.
 */
export async function verifyLedger(ctx: Pick<Context, 'db'>, buildingId: string | null = null): Promise<LedgerFault[]> {
  return ctx.db.$queryRaw<LedgerFault[]>`select v.problem, v.building_id::text as "buildingId", v.account_id::text as "accountId",
      v.seq, v.period, v.transaction_id::text as "transactionId" from (select * from app.verify_ledger(${buildingId}::uuid) union all select * from app.verify_adjustments(${buildingId}::uuid)) v`
}

/** How much was verified: houses, accounts, and their own entries. */
export async function ledgerSize(ctx: Pick<Context, 'db'>, buildingId: string | null): Promise<{ houses: number; accounts: number; entries: number }> {
  const rows = await ctx.db.$queryRaw<{ houses: number; accounts: number; entries: number }[]>`
    select count(distinct e.building_id)::int as houses, count(distinct (e.building_id, e.account_id)) filter (where e.account_id is not null)::int as accounts, count(*)::int as entries
      from ledger_entries e where ${buildingId}::uuid is null or e.building_id = ${buildingId}::uuid`
  return rows[0] ?? { houses: 0, accounts: 0, entries: 0 }
}

/** The month itself, or the first open one after it: what comes for a closed month is posted into that. */
export async function openMonth(ctx: Pick<Context, 'db'>, buildingId: string, period: Period): Promise<Period> {
  const rows = await ctx.db.$queryRaw<{ period: Period }[]>`select app.open_month(${buildingId}::uuid, ${period}) as period`
  return rows[0]?.period ?? period
}
