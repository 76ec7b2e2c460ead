import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { ProgrammeKey, Title } from '#server/repairs/schema.ts'

type Read = Pick<Context, 'db'>
type StageKey = ProgrammeKey & { stageId: string }
type ActKey = ProgrammeKey & { actId: string }

export type ProgrammeMoney = { gathered: bigint; spent: bigint; held: bigint; refundable: bigint }

/** The programme's fund: told by the accounts and by the house's side of the book. */
export async function programmeMoney(ctx: Context, { buildingId, programmeId }: ProgrammeKey): Promise<ProgrammeMoney> {
  const rows = await asService(ctx, 'payments', inner => inner.db.$queryRaw<ProgrammeMoney[]>`select * from app.programme_money(${buildingId}::uuid, ${programmeId}::uuid)`)
  return rows[0] ?? { gathered: 0n, spent: 0n, held: 0n, refundable: 0n }
}

/** What stands charged in the fund: each transaction that is not taken back yet. */
export async function chargesOf(ctx: Read, { buildingId, programmeId }: ProgrammeKey): Promise<{ accountId: string; transactionId: string }[]> {
  return ctx.db.$queryRaw`
    select distinct e.account_id as "accountId", e.transaction_id as "transactionId" from ledger_entries e
     where e.building_id = ${buildingId}::uuid and e.fund = ${`PROGRAMME:${programmeId}`} and e.account_id is not null and e.kind in ('CHARGE', 'RECALCULATION')
       and not exists (select 1 from ledger_reversals r where r.building_id = e.building_id and r.reversed_transaction_id = e.transaction_id and r.account_id = e.account_id)
     order by 1, 2`
}

type StageTotals = { last: number; count: number; open: number; bare: number; planned: bigint }

/** `last`: the number of the last one. The rest without those withdrawn; `bare`: closed, and no paper that stands says what it cost. */
export async function stageTotals(ctx: Read, { buildingId, programmeId }: ProgrammeKey): Promise<StageTotals> {
  const rows = await ctx.db.$queryRaw<StageTotals[]>`
    select coalesce(max(s.n), 0)::int as last, (count(*) filter (where w.stage_id is null))::int as count, (count(*) filter (where w.stage_id is null and s.completed_on is null))::int as open,
      coalesce(sum(s.plan) filter (where w.stage_id is null), 0)::bigint as planned,
      (count(*) filter (where s.completed_on is not null and not exists (select 1 from repair_acts a where a.building_id = s.building_id and a.programme_id = s.programme_id and a.stage_id = s.stage_id
        and not exists (select 1 from repair_act_withdrawals x where x.building_id = a.building_id and x.programme_id = a.programme_id and x.act_id = a.act_id))))::int as bare
      from repair_stages s left join repair_stage_withdrawals w on w.building_id = s.building_id and w.programme_id = s.programme_id and w.stage_id = s.stage_id
     where s.building_id = ${buildingId}::uuid and s.programme_id = ${programmeId}::uuid`
  return rows[0] ?? { last: 0, count: 0, open: 0, bare: 0, planned: 0n }
}

/** A stage that was not withdrawn. */
export async function stageOf(ctx: Read, { buildingId, programmeId, stageId }: StageKey): Promise<{ title: Title; completedOn: LocalDate | null; acts: number } | null> {
  const rows = await ctx.db.$queryRaw<{ title: Title; completedOn: LocalDate | null; acts: number }[]>`
    select jsonb_build_object('text', s.title, 'locale', s.title_locale, 'others', s.titles) as title, to_char(s.completed_on, 'YYYY-MM-DD') as "completedOn", (select count(*)::int from repair_acts a where a.building_id = s.building_id and a.programme_id = s.programme_id and a.stage_id = s.stage_id
        and not exists (select 1 from repair_act_withdrawals w where w.building_id = a.building_id and w.programme_id = a.programme_id and w.act_id = a.act_id)) as acts
      from repair_stages s where s.building_id = ${buildingId}::uuid and s.programme_id = ${programmeId}::uuid and s.stage_id = ${stageId}::uuid
        and not exists (select 1 from repair_stage_withdrawals x where x.building_id = s.building_id and x.programme_id = s.programme_id and x.stage_id = s.stage_id)`
  return rows[0] ?? null
}

export async function actOf(ctx: Read, { buildingId, programmeId, actId }: ActKey): Promise<{ transactionId: string; amount: bigint; ownersAmount: bigint } | null> {
  const rows = await ctx.db.$queryRaw<{ transactionId: string; amount: bigint; ownersAmount: bigint }[]>`
    select a.transaction_id as "transactionId", a.amount, a.owners_amount as "ownersAmount" from repair_acts a
     where a.building_id = ${buildingId}::uuid and a.programme_id = ${programmeId}::uuid and a.act_id = ${actId}::uuid`
  return rows[0] ?? null
}

