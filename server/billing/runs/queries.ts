import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { HouseMonth } from '#server/billing/schema.ts'
import type { HouseFacts } from '#server/billing/tariffs/rules.ts'

export type RunFacts = {
  readonly country: Country
  readonly name: string
  readonly dueDay: number | null
  /** The actor's own scope reaches this house with billing.run; a machine always may. */
  readonly mayRun: boolean
  readonly billed: boolean
  readonly facts: HouseFacts
}

type Row = Omit<RunFacts, 'facts'> & { facts: Omit<HouseFacts, 'period'> }

/** Everything that decides the prices of a house and month, in one round trip; null when the house is not visible. */
export async function runFactsOf(ctx: Pick<Context, 'db'>, { buildingId, period }: HouseMonth): Promise<RunFacts | null> {
  const rows = await ctx.db.$queryRaw<Row[]>`
    with month as (select ${`${period}-01`}::date as first_day, (${`${period}-01`}::date + interval '1 month')::date - 1 as last_day),
    house as (select b.* from buildings b where b.building_id = ${buildingId}::uuid)
    select h.country, h.name,
      (select i.value::int from index_values i where i.country = h.country and i.code = 'BILL_DUE_DAY' and i.valid_from <= m.last_day order by i.valid_from desc limit 1) as "dueDay",
      auth.reaches('{billing.run}', h.building_id) as "mayRun",
      exists (select 1 from billing_runs r where r.building_id = h.building_id and r.period = ${period}) as billed,
      jsonb_build_object(
        'services', coalesce((select jsonb_agg(jsonb_build_object('service', s.service, 'method', s.method, 'volumeOf', s.volume_of, 'kinds', s.premises_kinds,
            'seasonal', s.seasonal, 'validFrom', s.valid_from, 'validTo', s.valid_to) order by s.service, s.valid_from)
          from house_services s where s.building_id = h.building_id and s.valid_from <= m.last_day and coalesce(s.valid_to, 'infinity') >= m.first_day), '[]'),
        'tariffs', coalesce((select jsonb_agg(jsonb_build_object('tariffId', t.tariff_id, 'territoryPrefix', t.territory_prefix, 'service', t.service, 'basis', t.basis,
            'unit', t.unit, 'price', trim_scale(t.price)::text, 'tiers', t.tiers, 'stove', t.stove, 'metered', t.metered, 'buildingMeter', t.building_meter,
            'months', t.months, 'vatMode', t.vat_mode, 'actId', t.act_id, 'source', t.source, 'demonstration', t.demonstration, 'verified', t.verified,
            'published', t.published_at is not null, 'validFrom', t.valid_from, 'validTo', t.valid_to) order by t.service, t.valid_from, t.tariff_id)
          from tariffs t where t.country = h.country and t.customer_class = 'POPULATION' and h.territory_code like t.territory_prefix || '%'
            and (not t.demonstration or h.demonstration)
            and (t.published_at is not null or t.vat_mode = 'UNKNOWN') and t.valid_from <= m.last_day and coalesce(t.valid_to, 'infinity') >= m.first_day), '[]'),
        'norms', coalesce((select jsonb_agg(jsonb_build_object('service', n.service, 'perPerson', trim_scale(n.per_person)::text, 'territoryPrefix', n.territory_prefix,
            'validFrom', n.valid_from, 'validTo', n.valid_to) order by n.norm_id)
          from consumption_norms n where n.country = h.country and h.territory_code like n.territory_prefix || '%' and (not n.demonstration or h.demonstration)), '[]'),
        'seasons', coalesce((select jsonb_agg(jsonb_build_object('service', s.service, 'from', s.from_day, 'to', s.to_day) order by s.from_day, s.season_id)
          from service_seasons s where s.country = h.country and h.territory_code like s.territory_prefix || '%' and (not s.demonstration or h.demonstration)
            and s.from_day <= m.last_day and s.to_day >= m.first_day), '[]'),
        'interruptions', coalesce((select jsonb_agg(jsonb_build_object('service', x.service, 'from', x.from_day, 'to', x.to_day) order by x.from_day, x.interruption_id)
          from service_interruptions x where x.building_id = h.building_id and x.from_day <= m.last_day and x.to_day >= m.first_day), '[]'),
        'rates', coalesce((select jsonb_agg(jsonb_build_object('fund', c.fund, 'kind', c.premises_kind, 'perM2', trim_scale(c.per_m2)::text, 'indexCode', c.index_code,
            'indexMultiple', trim_scale(c.index_multiple)::text, 'basis', c.basis, 'validFrom', c.valid_from, 'validTo', c.valid_to) order by c.premises_kind, c.valid_from)
          from contribution_rates c where c.building_id = h.building_id), '[]'),
        'indexes', coalesce((select jsonb_agg(jsonb_build_object('code', i.code, 'validFrom', i.valid_from, 'value', trim_scale(i.value)::text) order by i.code, i.valid_from)
          from index_values i where i.country = h.country), '[]'),
        'buildingVolumes', coalesce((select jsonb_agg(jsonb_build_object('service', v.service, 'volume', trim_scale(v.volume)::text) order by v.service) from (
            select d.service, sum(r.consumption) as volume from meters d join readings r on r.building_id = d.building_id and r.meter_id = d.meter_id
             where d.building_id = h.building_id and d.kind = 'BUILDING' and r.period = ${period} and r.consumption is not null and r.superseded_by is null
               and r.taken_on >= m.first_day - 45 and r.taken_on < m.first_day + 90 group by d.service) v), '[]'),
        'kinds', coalesce((select jsonb_agg(jsonb_build_object('kind', k.kind, 'areaM2', trim_scale(k.area)::text) order by k.kind) from (
            select p.kind, sum(p.area_m2) as area from premises p join accounts a on a.building_id = p.building_id and a.premises_id = p.premises_id
             where p.building_id = h.building_id and a.opened_on <= m.last_day and (a.closed_on is null or a.closed_on > m.last_day) group by p.kind) k), '[]'),
        'stoves', coalesce((select jsonb_agg(distinct p.electric_stove) from premises p where p.building_id = h.building_id and p.kind = 'APARTMENT'), '[]')
      ) as facts
      from house h cross join month m`
  const row = rows[0]
  return row ? { ...row, facts: { ...row.facts, period } } : null
}

