import 'server-only'
import { assertMaySeeTariffs } from '#server/billing/policy.ts'
import { actLines, tariffReach, type ActLine } from '#server/billing/tariffs/queries.ts'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { indexCodes, type IndexCode } from './schema.ts'

export type IndexRow = { readonly country: Country; readonly code: IndexCode; readonly from: string; readonly value: string; readonly source: string; readonly verified: boolean; readonly actTitle: string | null; readonly state: 'COMING' | 'IN_FORCE' | 'ENDED' }
export type IndexDraft = {
  readonly indexId: string; readonly country: Country; readonly code: IndexCode; readonly from: string; readonly value: string; readonly source: string; readonly actId: string | null; readonly actNumber: string | null; readonly actTitle: string | null
  readonly actUrl: string | null; readonly state: 'DRAFT' | 'PUBLISHED' | 'DECLINED' | 'TAKEN_BACK' | 'WITHDRAWN'; readonly mine: boolean; readonly mayPublish: boolean; readonly reason: string | null
  /** What holds on the eve. */
  readonly before: string | null
  /** Why somebody wants what is published withdrawn before its month; another person decides. */
  readonly withdrawalReason: string | null; readonly withdrawalMine: boolean; readonly withdrawnMine: boolean
}
export type IndexDesk = { readonly rows: readonly IndexRow[]; readonly drafts: readonly IndexDraft[]; readonly countries: readonly Country[]; readonly mayDraft: readonly Country[]; readonly acts: readonly ActLine[] }

/** Figures of law of the countries of one's houses: what holds, what comes, what was, and drafts that wait for the second person. */
export async function indexDesk(ctx: Context): Promise<IndexDesk> {
  const { countries } = assertMaySeeTariffs(await tariffReach(ctx))
  const may = await ctx.db.$queryRaw<{ country: Country }[]>`select c.country from unnest(${[...countries]}::text[]) c(country) where auth.may_tariff('tariff.draft', c.country, '') order by 1`
  const rows = await ctx.db.$queryRaw<IndexRow[]>`
    select i.country::text as country, i.code, i.valid_from::text as "from", trim_scale(i.value)::text as value, i.source, i.verified, case ${ctx.locale} when 'uz' then l.title_uz when 'kk' then l.title_kk else l.title_ru end as "actTitle",
      case when i.valid_from > app.today() then 'COMING' when exists (select from index_values n where n.country = i.country and n.code = i.code and n.valid_from > i.valid_from and n.valid_from <= app.today()) then 'ENDED' else 'IN_FORCE' end as state
    from index_values i left join legal_acts l on l.act_id = i.act_id where i.country = any(${[...countries]}::text[]) and i.code = any(${[...indexCodes]}::text[])
    order by i.country, array_position(${[...indexCodes]}::text[], i.code), i.valid_from desc limit 500`
  const drafts = await indexDrafts(ctx, { countries })
  return { rows, drafts, countries, mayDraft: may.map(each => each.country), acts: await actLines(ctx, countries) }
}

/** Drafts that wait, one's own of the last month that came back, and what is published and may still be withdrawn; or one. */
async function indexDrafts(ctx: Pick<Context, 'db' | 'locale'>, { countries, indexId = null }: { countries: readonly Country[]; indexId?: string | null }): Promise<IndexDraft[]> {
  return ctx.db.$queryRaw<IndexDraft[]>`
    select d.index_id::text as "indexId", d.country::text as country, d.code, d.valid_from::text as "from", trim_scale(d.value)::text as value, d.source, d.act_id as "actId", l.number as "actNumber",
      case ${ctx.locale} when 'uz' then l.title_uz when 'kk' then l.title_kk else l.title_ru end as "actTitle", l.url as "actUrl",
      case when d.decided_at is null then 'DRAFT' when d.withdrawn_at is not null then 'WITHDRAWN' when d.accepted then 'PUBLISHED' else case when d.decided_by = d.drafted_by then 'TAKEN_BACK' else 'DECLINED' end end as state, d.drafted_by = auth.person() as mine, auth.may_tariff('tariff.publish', d.country::text, '') as "mayPublish", d.reason,
      (select trim_scale(i.value)::text from index_values i where i.country = d.country and i.code = d.code and i.valid_from < d.valid_from order by i.valid_from desc limit 1) as before,
      d.withdrawal_reason as "withdrawalReason", coalesce(d.withdrawal_by = auth.person(), false) as "withdrawalMine", coalesce(d.withdrawn_by = auth.person(), false) as "withdrawnMine"
    from index_drafts d left join legal_acts l on l.act_id = d.act_id where d.country = any(${[...countries]}::text[]) and (${indexId}::uuid is null or d.index_id = ${indexId}::uuid)
      and (${indexId}::uuid is not null or d.decided_at is null or not d.accepted and d.drafted_by = auth.person() and d.decided_at > app.now() - interval '30 days'
        or d.accepted and d.withdrawn_at is null and to_char(d.valid_from, 'YYYY-MM') > to_char(app.today(), 'YYYY-MM'))
    order by d.drafted_at desc limit 100`
}

export async function findIndexDraft(ctx: Pick<Context, 'db' | 'locale'>, indexId: string): Promise<IndexDraft | null> {
  return (await indexDrafts(ctx, { countries: ['UZ', 'KZ'], indexId }))[0] ?? null
}
