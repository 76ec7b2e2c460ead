import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { assertMayIssueInvoices } from './policy.ts'
import type { IssueInvoicesInput } from './schema.ts'

/** Numbers that can be paid once, from the sequence of account numbers. The same source asked again is the same invoice. */
export async function issueInvoices(ctx: Context, { buildingId, country, invoices }: IssueInvoicesInput): Promise<void> {
  const rows = await ctx.db.$queryRaw<{ reaches: boolean }[]>`select auth.reaches('{billing.run}', ${buildingId}::uuid) as reaches`
  assertMayIssueInvoices(ctx.actor, rows[0]?.reaches ?? false)
  if (invoices.length === 0) return
  const list = JSON.stringify(invoices.map(each => ({ ...each, amount: each.amount.toString() })))
  const issued = await asService(ctx, 'payments', inner => inner.db.$executeRaw`
    with wanted as (
      select w.*, app.next_account_number(${country}) as number from jsonb_to_recordset(${list}::jsonb)
        as w("invoiceId" uuid, "accountId" uuid, "premisesId" uuid, fund text, amount bigint, "dueOn" date, "sourceType" text, "sourceId" text)
       where not exists (select 1 from payment_invoices v where v.building_id = ${buildingId}::uuid and v.source_type = w."sourceType" and v.source_id = w."sourceId")),
    named as (
      insert into invoice_numbers (number, building_id, invoice_id) select number, ${buildingId}::uuid, "invoiceId" from wanted returning invoice_id)
    insert into payment_invoices (building_id, invoice_id, number, account_id, premises_id, fund, amount, currency, due_on, source_type, source_id)
    select ${buildingId}::uuid, w."invoiceId", w.number, w."accountId", w."premisesId", w.fund, w.amount, ${jurisdictionOf(country).currency}, w."dueOn", w."sourceType", w."sourceId"
      from wanted w`)
  await record(ctx, { action: 'payments.issueInvoices', buildingId, subjectType: 'invoices', subjectId: invoices[0]?.sourceType ?? '', after: { issued } })
}
