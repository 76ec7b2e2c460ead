import 'server-only'
import { assertMaySeeTariffs } from '#server/billing/policy.ts'
import { actLines, tariffReach, type ActLine } from '#server/billing/tariffs/queries.ts'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { advanceFunds, allocatedFunds } from './schema.ts'

type Order = {
  readonly country: Country; readonly from: string; readonly fundOrder: readonly (typeof allocatedFunds)[number][]; readonly advanceFund: (typeof advanceFunds)[number]
  readonly source: string; readonly actId: string | null; readonly actNumber: string | null; readonly actTitle: string | null; readonly actUrl: string | null
}
export type AllocationRow = Order & { readonly ruleId: string; readonly verified: boolean; readonly state: 'COMING' | 'IN_FORCE' | 'ENDED' }
export type AllocationDraft = Order & { readonly draftId: string; readonly state: 'DRAFT' | 'PUBLISHED' | 'DECLINED' | 'TAKEN_BACK'; readonly mine: boolean; readonly mayPublish: boolean; readonly reason: string | null }
export type AllocationDesk = { readonly rows: readonly AllocationRow[]; readonly drafts: readonly AllocationDraft[]; readonly mayDraft: readonly Country[]; readonly acts: readonly ActLine[] }

const act = (locale: string) => `x.act_id as "actId", l.number as "actNumber", l.title_${locale} as "actTitle", l.url as "actUrl"`

/** In which order payments cover debts in the countries of one's houses: what holds, what comes, what was, and drafts that wait for the second person. */
export async function allocationDesk(ctx: Context): Promise<AllocationDesk> {
  const { countries } = assertMaySeeTariffs(await tariffReach(ctx))
  const may = await ctx.db.$queryRaw<{ country: Country }[]>`select c.country from unnest(${[...countries]}::text[]) c(country) where auth.may_tariff('tariff.publish', c.country, '') order by 1`
  const rows = await ctx.db.$queryRawUnsafe<AllocationRow[]>(`select x.rule_id as "ruleId", x.country::text as country, x.valid_from::text as "from", x.fund_order as "fundOrder", x.advance_fund as "advanceFund", x.source, x.verified, ${act(ctx.locale)},
      case when x.valid_from > app.today() then 'COMING' when exists (select from payment_allocation_rules n where n.country = x.country and n.valid_from > x.valid_from and n.valid_from <= app.today()) then 'ENDED' else 'IN_FORCE' end as state
    from payment_allocation_rules x left join legal_acts l on l.act_id = x.act_id where x.country = any($1::text[]) order by x.country, x.valid_from desc limit 200`, [...countries])
  const drafts = await allocationDrafts(ctx, null)
  return { rows, drafts: drafts.filter(each => each.state !== 'PUBLISHED'), mayDraft: may.map(each => each.country), acts: await actLines(ctx, countries) }
}

/** Drafts that wait, and one's own of the last month that came back; or one. */
async function allocationDrafts(ctx: Pick<Context, 'db' | 'locale'>, draftId: string | null): Promise<AllocationDraft[]> {
  return ctx.db.$queryRawUnsafe<AllocationDraft[]>(`select x.draft_id::text as "draftId", x.country::text as country, x.valid_from::text as "from", x.fund_order as "fundOrder", x.advance_fund as "advanceFund", x.source, ${act(ctx.locale)}, x.reason,
      case when x.decided_at is null then 'DRAFT' when x.accepted then 'PUBLISHED' else case when x.decided_by = x.drafted_by then 'TAKEN_BACK' else 'DECLINED' end end as state, x.drafted_by = auth.person() as mine, auth.may_tariff('tariff.publish', x.country::text, '') as "mayPublish"
    from allocation_drafts x left join legal_acts l on l.act_id = x.act_id where ($1::uuid is null or x.draft_id = $1::uuid)
      and ($1::uuid is not null or x.decided_at is null or not x.accepted and x.drafted_by = auth.person() and x.decided_at > app.now() - interval '30 days')
    order by x.drafted_at desc limit 100`, draftId)
}

export async function findAllocationDraft(ctx: Pick<Context, 'db' | 'locale'>, draftId: string): Promise<AllocationDraft | null> {
  return (await allocationDrafts(ctx, draftId))[0] ?? null
}