export type PreviewRow = {
  accountId: string; premisesId: string; billNumber: string; lines: string; lineCount: number
  utilities: bigint; current: bigint; savings: bigint; vat: bigint; estimated: boolean; problem: string | null; opening: bigint; hash: string
}

type Wanted = { readonly buildingId: string; readonly period: string; readonly prices: string; readonly dueOn: string; readonly currency: string }

export async function previewRows(ctx: Pick<Context, 'db'>, { buildingId, period, prices, dueOn, currency }: Wanted): Promise<PreviewRow[]> {
  return ctx.db.$queryRaw<PreviewRow[]>`select p.account_id::text as "accountId", p.premises_id::text as "premisesId", p.bill_number as "billNumber", p.lines,
      p.line_count as "lineCount", p.utilities, p.current_fund as current, p.savings, p.vat, p.estimated, p.problem, p.opening, encode(p.hash, 'hex') as hash
    from app.preview_bills(${buildingId}::uuid, ${period}, ${prices}::jsonb, ${dueOn}::date, ${currency}) p order by p.account_id`
}

export type Posted = { accounts: number; lineCount: number; total: bigint; billsHash: string; problem: string | null }
type Posting = Wanted & { readonly runId: string; readonly eventId: string; readonly findings: string; readonly personId: string | null }

/** Writes the bills of a house and month; `problem` names the service that stopped it, and then nothing is written. */
export async function postBills(ctx: Pick<Context, 'db'>, posting: Posting): Promise<Posted> {
  const rows = await ctx.db.$queryRaw<Posted[]>`select p.accounts, p.line_count as "lineCount", p.total, encode(p.bills_hash, 'hex') as "billsHash", p.problem
    from app.post_bills(${posting.buildingId}::uuid, ${posting.period}, ${posting.runId}::uuid, ${posting.eventId}::uuid, ${posting.prices}::jsonb,
      ${posting.dueOn}::date, ${posting.currency}, ${posting.findings}::jsonb, ${posting.personId}::uuid) p`
  const row = rows[0]
  if (!row) throw new Error('app.post_bills answered nothing')
  return row
}

/** Bills that do not hang together with their account, their run or the ledger (I6). */
export async function orphanBills(ctx: Pick<Context, 'db'>): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ count: number }[]>`select count(*)::int as count from bills b
    where not exists (select 1 from accounts a where a.building_id = b.building_id and a.account_id = b.account_id)
       or not exists (select 1 from billing_runs r where r.building_id = b.building_id and r.period = b.period and r.run_id = b.run_id)
       or b.total <> coalesce((select sum(e.amount) from ledger_entries e where e.building_id = b.building_id and e.period = b.period
         and e.transaction_id = b.run_id and e.account_id = b.account_id), 0)`
  return rows[0]?.count ?? 0
}
