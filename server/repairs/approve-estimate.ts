import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { isLocalDate } from '#server/kernel/period.ts'
import { issueInvoices } from '#server/payments/issue-invoices.ts'
import type { NewInvoice } from '#server/payments/schema.ts'
import { chargeInstalments } from './charge-instalments.ts'
import { obligationsIssued } from './events.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { estimatesOf, houseMoney, lockProgramme, obligedBefore, payingUnits, type Estimate, type PayingUnit, type Programme } from './queries.ts'
import { dueDates, ownersTotal, programmeLife, splitByArea, splitInstalments, weightOf } from './rules.ts'
import type { ApproveEstimateInput } from './schema.ts'

type Obligation = PayingUnit & { weight: bigint; amount: bigint }
type Instalment = { premisesId: string; accountId: string; n: number; dueOn: string; amount: bigint; invoiceId: string }
export type Approved = { ownersTotal: bigint; obligations: number; instalments: number }

/**
 * The owners' meeting approved the estimate: their part is laid on every premises by its area, in instalments that can each be
 * paid by a number of its own. A later version adds only the difference; what was laid before is never edited.
 */
export async function approveEstimate(ctx: Context, input: ApproveEstimateInput): Promise<Approved> {
  const house = await houseMoney(ctx, input.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const estimate = await estimateToApprove(ctx, programme, input)
  const state = programmeLife.next(programmeLife.next(programme.state, 'approve'), 'collect')
  const { units, without } = await payingUnits(ctx, input.buildingId)
  if (without.length > 0) throw conflict('repairs.unitsWithoutAccount', { units: without.slice(0, 10).join(', ') })
  if (units.length === 0) throw conflict('repairs.noUnits')

  const owners = ownersTotal(estimate.total, programme.ownersPercent)
  const obligations = await deltaOf(ctx, { units, owners, programme })
  const instalments = obligations.flatMap(each => instalmentsOf(each, input))
  await save(ctx, { input, owners, state, obligations, instalments })
  await issueInvoices(ctx, { buildingId: input.buildingId, country: house.country, invoices: instalments.map(each => invoiceOf(each, input)) })
  await chargeInstalments(ctx, { buildingId: input.buildingId })
  await emit(ctx, { name: obligationsIssued, buildingId: input.buildingId, payload: { programmeId: input.programmeId, version: input.version, premises: obligations.length, firstDueOn: input.firstDueOn } })
  await record(ctx, {
    action: 'repairs.approveEstimate', buildingId: input.buildingId, subjectType: 'repairProgramme', subjectId: input.programmeId,
    ground: `${input.decisionNumber}, ${input.decisionOn}`, before: { state: programme.state, version: programme.approvedVersion },
    after: { state, version: input.version, ownersTotal: owners, obligations: obligations.length, instalments: instalments.length },
  })
  return { ownersTotal: owners, obligations: obligations.length, instalments: instalments.length }
}

async function estimateToApprove(ctx: Context, programme: Programme, { version, decisionOn, firstDueOn }: ApproveEstimateInput): Promise<Estimate> {
  if (!isLocalDate(decisionOn) || !isLocalDate(firstDueOn)) throw invalid('repairs.wrongDate')
  if (decisionOn > ctx.today) throw invalid('repairs.decisionInFuture')
  if (firstDueOn < ctx.today) throw invalid('repairs.dueInPast')
  const estimates = await estimatesOf(ctx, programme)
  const estimate = estimates.find(each => each.version === version)
  if (!estimate) throw notFound('repairs.estimateNotFound')
  if (estimate.version !== estimates.at(-1)?.version || estimate.approvedAt !== null) throw conflict('repairs.notLatestEstimate')
  return estimate
}

type Wanted = { units: readonly PayingUnit[]; owners: bigint; programme: Programme }

async function deltaOf(ctx: Context, { units, owners, programme }: Wanted): Promise<Obligation[]> {
  const before = await obligedBefore(ctx, programme)
  const shares = splitByArea(owners, units)
  const delta = units.map(unit => ({ ...unit, weight: weightOf(unit.areaM2), amount: (shares.get(unit.premisesId) ?? 0n) - (before.get(unit.premisesId) ?? 0n) }))
  // Money is given back by a decision and a refund, not by a smaller number; until that exists a lower estimate waits.
  if (delta.some(each => each.amount < 0n)) throw conflict('repairs.estimateLower')
  return delta.filter(each => each.amount > 0n)
}

function instalmentsOf(obligation: Obligation, { instalments, firstDueOn }: ApproveEstimateInput): Instalment[] {
  const dates = dueDates(firstDueOn, instalments)
  return splitInstalments(obligation.amount, instalments).map((amount, index) => ({
    premisesId: obligation.premisesId, accountId: obligation.accountId, n: index + 1, dueOn: dates[index] ?? firstDueOn, amount, invoiceId: newId(),
  }))
}

function invoiceOf(instalment: Instalment, { programmeId, version }: ApproveEstimateInput): NewInvoice {
  const { invoiceId, accountId, premisesId, amount, dueOn, n } = instalment
  return { invoiceId, accountId, premisesId, amount, dueOn, fund: `PROGRAMME:${programmeId}`, sourceType: 'instalment', sourceId: `${programmeId}:${version}:${premisesId}:${n}` }
}

type Saved = { input: ApproveEstimateInput; owners: bigint; state: string; obligations: readonly Obligation[]; instalments: readonly Instalment[] }

async function save(ctx: Context, { input, owners, state, obligations, instalments }: Saved): Promise<void> {
  const { buildingId, programmeId, version } = input
  const json = (rows: readonly unknown[]) => JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  await ctx.db.$executeRaw`update repair_estimates set decision_number = ${input.decisionNumber}, decision_on = ${input.decisionOn}::date, approved_at = app.now(), owners_total = ${owners}::bigint
    where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid and version = ${version}`
  await ctx.db.$executeRaw`update repair_programmes set state = ${state}, approved_version = ${version} where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid`
  await ctx.db.$executeRaw`insert into repair_obligations (building_id, programme_id, version, premises_id, account_id, weight, amount)
    select ${buildingId}::uuid, ${programmeId}::uuid, ${version}, o."premisesId", o."accountId", o.weight, o.amount
      from jsonb_to_recordset(${json(obligations)}::jsonb) as o("premisesId" uuid, "accountId" uuid, weight bigint, amount bigint)`
  await ctx.db.$executeRaw`insert into repair_instalments (building_id, programme_id, version, premises_id, n, due_on, amount, invoice_id)
    select ${buildingId}::uuid, ${programmeId}::uuid, ${version}, i."premisesId", i.n, i."dueOn", i.amount, i."invoiceId"
      from jsonb_to_recordset(${json(instalments)}::jsonb) as i("premisesId" uuid, n integer, "dueOn" date, amount bigint, "invoiceId" uuid)`
}
