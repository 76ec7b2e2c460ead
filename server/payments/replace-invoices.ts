import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { issueInvoices } from './issue-invoices.ts'
import { assertMayIssueInvoices } from './policy.ts'
import type { IssueInvoicesInput } from './schema.ts'

type Replacement = IssueInvoicesInput & { readonly withdrawn: readonly string[]; readonly accountIds: readonly string[] }

/**
 * Numbers that nothing is to be paid by any more are withdrawn, others come in their place, and the money that was paid covers what
 * is left in the order of its days. A payment that a provider holds on a withdrawn number still comes into its fund.
 */
export async function replaceInvoices(ctx: Context, { buildingId, country, invoices, withdrawn, accountIds }: Replacement): Promise<void> {
  const rows = await ctx.db.$queryRaw<{ reaches: boolean }[]>`select auth.reaches('{billing.run}', ${buildingId}::uuid) as reaches`
  assertMayIssueInvoices(ctx.actor, rows[0]?.reaches ?? false)
  if (withdrawn.length > 0) {
    await asService(ctx, 'payments', inner => inner.db.$executeRaw`update payment_invoices set state = 'WITHDRAWN', paid_by = null, paid_at = null
      where building_id = ${buildingId}::uuid and invoice_id = any(${withdrawn}::uuid[])`)
    await record(ctx, { action: 'payments.withdrawInvoices', buildingId, subjectType: 'invoices', subjectId: withdrawn[0] ?? '', after: { withdrawn: withdrawn.length } })
  }
  await issueInvoices(ctx, { buildingId, country, invoices })
  if (accountIds.length === 0) return
  await asService(ctx, 'payments', inner => inner.db.$queryRaw`select app.cover_invoices(${buildingId}::uuid, x)::text from unnest(${accountIds}::uuid[]) x`)
}
