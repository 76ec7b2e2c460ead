import 'server-only'
import { record } from '#server/audit/record.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { asService, openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, DomainError, invalid, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { periodOf } from '#server/kernel/period.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { stageOf } from '#server/repairs/works/queries.ts'
import { spendingRefused } from './events.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, lockProgramme } from './queries.ts'
import { refused } from './rules.ts'
import type { RegisterActInput } from './schema.ts'

const reasons: Record<string, string> = { 'repairs.overCap': 'OVER_CAP', 'repairs.notEnoughMoney': 'NO_MONEY' }

/**
 * An act or invoice with its scan: what the works cost, and how much of it the programme's own fund pays. Over the voted cap or
 * over what the fund holds the database refuses it; that it was tried is kept, for the council and the owners to see.
 */
export async function registerAct(request: RequestScope, input: RegisterActInput): Promise<{ transactionId: string }> {
  try {
    return await openTransaction(request, ctx => take(ctx, input))
  } catch (error) {
    const reason = error instanceof DomainError ? reasons[error.code] : undefined
    if (reason !== undefined) await openTransaction(request, ctx => keepRefusal(ctx, input, reason))
    throw error
  }
}

async function take(ctx: Context, input: RegisterActInput): Promise<{ transactionId: string }> {
  const { buildingId, programmeId, stageId, actId, datedOn } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  if (datedOn > ctx.today) throw invalid('repairs.actInFuture')
  if (input.ownersAmount > input.amount) throw invalid('repairs.ownersOverAct')
  const { contract } = await lockProgramme(ctx, input)
  if (!await stageOf(ctx, input)) throw notFound('repairs.stageNotFound')
  const known = await knownAct(ctx, input)
  if (known !== null) return { transactionId: known }
  // An invoice may be older, for the design of the works; what was done under the contract is not.
  if (input.kind === 'ACT' && contract && datedOn < contract.datedOn) throw invalid('repairs.beforeContract')
  const transactionId = newId()
  await ctx.db.$executeRaw`insert into repair_acts (building_id, programme_id, act_id, stage_id, kind, number, dated_on, contractor, what, amount, owners_amount, transaction_id, recorded_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${actId}::uuid, ${stageId}::uuid, ${input.kind}, ${input.number}, ${datedOn}::date, ${input.contractor}, ${input.what},
      ${input.amount}, ${input.ownersAmount}, ${transactionId}::uuid, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('repairs.actExists') : refused(state) ?? error
    })
  await asService(ctx, 'payments', async inner => {
    // The machine keeps and posts; who ordered it stands in the record below.
    const machine = { ...inner, actor: { ...inner.actor, personId: null } }
    for (const scan of input.scans) await storeFile(machine, { buildingId, premisesId: null, kind: 'ACT', subjectType: 'repairAct', subjectId: actId, bytes: Buffer.from(scan, 'base64'), shared: true })
    if (input.ownersAmount > 0n) await spend(machine, input, transactionId)
  })
  await record(ctx, { action: 'repairs.registerAct', buildingId, subjectType: 'repairAct', subjectId: actId, ground: `${input.number}, ${datedOn}`,
    after: { programmeId, stageId, kind: input.kind, contractor: input.contractor, amount: input.amount, ownersAmount: input.ownersAmount } })
  return { transactionId }
}

/** The paper that this id names already: the same once more changes nothing, another under its id is refused. The programme is locked. */
async function knownAct(ctx: Context, input: RegisterActInput): Promise<string | null> {
  const rows = await ctx.db.$queryRaw<{ id: string; same: boolean }[]>`select a.transaction_id as id, (a.stage_id, a.kind, a.number, a.dated_on, a.contractor, a.what, a.amount, a.owners_amount, a.recorded_by)
      = (${input.stageId}::uuid, ${input.kind}, ${input.number}, ${input.datedOn}::date, ${input.contractor}, ${input.what}, ${input.amount}::bigint, ${input.ownersAmount}::bigint, ${ctx.actor.personId}::uuid) as same
    from repair_acts a where a.building_id = ${input.buildingId}::uuid and a.programme_id = ${input.programmeId}::uuid and a.act_id = ${input.actId}::uuid`
  if (rows[0] && !rows[0].same) throw conflict('repairs.actExists')
  return rows[0]?.id ?? null
}

async function spend(ctx: Context, { buildingId, programmeId, actId, ownersAmount }: RegisterActInput, transactionId: string): Promise<void> {
  const fund = `PROGRAMME:${programmeId}` as const
  await postForHouse(ctx, {
    buildingId, period: periodOf(ctx.today), transactionId, kind: 'SPENDING', valueDate: ctx.today, sourceType: 'repairAct', sourceId: actId,
    lines: [{ ledger: 'EXPENSE', fund, amount: ownersAmount }, { ledger: 'BANK', fund, amount: -ownersAmount }],
  })
}

async function keepRefusal(ctx: Context, input: RegisterActInput, reason: string): Promise<void> {
  const { buildingId, programmeId, number, contractor, amount, ownersAmount } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const refusalId = newId()
  await ctx.db.$executeRaw`insert into repair_refusals (building_id, programme_id, refusal_id, reason, number, contractor, amount, owners_amount, recorded_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${refusalId}::uuid, ${reason}, ${number}, ${contractor}, ${amount}, ${ownersAmount}, ${ctx.actor.personId}::uuid)`
  await emit(ctx, { name: spendingRefused, buildingId, payload: { programmeId, reason, amount: String(amount) } })
  await record(ctx, { action: 'repairs.refuseAct', buildingId, subjectType: 'repairProgramme', subjectId: programmeId, ground: reason, after: { number, contractor, amount, ownersAmount } })
}
