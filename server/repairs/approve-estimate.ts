import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { replaceInvoices } from '#server/payments/replace-invoices.ts'
import { creditsOf, instalmentsOf, invoiceOf, obligationsOf, postCredits, restInvoiceOf, saveVersion } from '#server/repairs/estimates/laying.ts'
import { chargeInstalments } from './charge-instalments.ts'
import { obligationsIssued } from './events.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { estimatesOf, houseMoney, indexOn, laidInstalments, lockProgramme, obligedBefore, payingUnits, type Estimate, type Programme } from './queries.ts'
import { ownersTotal, programmeLife, refused, titleForAll } from './rules.ts'
import type { ApproveEstimateInput, ProgrammeState } from './schema.ts'

export type Approved = { ownersTotal: bigint; obligations: number; instalments: number; credited: bigint }

/**
 * The owners' meeting approved the estimate: their part is laid on every premises by its area, in instalments that can each be
 * paid by a number of its own. A later version adds only the difference, or gives it back; what was laid before is never edited.
 */
export async function approveEstimate(ctx: Context, input: ApproveEstimateInput): Promise<Approved> {
  const { buildingId, programmeId, version } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const startPercent = input.startPercent ?? (await indexOn(ctx, { country: house.country, code: 'REPAIR_START_PERCENT', on: ctx.today }))?.value ?? '100'
  const programme = await lockProgramme(ctx, input)
  const estimate = await estimateToApprove(ctx, programme, input)
  const state = stateAfter(programme.state)
  const { units, without } = await payingUnits(ctx, buildingId)
  if (without.length > 0) throw conflict('repairs.unitsWithoutAccount', { units: without.slice(0, 10).join(', ') })
  if (units.length === 0) throw conflict('repairs.noUnits')

  const owners = ownersTotal(estimate.total, programme.ownersPercent)
  const obligations = obligationsOf(owners, units, await obligedBefore(ctx, programme))
  const changed = obligations.filter(each => each.amount !== 0n)
  const laid = changed.some(each => each.amount < 0n) ? await laidInstalments(ctx, programme) : []
  const instalments = changed.flatMap(each => instalmentsOf(each, input))
  const lowered = changed.flatMap(obligation => (obligation.amount < 0n ? [{ obligation, credits: creditsOf(obligation, laid) }] : []))
  const credits = lowered.flatMap(each => each.credits)
  await approve(ctx, input, { owners, state, startPercent })
  await saveVersion(ctx, input, { obligations, instalments })
  // The posting is the machine's own; who ordered it stands in the record below.
  await asService(ctx, 'billing', inner => postCredits({ ...inner, actor: { ...inner.actor, personId: null } }, input, lowered))
  await replaceInvoices(ctx, {
    buildingId, country: house.country, withdrawn: credits.flatMap(each => each.invoiceId ?? []), accountIds: [...new Set(changed.map(each => each.accountId))],
    invoices: [...instalments.map(each => invoiceOf(each, input)), ...credits.flatMap(each => restInvoiceOf(each, input))],
  })
  await chargeInstalments(ctx, { buildingId })
  const credited = lowered.reduce((sum, each) => sum - each.obligation.amount, 0n)
  await emit(ctx, { name: obligationsIssued, buildingId, payload: { programmeId, version, premises: changed.length, firstDueOn: input.firstDueOn, title: titleForAll(programme.title) } })
  await record(ctx, {
    action: 'repairs.approveEstimate', buildingId, subjectType: 'repairProgramme', subjectId: programmeId,
    ground: `${input.decisionNumber}, ${input.decisionOn}`, before: { state: programme.state, version: programme.approvedVersion },
    after: { state, version, ownersTotal: owners, obligations: changed.length, instalments: instalments.length, credited, startPercent },
  })
  return { ownersTotal: owners, obligations: changed.length, instalments: instalments.length, credited }
}

/** Works under way or done go on as they were; until then the money is collected. */
function stateAfter(state: ProgrammeState): ProgrammeState {
  const approved = programmeLife.next(state, 'approve')
  return approved === 'APPROVED' ? programmeLife.next(approved, 'collect') : approved
}

async function estimateToApprove(ctx: Context, programme: Programme, { version, decisionOn, firstDueOn }: ApproveEstimateInput): Promise<Estimate> {
  if (decisionOn > ctx.today) throw invalid('repairs.decisionInFuture')
  if (firstDueOn < ctx.today) throw invalid('repairs.dueInPast')
  const estimates = await estimatesOf(ctx, programme)
  const estimate = estimates.find(each => each.version === version)
  if (!estimate) throw notFound('repairs.estimateNotFound')
  if (estimate.version !== estimates.at(-1)?.version || estimate.approvedAt !== null) throw conflict('repairs.notLatestEstimate')
  return estimate
}

async function approve(ctx: Context, input: ApproveEstimateInput, { owners, state, startPercent }: { owners: bigint; state: ProgrammeState; startPercent: string }): Promise<void> {
  const { buildingId, programmeId, version } = input
  await ctx.db.$executeRaw`update repair_estimates set decision_number = ${input.decisionNumber}, decision_on = ${input.decisionOn}::date, approved_at = app.now(), owners_total = ${owners}::bigint,
      start_percent = ${startPercent}::numeric
    where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid and version = ${version}`
    // What the acts have passed holds for a version as it does for an act; here it is the version that is too low.
    .catch((error: unknown) => { throw sqlState(error) === 'UY030' ? conflict('repairs.belowSpent') : refused(sqlState(error)) ?? error })
  await ctx.db.$executeRaw`update repair_programmes set state = ${state}, approved_version = ${version} where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid`
}
