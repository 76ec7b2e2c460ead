import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { assertMaySeeTariffs } from '#server/billing/policy.ts'
import { actLines, tariffReach, type ActLine } from '#server/billing/tariffs/queries.ts'
import type { PayerKind, PenaltyFund } from './rules.ts'

export type PenaltyRow = {
  readonly ruleId: string; readonly country: Country; readonly fund: PenaltyFund; readonly payerKind: PayerKind; readonly formula: 'DAILY' | 'YEARLY'; readonly dailyPercent: string | null; readonly factor: string | null; readonly capPercent: string
  readonly enabled: boolean; readonly verified: boolean; readonly source: string; readonly actId: string | null; readonly actNumber: string | null; readonly actTitle: string | null; readonly actUrl: string | null; readonly from: string; readonly to: string | null
  /** Through which day bills have counted by it. */
  readonly countedTo: string | null
  readonly state: 'DRAFT' | 'DECLINED' | 'TAKEN_BACK' | 'COMING' | 'IN_FORCE' | 'ENDED'
  readonly mine: boolean; readonly mayPublish: boolean; readonly declinedReason: string | null
}
export type PenaltyDesk = {
  readonly rows: readonly PenaltyRow[]; readonly countries: readonly Country[]; readonly mayDraft: readonly Country[]; readonly acts: readonly ActLine[]
  /** The refinancing rate of each country that has a rule by it: percent a year and since when; without one nothing is charged. */
  readonly rates: readonly { readonly country: Country; readonly value: string; readonly from: string }[]
}

/** Rules of the countries of one's houses, and drafts that wait for the second person. */
export async function penaltyDesk(ctx: Context): Promise<PenaltyDesk> {
  const { countries } = assertMaySeeTariffs(await tariffReach(ctx))
  const may = await ctx.db.$queryRaw<{ country: Country }[]>`select c.country from unnest(${[...countries]}::text[]) c(country) where auth.may_tariff('tariff.draft', c.country, '') order by 1`
  const rates = await ctx.db.$queryRaw<{ country: Country; value: string; from: string }[]>`select distinct on (i.country) i.country::text as country, trim_scale(i.value)::text as value, i.valid_from::text as "from" from index_values i
    where i.code = 'REFINANCING_RATE' and i.country = any(${[...countries]}::text[]) and i.valid_from <= app.today() order by i.country, i.valid_from desc`
  return { rows: await penaltyRows(ctx, { countries }), countries, mayDraft: may.map(each => each.country), acts: await actLines(ctx, countries), rates }
}

/** What holds, what comes, drafts, and why one's own was sent back; or one rule. */
export async function penaltyRows(ctx: Pick<Context, 'db' | 'locale'>, { countries, ruleId = null }: { countries: readonly Country[]; ruleId?: string | null }): Promise<PenaltyRow[]> {
  return ctx.db.$queryRaw<PenaltyRow[]>`select r.rule_id as "ruleId", r.country::text as country, r.fund, r.payer_kind as "payerKind", r.formula, trim_scale(r.daily_rate * 100)::text as "dailyPercent", trim_scale(r.factor)::text as factor,
      trim_scale(r.cap * 100)::text as "capPercent", r.enabled, r.verified, r.source, r.act_id as "actId", l.number as "actNumber", case ${ctx.locale} when 'uz' then l.title_uz when 'kk' then l.title_kk else l.title_ru end as "actTitle", l.url as "actUrl", r.valid_from::text as "from", r.valid_to::text as "to", r.counted_to::text as "countedTo",
      case when r.declined_at is not null then case when r.declined_by = r.drafted_by then 'TAKEN_BACK' else 'DECLINED' end when r.published_at is null then 'DRAFT' when r.valid_from > app.today() then 'COMING' when r.valid_to < app.today() then 'ENDED' else 'IN_FORCE' end as state,
      coalesce(r.drafted_by = auth.person(), false) as mine, auth.may_tariff('tariff.publish', r.country::text, '') as "mayPublish", r.declined_reason as "declinedReason"
    from penalty_rules r left join legal_acts l on l.act_id = r.act_id where r.country = any(${[...countries]}::text[]) and (${ruleId}::text is null or r.rule_id = ${ruleId})
      and (${ruleId}::text is not null or r.declined_at is null or r.drafted_by = auth.person() and r.declined_at > app.now() - interval '30 days')
    order by r.published_at is not null, r.country, r.fund, r.payer_kind desc, r.valid_from desc limit 300`
}

export async function findPenalty(ctx: Pick<Context, 'db' | 'locale'>, ruleId: string): Promise<PenaltyRow | null> {
  return (await penaltyRows(ctx, { countries: ['UZ', 'KZ'], ruleId }))[0] ?? null
}

/** Through which day bills have counted by any rule of the same fund and payer. */
export async function countedTo(ctx: Pick<Context, 'db'>, { country, fund, payerKind }: Pick<PenaltyRow, 'country' | 'fund' | 'payerKind'>): Promise<string | null> {
  const rows = await ctx.db.$queryRaw<{ day: string | null }[]>`select max(r.counted_to)::text as day from penalty_rules r where r.country = ${country} and r.fund = ${fund} and r.payer_kind = ${payerKind}`
  return rows[0]?.day ?? null
}
