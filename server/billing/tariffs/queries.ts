import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { prefixOf, type TariffState, type TariffWords } from '#server/billing/difference/rules.ts'
import type { TariffListInput } from './schema.ts'

export type TariffRow = TariffWords & {
  tariffId: string; country: Country; currency: Currency; territory: string; supplierId: string | null; actNumber: string | null; note: string; state: TariffState; demonstration: boolean; verified: boolean
  draftedAt: Date | null; publishedAt: Date | null; declinedReason: string | null; supersedes: string[]
  /** Drafted by the person who looks. */
  mine: boolean
  mayPublish: boolean
}

const columns = `t.tariff_id::text as "tariffId", t.country::text as country, t.currency::text as currency, t.territory_prefix as "territoryPrefix", t.service, t.supplier_id::text as "supplierId", o.name as supplier,
  t.customer_class as "customerClass", t.basis, t.unit, trim_scale(t.price)::text as price, t.tiers, t.stove, t.metered, t.building_meter as "buildingMeter", t.privileged, t.months,
  t.vat_mode as "vatMode", trim_scale(t.vat_rate)::text as "vatRate", t.act_id as "actId", (select l.number from legal_acts l where l.act_id = t.act_id) as "actNumber", t.source, t.note, t.valid_from::text as "validFrom", t.valid_to::text as "validTo", t.demonstration, t.verified,
  t.drafted_at as "draftedAt", t.published_at as "publishedAt", t.declined_reason as "declinedReason", t.supersedes::text[] as supersedes,
  case when t.declined_at is not null then case when t.declined_by = t.drafted_by then 'TAKEN_BACK' else 'DECLINED' end when t.published_at is null then case when t.drafted_by is null then 'STORED' else 'DRAFT' end
    when t.valid_from > app.today() then 'COMING' when t.valid_to < app.today() then 'ENDED' else 'IN_FORCE' end as state,
  coalesce(t.drafted_by = auth.person(), false) as mine, auth.may_tariff('tariff.publish', t.country::text, t.territory_prefix) as "mayPublish",
  case when t.territory_prefix = '' then '' else coalesce((select n.name_LOCALE from territories n where n.country = t.country and n.code like t.territory_prefix || '%' order by rpad(n.code, 9, '0'), length(n.code) limit 1), t.territory_prefix) end as territory`

/** The words of the columns: places are told in the reader's language. */
function columnsFor(ctx: Pick<Context, 'locale'>): string {
  return columns.replace('name_LOCALE', { uz: 'name_uz', kk: 'name_kk', ru: 'name_ru' }[ctx.locale])
}

export type TariffPlaces = { mayDraft: boolean; mayPublish: boolean; countries: Country[] }

/** Where the session has a word about tariffs at all. */
export async function tariffReach(ctx: Pick<Context, 'db'>): Promise<TariffPlaces> {
  const rows = await ctx.db.$queryRaw<{ wanted: string; country: Country }[]>`select distinct w.wanted, p.country from (values ('tariff.draft'), ('tariff.publish')) w(wanted), lateral auth.tariff_places(w.wanted) p`
  return { mayDraft: rows.some(row => row.wanted === 'tariff.draft'), mayPublish: rows.some(row => row.wanted === 'tariff.publish'), countries: [...new Set(rows.map(row => row.country))].sort() }
}

/** Tariffs of the countries of the session that hold on a day, and every draft that waits. */
export async function tariffRows(ctx: Pick<Context, 'db' | 'locale' | 'today'>, countries: readonly Country[], { service, on }: TariffListInput): Promise<TariffRow[]> {
  return ctx.db.$queryRawUnsafe<TariffRow[]>(`select ${columnsFor(ctx)} from tariffs t left join organisations o on o.organisation_id = t.supplier_id
    where t.country = any($1::text[]) and ($2::text is null or t.service = $2) and t.declined_at is null
      and ((t.published_at is null and t.drafted_by is not null) or (t.valid_from <= $3::date and coalesce(t.valid_to, 'infinity') >= $3::date) or (t.published_at is not null and t.valid_from > $3::date))
    order by t.service, t.territory_prefix, t.valid_from, t.tariff_id limit 500`, [...countries], service ?? null, on ?? ctx.today)
}

