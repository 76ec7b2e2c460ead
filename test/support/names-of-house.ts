import { newId } from '#server/kernel/ids.ts'
import type { Named } from '#test/support/calls.ts'
import type { TestDatabase } from '#test/support/database.ts'

type House = { buildingId: string; name: string }

/** Ids of this house under the names by which procedures ask for them; what is not found here has no row to hide. */
export async function namesOf(db: TestDatabase, house: House, given: Named): Promise<Named> {
  const one = async (sql: string) => (await db.sql<{ id: string }>(sql, [house.buildingId]))[0]?.id ?? newId()
  const of = (table: string, column: string, where = 'true') => one(`select ${column}::text as id from ${table} where building_id = $1 and ${where} limit 1`)
  const flat = await of('meters', 'premises_id', 'premises_id is not null')
  return {
    ...given, premisesId: flat, premisesIds: [flat], accountId: await of('accounts', 'account_id', `premises_id = '${flat}'`), number: await of('accounts', 'number', `premises_id = '${flat}'`),
    meterId: await of('meters', 'meter_id', `premises_id = '${flat}'`), meetingId: await of('meetings', 'meeting_id', `state = 'OPEN'`), draftId: await of('ballot_drafts', 'draft_id'),
    requestId: await of('requests', 'request_id'), adjustmentId: await of('adjustment_requests', 'request_id'), conclusionId: await of('inspection_conclusions', 'conclusion_id'), programmeId: await of('repair_stages', 'programme_id'), stageId: await of('repair_stages', 'stage_id'), actId: await of('repair_acts', 'act_id'), refundId: await of('repair_refunds', 'refund_id'), bankAccountId: await of('bank_accounts', 'bank_account_id'), paymentId: await of('payment_transactions', 'payment_id', `state = 'PAID'`),
    intentId: await of('payment_intents', 'intent_id'), grantId: await one(`select grant_id::text as id from auth.grants where building_id = $1 and role = 'CHAIR' and ended_at is null limit 1`),
    ownerId: await of('owners', 'owner_id'), documentId: await of('issued_documents', 'document_id'), fileId: await of('stored_files', 'file_id'), batchId: await of('import_batches', 'batch_id'), statementId: await of('statements', 'statement_id'), differenceId: await of('reconciliation_differences', 'difference_id'),
    orderId: await of('billing_orders', 'order_id'), changeId: await of('house_service_changes', 'change_id'), interruptionId: await of('service_interruptions', 'interruption_id'), heatId: await of('heat_contracts', 'contract_id'), corrects: await of('readings', 'reading_id'), scopeId: house.buildingId, scopeType: 'BUILDING', onBehalfOf: undefined, onBehalf: undefined,
    subjectType: 'meeting', subjectId: await of('stored_files', 'subject_id', `subject_type = 'meeting'`), device: await one(`select encode(s.session_hash, 'hex') as id from auth.sessions s join auth.grants g using (person_id) where g.building_id = $1 limit 1`), text: house.name, callerName: 'Caller', phone: '+77019998877', country: 'KZ', territoryCode: '751210000',
  }
}
