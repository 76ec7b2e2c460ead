import 'server-only'
import type { AuditEntry } from '#server/audit/record.ts'
import { withdrawDocument } from '#server/documents/withdraw-document.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, type DomainError } from '#server/kernel/errors.ts'
import { lastDay } from '#server/kernel/period.ts'
import { conclusionFacts } from '#server/ledger/adjustments/queries.ts'
import { takeConclusion } from '#server/ledger/adjustments/take-conclusion.ts'
import { assertMayApply } from '#server/ledger/policy.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { reverseTransaction } from '#server/ledger/reverse-transaction.ts'
import { refused } from '#server/ledger/rules.ts'
import type { Fund } from '#server/ledger/schema.ts'
import { holdCalculation } from '#server/billing/court/queries.ts'
import { billCorrected, type BillCorrected } from '#server/billing/events.ts'
import { holdPapers } from '#server/billing/paper/queries.ts'
import { assertStill, type Correction, type StandingBill } from './queries.ts'
import type { Recounted } from './rules.ts'

type Counted = { readonly bill: StandingBill | null | undefined; readonly made: Recounted | null | undefined; readonly conclusionId?: string | undefined }

type PostedDraft = { readonly was: bigint; readonly total: bigint; readonly entry: AuditEntry }

/** Takes the old bill back and posts the new one, with the person's name on the decision and the machine's on the entries; refused when either is another than was drafted. */
export async function postDraft(ctx: Context, draft: Correction, { bill, made, conclusionId }: Counted): Promise<PostedDraft> {
  assertStill(draft, bill, made)
  // A paper that is being made is finished first, and taken back with the others.
  await holdPapers(ctx, draft, 'ALONE')
  await holdCalculation(ctx, draft.accountId)
  const sum = (funds: Record<string, string>) => Object.values(funds).reduce((all, amount) => all + BigInt(amount), 0n)
  const [was, total] = [sum(draft.was), sum(draft.funds)]
  if (conclusionId !== undefined) await takeFor(ctx, draft, conclusionId)
  const decided = await ctx.db.$executeRaw`update bill_corrections set posted_at = app.now(), posted_by = ${ctx.actor.personId}::uuid, conclusion_id = ${conclusionId ?? null}::uuid
    where building_id = ${draft.buildingId}::uuid and correction_id = ${draft.correctionId}::uuid and posted_at is null and declined_at is null`
    .catch((error: unknown) => { throw refusal(error) ?? error })
  if (decided !== 1) throw conflict('billing.correctionDecided')
  await asService(ctx, 'billing', inner => post({ ...inner, actor: { ...inner.actor, personId: null } }, draft))
  await withdrawPapers(ctx, draft)
  const entry: AuditEntry = { action: 'billing.postCorrection', buildingId: draft.buildingId, premisesId: draft.premisesId, subjectType: 'bill', subjectId: draft.billNumber, ground: draft.ground,
    before: { total: was }, after: { total, correctionId: draft.correctionId } }
  const payload: BillCorrected = { premisesId: draft.premisesId, number: draft.accountNumber, period: draft.period, was: String(was), amount: String(total), currency: draft.currency, ground: draft.ground }
  await emit(ctx, { name: billCorrected, buildingId: draft.buildingId, payload })
  return { was, total, entry }
}

async function post(ctx: Context, draft: Correction): Promise<void> {
  const { buildingId, accountId, premisesId, period, correctionId } = draft
  const common = { buildingId, accountId, period, sourceType: 'billCorrection', sourceId: correctionId }
  if (Object.keys(draft.was).length > 0) {
    await reverseTransaction(ctx, { ...common, transactionId: draft.reversalId, valueDate: ctx.today, reversedTransactionId: draft.replacesTransactionId })
  }
  const lines = Object.entries(draft.funds).map(([fund, amount]) => ({ fund: fund as Fund, amount: BigInt(amount), contra: 'INCOME' }))
  if (lines.length > 0) await postToAccount(ctx, { ...common, premisesId, transactionId: correctionId, kind: 'CHARGE', valueDate: lastDay(period), lines })
}

/** One fund, exactly the difference: the person takes the conclusion as for any change of a debt. */
async function takeFor(ctx: Context, draft: Correction, conclusionId: string): Promise<void> {
  const { accountId, premisesId, fund } = assertMayApply(await conclusionFacts(ctx, { buildingId: draft.buildingId, conclusionId }))
  if (accountId !== draft.accountId) throw conflict('ledger.conclusionOfOther')
  const changed = [...new Set([...Object.keys(draft.was), ...Object.keys(draft.funds)])].map(each => ({ fund: each, amount: BigInt(draft.funds[each] ?? '0') - BigInt(draft.was[each] ?? '0') })).filter(each => each.amount !== 0n)
  const [only] = changed
  if (!only || changed.length > 1 || only.fund !== fund) throw conflict('ledger.conclusionRange')
  await takeConclusion(ctx, { buildingId: draft.buildingId, conclusionId, accountId, premisesId, fund, amount: only.amount, period: draft.period, transactionId: draft.correctionId })
}

type Paper = { readonly documentId: string; readonly court: boolean }

/** Papers of the bill that was taken back say so to whoever checks them, with the number of the new one, as do those taken back before; the calculations for a court that counted it are taken back too. */
async function withdrawPapers(ctx: Context, { buildingId, accountId, period, ground: reason, billNumber }: Correction): Promise<void> {
  await ctx.db.$executeRaw`update issued_documents set replaced_by = ${billNumber} where building_id = ${buildingId}::uuid and subject_type = 'bill' and subject_id like ${`${accountId}:${period}%`} and replaced_by is not null`
  const papers = await ctx.db.$queryRaw<Paper[]>`select d.document_id::text as "documentId", d.subject_type = 'courtPack' as court from issued_documents d
    where d.building_id = ${buildingId}::uuid and d.withdrawn_at is null and (d.subject_type = 'bill' and d.subject_id like ${`${accountId}:${period}%`}
      or d.subject_type = 'courtPack' and d.subject_id in (select k.pack_id::text from court_packs k where k.building_id = ${buildingId}::uuid and k.account_id = ${accountId}::uuid))`
  for (const { documentId, court } of papers) await withdrawDocument(ctx, { buildingId, documentId, reason, ...(court ? {} : { replacedBy: billNumber }) })
}

function refusal(error: unknown): DomainError | null {
  const state = sqlState(error)
  if (state === 'UY081') return conflict('billing.correctionNeedsGround')
  return state === 'UY080' ? conflict('billing.correctionDecided') : refused(state)
}
