import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { owedOf } from '#server/ledger/rules.ts'
import type { PaymentState } from '#server/payments/schema.ts'
import { waitingLines, type LineRow, type Paged } from './queries.ts'
import { hintsFor, type Hint, type HintedAccount } from './rules.ts'

type Known = { paymentId: string; provider: string; state: PaymentState; amount: bigint; valueDate: string; number: string; unitNumber: string }
export type WaitingLine = LineRow & { hints: Hint[]; known: Known | null }
type RawAccount = Omit<HintedAccount, 'owed' | 'owners'> & { owners: { name: string; hash: string | null }[] | null; balances: Record<string, number> | null }

/** Open accounts of a house with what a payer may have written instead of their number. */
async function accountsOf(ctx: Context, buildingId: string): Promise<HintedAccount[]> {
  const rows = await ctx.db.$queryRaw<RawAccount[]>`select a.number::text as number, a.external_number as "externalNumber", p.number as "unitNumber", h.balances,
      (select jsonb_agg(jsonb_build_object('name', o.full_name, 'hash', o.personal_id_hash)) from ownerships w join owners o using (building_id, owner_id)
        where w.building_id = a.building_id and w.premises_id = a.premises_id and (w.valid_to is null or w.valid_to >= app.today())) as owners
    from accounts a join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
    left join account_heads h on h.building_id = a.building_id and h.account_id = a.account_id where a.building_id = ${buildingId}::uuid and a.closed_on is null`
  return rows.map(({ balances, owners, ...row }) => ({ ...row, owners: owners ?? [], owed: owedOf(Object.entries(balances ?? {}).map(([fund, amount]) => ({ fund, amount: BigInt(amount) }))).balance }))
}

/** What waits for a person, with hints. */
export async function worklist(ctx: Context, asked: { buildingId: string | null; page: number }): Promise<Paged<WaitingLine> & { all: number }> {
  const found = await waitingLines(ctx, asked)
  const houses = new Map<string, HintedAccount[]>()
  for (const { buildingId } of found.rows) if (!houses.has(buildingId)) houses.set(buildingId, await accountsOf(ctx, buildingId))
  const hashes = await payerHashes(ctx, found.rows)
  const known = await knownPayments(ctx, found.rows)
  return { ...found, rows: found.rows.map(line => ({ ...line, known: known.get(line.knownPaymentId ?? '') ?? null,
    hints: hintsFor({ ...line, partyHash: hashes.get(`${line.statementId}/${line.row}`) ?? null }, houses.get(line.buildingId) ?? []) })) }
}

async function payerHashes(ctx: Context, lines: readonly LineRow[]): Promise<Map<string, string>> {
  const rows = await ctx.db.$queryRaw<{ key: string; hash: string }[]>`select l.statement_id || '/' || l.row_number as key, l.party_hash as hash from statement_lines l
    join unnest(${lines.map(line => line.statementId)}::uuid[], ${lines.map(line => line.row)}::bigint[]) w(id, row) on l.statement_id = w.id and l.row_number = w.row
    where l.building_id = any(${[...new Set(lines.map(line => line.buildingId))]}::uuid[]) and l.party_hash is not null`
  return new Map(rows.map(row => [row.key, row.hash]))
}

async function knownPayments(ctx: Context, lines: readonly LineRow[]): Promise<Map<string, Known>> {
  const ids = lines.flatMap(line => line.knownPaymentId ?? [])
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.$queryRaw<Known[]>`select t.payment_id as "paymentId", t.provider, t.state, t.amount, to_char(t.value_date, 'YYYY-MM-DD') as "valueDate", t.number::text as number, p.number as "unitNumber"
    from payment_transactions t join premises p on p.building_id = t.building_id and p.premises_id = t.premises_id
    where t.building_id = any(${[...new Set(lines.map(line => line.buildingId))]}::uuid[]) and t.payment_id = any(${ids}::uuid[])`
  return new Map(rows.map(row => [row.paymentId, row]))
}