/** What the papers say was spent: in all, and of it by the programme's own fund. */
export async function actsTotal(ctx: Read, { buildingId, programmeId }: ProgrammeKey): Promise<{ all: bigint; owners: bigint }> {
  const rows = await ctx.db.$queryRaw<{ all: bigint; owners: bigint }[]>`
    select coalesce(sum(a.amount), 0)::bigint as all, coalesce(sum(a.owners_amount), 0)::bigint as owners from repair_acts a
     where a.building_id = ${buildingId}::uuid and a.programme_id = ${programmeId}::uuid
       and not exists (select 1 from repair_act_withdrawals w where w.building_id = a.building_id and w.programme_id = a.programme_id and w.act_id = a.act_id)`
  return rows[0] ?? { all: 0n, owners: 0n }
}

export type WorkFile = { fileId: string; mediaType: string }
export type WorkAct = {
  actId: string; kind: 'ACT' | 'INVOICE'; number: string; datedOn: LocalDate; contractor: string; what: string; amount: bigint; ownersAmount: bigint; withdrawn: string | null; files: WorkFile[]
}
export type WorkStage = {
  stageId: string; n: number; title: Title; plan: bigint; fact: bigint; dueOn: LocalDate | null; completedOn: LocalDate | null; completionAct: string | null; withdrawn: string | null; photos: WorkFile[]; acts: WorkAct[]
}
export type Refusal = { reason: 'OVER_CAP' | 'NO_MONEY'; number: string; contractor: string; amount: bigint; ownersAmount: bigint; refusedAt: Date }
export type Closing = { kind: 'CANCELLED' | 'RECONCILED'; ground: string; gathered: bigint; spent: bigint; rest: bigint; refundable: bigint; closedAt: Date }
export type Works = { money: ProgrammeMoney; spentAll: bigint; stages: WorkStage[]; refusals: Refusal[]; closing: Closing | null }

type RawAct = Omit<WorkAct, 'amount' | 'ownersAmount'> & { amount: string; ownersAmount: string }
type RawStage = Omit<WorkStage, 'acts' | 'fact'> & { acts: RawAct[] }

/** The works of a programme down to each paper; sums of the house only, no flat and no name of a payer. */
export async function worksOf(ctx: Context, key: ProgrammeKey): Promise<Works> {
  const { buildingId, programmeId } = key
  const raw = await ctx.db.$queryRaw<RawStage[]>`
    select s.stage_id as "stageId", s.n, jsonb_build_object('text', s.title, 'locale', s.title_locale, 'others', s.titles) as title, s.plan, to_char(s.due_on, 'YYYY-MM-DD') as "dueOn", to_char(s.completed_on, 'YYYY-MM-DD') as "completedOn", s.completion_act as "completionAct",
      (select x.ground from repair_stage_withdrawals x where x.building_id = s.building_id and x.programme_id = s.programme_id and x.stage_id = s.stage_id) as withdrawn,
      coalesce((select jsonb_agg(jsonb_build_object('fileId', f.file_id, 'mediaType', f.media_type) order by f.created_at, f.file_id) from stored_files f
        where f.building_id = s.building_id and f.subject_type = 'repairStage' and f.subject_id = s.stage_id::text), '[]') as photos,
      coalesce((select jsonb_agg(jsonb_build_object('actId', a.act_id, 'kind', a.kind, 'number', a.number, 'datedOn', a.dated_on, 'contractor', a.contractor, 'what', a.what, 'amount', a.amount::text,
          'ownersAmount', a.owners_amount::text, 'withdrawn', w.ground,
          'files', coalesce((select jsonb_agg(jsonb_build_object('fileId', f.file_id, 'mediaType', f.media_type) order by f.created_at, f.file_id) from stored_files f
            where f.building_id = a.building_id and f.subject_type = 'repairAct' and f.subject_id = a.act_id::text), '[]')) order by a.dated_on, a.recorded_at)
        from repair_acts a left join repair_act_withdrawals w on w.building_id = a.building_id and w.programme_id = a.programme_id and w.act_id = a.act_id
        where a.building_id = s.building_id and a.programme_id = s.programme_id and a.stage_id = s.stage_id), '[]') as acts
    from repair_stages s where s.building_id = ${buildingId}::uuid and s.programme_id = ${programmeId}::uuid order by s.n`
  const stages = raw.map(stage => {
    const acts = stage.acts.map(act => ({ ...act, amount: BigInt(act.amount), ownersAmount: BigInt(act.ownersAmount) }))
    return { ...stage, acts, fact: acts.reduce((sum, act) => (act.withdrawn === null ? sum + act.amount : sum), 0n) }
  })
  const refusals = await ctx.db.$queryRaw<Refusal[]>`select r.reason, r.number, r.contractor, r.amount, r.owners_amount as "ownersAmount", r.refused_at as "refusedAt" from repair_refusals r
    where r.building_id = ${buildingId}::uuid and r.programme_id = ${programmeId}::uuid order by r.refused_at desc limit 20`
  const closings = await ctx.db.$queryRaw<Closing[]>`select c.kind, c.ground, c.gathered, c.spent, c.rest, c.refundable, c.closed_at as "closedAt" from repair_closings c
    where c.building_id = ${buildingId}::uuid and c.programme_id = ${programmeId}::uuid`
  return { money: await programmeMoney(ctx, key), spentAll: (await actsTotal(ctx, key)).all, stages, refusals, closing: closings[0] ?? null }
}
