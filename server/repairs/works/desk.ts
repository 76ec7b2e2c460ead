import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { assertMayKeepProgramme } from '#server/repairs/policy.ts'
import { estimatesOf, houseMoney, programmesOf, type Estimate, type Programme } from '#server/repairs/queries.ts'
import type { ProgrammeKey, Title } from '#server/repairs/schema.ts'
import { worksOf, type Works } from './queries.ts'

export type ProgrammeRow = { buildingId: string; programmeId: string; houseName: string; title: Title; year: number; state: string; kind: string; currency: Currency; waiting: number }

/** Programmes of the houses whose money this person keeps; where a refund waits for a decision stands first. */
export async function programmeList(ctx: Context): Promise<ProgrammeRow[]> {
  return ctx.db.$queryRaw<ProgrammeRow[]>`
    select p.building_id as "buildingId", p.programme_id as "programmeId", b.name as "houseName", jsonb_build_object('text', p.title, 'locale', p.title_locale, 'others', p.titles) as title, p.year, p.state, p.kind, p.currency::text as currency,
      (select count(*)::int from repair_refunds r where r.building_id = p.building_id and r.programme_id = p.programme_id
        and not exists (select 1 from repair_refund_decisions d where d.building_id = r.building_id and d.refund_id = r.refund_id)) as waiting
    from repair_programmes p join buildings b using (building_id) where auth.reaches('{billing.run}', p.building_id) order by waiting desc, p.year desc, b.name, p.title limit 500`
}

export type KeptHouse = { buildingId: string; name: string; country: Country; ownersPercent: string | null }

/** The houses for which this person may open a programme, with the owners' part of today's law. */
export async function keptHouses(ctx: Context): Promise<KeptHouse[]> {
  return ctx.db.$queryRaw<KeptHouse[]>`
    select b.building_id as "buildingId", b.name, b.country::text as country,
      (select trim_scale(i.value)::text from index_values i where i.country = b.country and i.code = 'REPAIR_OWNERS_PERCENT' and i.valid_from <= ${ctx.today}::date order by i.valid_from desc limit 1) as "ownersPercent"
    from buildings b where auth.reaches('{billing.run}', b.building_id) order by b.name`
}

export type RefundRow = {
  refundId: string; premisesId: string; unitKind: string; unitNumber: string; amount: bigint; application: string; mine: boolean; requestedAt: Date
  approved: boolean | null; ground: string | null; decidedAt: Date | null
}
export type ShareRow = { premisesId: string; unitKind: string; unitNumber: string; part: bigint; paid: bigint; refunded: bigint; refundable: bigint }
export type ProgrammeDesk = Programme & Works & { houseName: string; estimates: Estimate[]; shares: ShareRow[]; refunds: RefundRow[] }

/** One programme for those who keep it: versions, stages, papers, every payer's part and what is to be given back. */
export async function programmeDesk(ctx: Context, key: ProgrammeKey): Promise<ProgrammeDesk> {
  const house = await houseMoney(ctx, key.buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = (await programmesOf(ctx, key.buildingId)).find(each => each.programmeId === key.programmeId)
  if (!programme) throw notFound('repairs.programmeNotFound')
  return { ...programme, ...(await worksOf(ctx, key)), houseName: house.name, estimates: await estimatesOf(ctx, key), shares: await sharesOf(ctx, key), refunds: await refundsOf(ctx, key) }
}

async function sharesOf(ctx: Context, { buildingId, programmeId }: ProgrammeKey): Promise<ShareRow[]> {
  return ctx.db.$queryRaw<ShareRow[]>`
    select s.premises_id as "premisesId", p.kind as "unitKind", p.number as "unitNumber", s.part, s.paid, s.refunded, s.refundable
    from app.programme_shares(${buildingId}::uuid, ${programmeId}::uuid) s join premises p on p.building_id = ${buildingId}::uuid and p.premises_id = s.premises_id
    order by s.refundable > 0 desc, p.kind, length(p.number), p.number`
}

async function refundsOf(ctx: Context, { buildingId, programmeId }: ProgrammeKey): Promise<RefundRow[]> {
  return ctx.db.$queryRaw<RefundRow[]>`
    select r.refund_id as "refundId", r.premises_id as "premisesId", p.kind as "unitKind", p.number as "unitNumber", r.amount, r.application, r.requested_by = ${ctx.actor.personId}::uuid as mine,
      r.requested_at as "requestedAt", d.approved, d.ground, d.decided_at as "decidedAt"
    from repair_refunds r join premises p on p.building_id = r.building_id and p.premises_id = r.premises_id
      left join repair_refund_decisions d on d.building_id = r.building_id and d.refund_id = r.refund_id
    where r.building_id = ${buildingId}::uuid and r.programme_id = ${programmeId}::uuid order by d.refund_id is not null, r.requested_at desc limit 500`
}
