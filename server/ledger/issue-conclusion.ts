import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { grantOnBuilding } from '#server/kernel/actor.ts'
import { conflict } from '#server/kernel/errors.ts'
import { adjustmentFacts } from '#server/ledger/adjustments/queries.ts'
import { judgeAllowed } from '#server/ledger/adjustments/rules.ts'
import type { AdjustmentFacts, IssueConclusionInput } from '#server/ledger/adjustments/schema.ts'
import { hashOfConclusion, sessionSigner } from '#server/ledger/adjustments/signing.ts'
import { adjustmentDecided, type AdjustmentAnnounced } from '#server/ledger/events.ts'
import { assertMayDecide } from '#server/ledger/policy.ts'
import { refused } from '#server/ledger/rules.ts'

/** The inspection's conclusion on a request, once, signed by the inspector: within which range and until when, or not at all. */
export async function issueConclusion(ctx: Context, input: IssueConclusionInput): Promise<{ conclusionId: string; signedHash: string }> {
  const request = assertMayDecide(ctx.actor, await adjustmentFacts(ctx, input))
  const known = await issuedSo(ctx, input)
  if (known !== null) return { conclusionId: input.conclusionId, signedHash: known }
  judgeAllowed(input.allowed, request.amount, ctx.today)
  const signedHash = await write(ctx, input, request).catch((error: unknown) => {
    const state = sqlState(error)
    throw state === uniqueViolation ? conflict('ledger.concluded') : refused(state) ?? error
  })
  await record(ctx, {
    action: 'ledger.issueConclusion', buildingId: input.buildingId, premisesId: request.premisesId, subjectType: 'inspectionConclusion', subjectId: input.conclusionId, ground: input.number, grantId: grantOnBuilding(ctx.actor, 'adjustment.decide', input.buildingId)?.id ?? null,
    after: { adjustmentId: input.adjustmentId, allowed: input.allowed, signedHash },
  })
  const payload: AdjustmentAnnounced = {
    premisesId: request.premisesId, number: request.number, amount: String(request.amount), currency: request.currency, allowed: input.allowed !== null, conclusion: input.number,
  }
  await emit(ctx, { name: adjustmentDecided, buildingId: input.buildingId, payload })
  return { conclusionId: input.conclusionId, signedHash }
}

/** The conclusion that this very act gave already, by the same inspector: asked once more, it is the answer. */
async function issuedSo(ctx: Context, { buildingId, adjustmentId, conclusionId, number, grounds, allowed }: IssueConclusionInput): Promise<string | null> {
  const rows = await ctx.db.$queryRaw<{ hash: string }[]>`select c.signed_hash::text as hash from inspection_conclusions c where c.building_id = ${buildingId}::uuid and c.conclusion_id = ${conclusionId}::uuid
    and (c.request_id, c.number, c.grounds, c.inspector_id) = (${adjustmentId}::uuid, ${number}, ${grounds}, ${ctx.actor.personId}::uuid) and c.allowed_min is not distinct from ${allowed?.from ?? null}::bigint
    and c.allowed_max is not distinct from ${allowed?.to ?? null}::bigint and c.valid_until is not distinct from ${allowed?.validUntil ?? null}::date`
  return rows[0]?.hash ?? null
}

async function write(ctx: Context, input: IssueConclusionInput, request: AdjustmentFacts): Promise<string> {
  const { personId, level } = ctx.actor
  const place = { building_id: input.buildingId, request_id: input.adjustmentId, premises_id: request.premisesId, inspector_id: personId }
  await ctx.db.$executeRaw`insert into adjustment_checks (building_id, request_id, premises_id, inspector_id)
    select x.building_id, x.request_id, x.premises_id, x.inspector_id from jsonb_populate_record(null::adjustment_checks, ${JSON.stringify(place)}::jsonb) x on conflict do nothing`
  const conclusion = {
    ...place, conclusion_id: input.conclusionId, account_id: request.accountId, number: input.number, concluded_on: ctx.today, positive: input.allowed !== null, fund: request.fund,
    allowed_min: input.allowed === null ? null : String(input.allowed.from), allowed_max: input.allowed === null ? null : String(input.allowed.to),
    valid_until: input.allowed?.validUntil ?? null, grounds: input.grounds, signature_method: sessionSigner.method, signature_level: level, signed_at: ctx.now.toISOString(),
  }
  const hash = await hashOfConclusion(ctx, conclusion)
  const whole = { ...conclusion, signed_hash: hash, signature: sessionSigner.sign({ personId: personId ?? '', level, hash }) }
  await ctx.db.$executeRaw`insert into inspection_conclusions select x.* from jsonb_populate_record(null::inspection_conclusions, ${JSON.stringify(whole)}::jsonb) x`
  return hash
}