export async function findTariff(ctx: Pick<Context, 'db' | 'locale'>, tariffId: string): Promise<TariffRow | null> {
  const rows = await ctx.db.$queryRawUnsafe<TariffRow[]>(`select ${columnsFor(ctx)} from tariffs t left join organisations o on o.organisation_id = t.supplier_id where t.tariff_id = $1::uuid`, tariffId)
  return rows[0] ?? null
}

/** What a draft takes the place of: what it names, otherwise what holds there for the same service when it begins. */
export async function tariffsBefore(ctx: Pick<Context, 'db' | 'locale'>, tariff: TariffRow): Promise<TariffRow[]> {
  return ctx.db.$queryRawUnsafe<TariffRow[]>(`select ${columnsFor(ctx)} from tariffs t left join organisations o on o.organisation_id = t.supplier_id
    where t.published_at is not null and t.tariff_id <> $1::uuid and case when cardinality($2::uuid[]) > 0 then t.tariff_id = any($2::uuid[]) else not t.demonstration
      and t.country = $3 and t.territory_prefix = $4 and t.service = $5 and t.customer_class = $6 and t.valid_from < $7::date and coalesce(t.valid_to, 'infinity') >= $7::date - 1 end
    order by t.valid_from desc, t.tariff_id limit 10`, tariff.tariffId, tariff.supersedes, tariff.country, tariff.territoryPrefix, tariff.service, tariff.customerClass, tariff.validFrom)
}

export type ActLine = { actId: string; country: Country; kind: string; number: string; issuedOn: string | null; title: string; url: string; verified: boolean }

export async function actLines(ctx: Pick<Context, 'db' | 'locale'>, countries: readonly Country[], actId: string | null = null): Promise<ActLine[]> {
  const rows = await ctx.db.$queryRaw<(Omit<ActLine, 'title'> & { titles: Record<string, string> })[]>`
    select a.act_id as "actId", a.country::text as country, a.kind, a.number, a.issued_on::text as "issuedOn", jsonb_build_object('uz', a.title_uz, 'kk', a.title_kk, 'ru', a.title_ru) as titles, a.url, a.verified
      from legal_acts a where a.country = any(${[...countries]}::text[]) and (${actId}::text is null or a.act_id = ${actId}) order by a.issued_on desc nulls last, a.act_id limit 500`
  return rows.map(({ titles, ...row }) => ({ ...row, title: titles[ctx.locale] ?? '' }))
}

export type PlaceChoice = { country: Country; prefix: string; name: string }
export type DraftChoices = { places: PlaceChoice[]; acts: ActLine[]; suppliers: { organisationId: string; country: Country; name: string }[] }

/** What a form of a draft offers: places around one's houses or inside one's territory, acts and suppliers. */
export async function draftChoices(ctx: Pick<Context, 'db' | 'locale'>, countries: readonly Country[]): Promise<DraftChoices> {
  const territories = await ctx.db.$queryRaw<{ country: Country; code: string; names: Record<string, string> }[]>`
    select t.country::text as country, t.code, jsonb_build_object('uz', t.name_uz, 'kk', t.name_kk, 'ru', t.name_ru) as names from territories t
     where exists (select 1 from auth.tariff_places('tariff.draft') p where p.country = t.country
       and case when p.below then t.code like p.code || '%' else p.code like (case when t.country = 'KZ' then regexp_replace(regexp_replace(t.code, '000$', ''), '(00)+$', '') else t.code end) || '%' end)
     order by t.country, t.code limit 300`
  const whole = await ctx.db.$queryRaw<{ country: Country }[]>`select distinct p.country from auth.tariff_places('tariff.draft') p where not p.below or p.code = '' order by p.country`
  const suppliers = await ctx.db.$queryRaw<DraftChoices['suppliers']>`select organisation_id::text as "organisationId", country::text as country, name from organisations
    where kind = 'SUPPLIER' and country = any(${[...countries]}::text[]) order by name limit 300`
  return {
    places: [...whole.map(({ country }) => ({ country, prefix: '', name: '' })), ...territories.map(({ country, code, names }) => ({ country, prefix: prefixOf(country, code), name: names[ctx.locale] ?? code }))],
    acts: await actLines(ctx, countries), suppliers,
  }
}
