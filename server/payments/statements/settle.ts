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
  await assertNotToldTwice(ctx, line)
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

/**
 * A desk's registry and the bank tell of the same money: given back, both lines wait for a person, and only one is settled again;
 * the other is linked to what that became. Under the lock of the payment they share.
 */
async function assertNotToldTwice({ db }: Context, { buildingId, statementId, row }: LineRow): Promise<void> {
  const shared = await db.$queryRaw<{ id: string }[]>`select t.payment_id::text as id from payment_transactions t where t.building_id = ${buildingId}::uuid and t.payment_id in (select z.payment_id from statement_settlements z
    where z.building_id = ${buildingId}::uuid and z.statement_id = ${statementId}::uuid and z.row_number = ${row}::bigint) order by t.payment_id for no key update`
  if (shared.length === 0) return
  const settled = await db.$queryRaw<unknown[]>`select 1 from statement_settlements o join statement_lines l using (building_id, statement_id, row_number)
      join statement_settlements n using (building_id, statement_id, row_number) join payment_transactions t on t.building_id = n.building_id and t.payment_id = n.payment_id
    where o.building_id = ${buildingId}::uuid and o.payment_id = any(${shared.map(each => each.id)}::text[]::uuid[]) and (o.statement_id, o.row_number) <> (${statementId}::uuid, ${row}::bigint)
      and l.kept and l.state in ('POSTED', 'KNOWN') and t.state = 'PAID' limit 1`
  if (settled.length > 0) throw conflict('statements.alreadySettled')
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
