import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, invalid, type DomainError } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import type { LineRow } from './queries.ts'

export type Part = { number: string; amount: bigint }
type Named = { number: string; buildingId: string; accountId: string; premisesId: string; invoiceId: string | null; fund: string | null; refusal: string | null }

const refusals = new Map<string, () => DomainError>([
  ['CLOSED_ACCOUNT', () => conflict('statements.accountClosed')],
  ['INVOICE_PAID', () => conflict('statements.invoicePaid')],
  ['INVOICE_AMOUNT', () => invalid('statements.invoiceAmount')],
  ['BEFORE_ACCOUNT', () => conflict('statements.beforeAccount')],
])

/** Money of a line goes where a person says, through the one way of settling; what the machine would refuse is refused here too. */
export async function settleLine(ctx: Context, line: LineRow, parts: readonly Part[]): Promise<string[]> {
  const named = await namesOf(ctx, line, parts)
  const rows = parts.map((part, index) => ({ ...part, ...placeOf(named, line, part), index, paymentId: newId() }))
  // An account and an invoice of the same account are two numbers: each part is settled in its turn.
  if (new Set(rows.map(row => row.number)).size < rows.length) throw invalid('statements.sameAccountTwice')
  await ctx.db.$queryRaw`select app.settle_statement_parts(${line.buildingId}::uuid, ${line.statementId}::uuid, (select array_agg(row(${line.row}::bigint, x.part, x."accountId", x."premisesId", x."invoiceId", x.number, x.fund,
      x.amount, x.part, x."paymentId")::app.statement_part order by x.part) from jsonb_to_recordset(${JSON.stringify(rows.map(({ index, amount, ...row }) => ({ ...row, amount: amount.toString(), part: index + 1 })))}::jsonb)
      as x(part int, "accountId" uuid, "premisesId" uuid, "invoiceId" uuid, number text, fund text, amount bigint, "paymentId" uuid))) as done`
    .catch((error: unknown) => { throw sqlState(error) === 'UY030' ? conflict('statements.alreadySettled') : error })
  const settled = await ctx.db.$queryRaw<{ id: string }[]>`select payment_id as id from statement_settlements z join payment_transactions t using (building_id, payment_id)
    where z.building_id = ${line.buildingId}::uuid and z.statement_id = ${line.statementId}::uuid and z.row_number = ${line.row}::bigint and t.state = 'PAID' order by z.part`
  return settled.map(row => row.id)
}

/** Where the money of a number of this house goes; refused in words where it may not. */
export async function placeOfNumber(ctx: Context, at: Pick<LineRow, 'buildingId' | 'date'>, part: Part): Promise<Omit<Named, 'buildingId' | 'refusal' | 'number'>> {
  return placeOf(await namesOf(ctx, at, [part]), at, part)
}

async function namesOf(ctx: Context, { date }: Pick<LineRow, 'date'>, parts: readonly Part[]): Promise<Named[]> {
  return ctx.db.$queryRaw<Named[]>`select n.number, p.building_id as "buildingId", p.account_id as "accountId", p.premises_id as "premisesId", p.invoice_id as "invoiceId", p.fund,
      app.statement_refusal(p, n.amount, ${date}::date, (select max(e.value_date) from ledger_entries e where e.building_id = p.building_id and e.account_key = p.account_id and e.kind = 'OPENING')) as refusal
    from jsonb_to_recordset(${JSON.stringify(parts.map(({ number, amount }) => ({ number, amount: amount.toString() })))}::jsonb) as n(number text, amount bigint) cross join lateral app.find_payable(n.number) p`
}

/** A number of another house is as good as none: money of one house never pays another. */
function placeOf(named: readonly Named[], { buildingId }: Pick<LineRow, 'buildingId'>, { number }: Part): Omit<Named, 'buildingId' | 'refusal' | 'number'> {
  const found = named.find(each => each.number === number && each.buildingId === buildingId)
  if (!found) throw invalid('statements.numberUnknown', { number })
  const refusal = refusals.get(found.refusal ?? '')
  if (refusal) throw refusal()
  return { accountId: found.accountId, premisesId: found.premisesId, invoiceId: found.invoiceId, fund: found.fund }
}
