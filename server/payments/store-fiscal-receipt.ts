import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import type { SoldItem } from './click/fiscal.ts'
import { maskMessage } from './doors/message.ts'
import { assertMayStoreReceipts } from './policy.ts'

export type FiscalReceipt = {
  buildingId: string; paymentId: string; service: string
  /** What was asked of the provider and what it said, for the log. */
  method: 'submit_items' | 'ofd_data'; request: string; heard: { status: number; text: string }
  /** How far we are, what was sold, and the receipt once there is one: it stays as it first came. */
  click: Record<string, string>; receipt: Record<string, string> | null; item: SoldItem
}

/** What a provider that we ask has said of a payment's fiscal receipt: kept beside the payment, and in the log as every call. */
export async function storeFiscalReceipt(ctx: Context, { buildingId, paymentId, service, method, request, heard, click, receipt, item }: FiscalReceipt): Promise<void> {
  assertMayStoreReceipts(ctx.actor)
  const kept = receipt === null ? {} : { PERFORM: receipt, ITEM: item }
  const rows = await ctx.db.$queryRaw<{ premisesId: string; externalId: string }[]>`
    update payment_transactions t set fiscal = ${JSON.stringify(kept)}::jsonb || t.fiscal || jsonb_build_object('CLICK', coalesce(t.fiscal -> 'CLICK', '{}') || ${JSON.stringify(click)}::jsonb)
     where t.building_id = ${buildingId}::uuid and t.payment_id = ${paymentId}::uuid and t.performed_at is not null returning t.premises_id as "premisesId", t.external_id as "externalId"`
  const payment = rows[0]
  if (!payment) throw notFound('payments.paymentNotFound')
  await ctx.db.$executeRaw`insert into payment_request_log (building_id, at, log_id, provider, service, method, external_id, payment_id, request, response, http_status)
    values (${buildingId}::uuid, app.now(), ${newId()}::uuid, 'click', ${service}, ${method}, ${payment.externalId}, ${paymentId}::uuid, ${maskMessage(request, payment.externalId).slice(0, 2000)},
      ${maskMessage(heard.text, payment.externalId).slice(0, 2000)}, ${heard.status}::smallint)`
  if (receipt !== null) {
    await record(ctx, { action: 'payments.storeFiscalReceipt', buildingId, premisesId: payment.premisesId, subjectType: 'payment', subjectId: paymentId, after: { receipt: receipt['qr_code_url'] ?? '' } })
  }
}
