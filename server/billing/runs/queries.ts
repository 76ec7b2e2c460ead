import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Period } from '#server/kernel/period.ts'
import type { Fine } from '#server/billing/penalties/queries.ts'
import type { BillLine, Finding } from '#server/billing/schema.ts'
import type { HouseFacts } from '#server/billing/tariffs/rules.ts'

export type HouseToRun = {
  readonly buildingId: string
  readonly country: Country
  readonly name: string
  readonly dueDay: number | null
  /** The actor's own scope reaches this very house with billing.run. */
  readonly mayRun: boolean
  readonly billed: boolean
  readonly facts: HouseFacts
}

type PlaceFacts = Pick<HouseFacts, 'tariffs' | 'otherTariffs' | 'norms' | 'seasons' | 'indexes' | 'penalties' | 'prepaid'> & { dueDay: number | null }
type Row = Omit<HouseToRun, 'facts' | 'dueDay'> & { territoryCode: string; demonstration: boolean; facts: Omit<HouseFacts, 'period' | keyof PlaceFacts> }

/** No reading comes to these houses until the run is over: it would count for a month whose bills do not know it. In one order, so that two runs wait for each other. */
export async function holdReadings(ctx: Pick<Context, 'db'>, buildingIds: readonly string[]): Promise<void> {
  await ctx.db.$queryRaw`select pg_advisory_xact_lock(app.readings_lock(x.id))::text from (select b.id from unnest(${[...buildingIds]}::text[]::uuid[]) b(id) order by 1) x`
}

/** Everything that decides the prices of houses and a month: a round trip, and one more for each place. Invisible houses are absent. Houses of equal facts share them. */
export async function housesToRun(ctx: Pick<Context, 'db'>, buildingIds: readonly string[], period: Period): Promise<HouseToRun[]> {
  const rows = await ctx.db.$queryRaw<Row[]>`select f.building_id::text as "buildingId", f.country, f.territory_code as "territoryCode", f.demonstration, f.name,
      f.may_run as "mayRun", f.billed, f.facts
    from app.billing_houses(${[...buildingIds]}::text[]::uuid[], ${period}) f order by f.building_id`
  const places = new Map<string, PlaceFacts>()
  const known = new Map<string, HouseFacts>()
  for (const { country, territoryCode, demonstration } of rows) {
    const key = `${country}|${territoryCode}|${demonstration}`
    if (places.has(key)) continue
    const [place] = await ctx.db.$queryRaw<{ facts: PlaceFacts }[]>`select app.billing_place(${country}, ${territoryCode}, ${demonstration}, ${period}) as facts`
    if (place) places.set(key, place.facts)
  }
  return rows.map(({ territoryCode, demonstration, facts, ...house }) => {
    const key = `${house.country}|${territoryCode}|${demonstration}`
    const place = places.get(key)
    if (!place) throw new Error('app.billing_place answered nothing')
    const { dueDay, ...dated } = place
    const own = `${key}|${JSON.stringify(facts)}`
    const shared = known.get(own) ?? { ...facts, ...dated, period }
    known.set(own, shared)
    return { ...house, dueDay, facts: shared }
  })
}

export type PreviewRow = {
  accountId: string; premisesId: string; billNumber: string; lines: string; lineCount: number
  utilities: bigint; current: bigint; savings: bigint; penalty: bigint; vat: bigint; estimated: boolean; gaps: Finding[] | null; opening: bigint; hash: string
}

type Wanted = { readonly buildingId: string; readonly period: string; readonly prices: string; readonly dueOn: string; readonly currency: string; readonly fines?: readonly Fine[]; /** Lines of heat contracts (heat/queries.ts). */ readonly heat?: string }

export async function previewRows(ctx: Pick<Context, 'db'>, { buildingId, period, prices, dueOn, currency, fines = [], heat = '[]' }: Wanted): Promise<PreviewRow[]> {
  return ctx.db.$queryRaw<PreviewRow[]>`select p.account_id::text as "accountId", p.premises_id::text as "premisesId", p.bill_number as "billNumber", p.lines,
      p.line_count as "lineCount", p.utilities, p.current_fund as current, p.savings, p.penalty, p.vat, p.estimated, p.gaps, p.opening, encode(p.hash, 'hex') as hash
    from app.preview_bills(${buildingId}::uuid, ${period}, ${prices}::jsonb, ${dueOn}::date, ${currency}, ${JSON.stringify(fines)}::jsonb, ${heat}::jsonb) p order by p.account_id`
}

export type Posted = { buildingId: string; accounts: number; lineCount: number; total: bigint; billsHash: string; gaps: Finding[] }
type Posting = Omit<Wanted, 'buildingId'> & {
  readonly houses: readonly { readonly buildingId: string; readonly runId: string; readonly eventId: string }[]
  readonly findings: string
  readonly personId: string | null
  /** Somebody has accepted that services or flats go without. */
  readonly acceptFindings: boolean
}

/** Writes the bills of houses with the same prices. Where flats lack something and nobody accepted that, only their houses come back and nothing is written. */
export async function postBills(ctx: Pick<Context, 'db'>, posting: Posting): Promise<Posted[]> {
  const { houses, period, prices, dueOn, currency, findings, personId, acceptFindings, fines = [], heat = '[]' } = posting
  return ctx.db.$queryRaw<Posted[]>`select p.building_id::text as "buildingId", p.accounts, p.line_count as "lineCount", p.total,
      encode(p.bills_hash, 'hex') as "billsHash", p.gaps
    from app.post_bills(${houses.map(each => each.buildingId)}::text[]::uuid[], ${period}, ${houses.map(each => each.runId)}::text[]::uuid[],
      ${houses.map(each => each.eventId)}::text[]::uuid[], ${prices}::jsonb, ${dueOn}::date, ${currency}, ${findings}::jsonb, ${personId}::uuid, ${acceptFindings}, ${JSON.stringify(fines)}::jsonb, ${heat}::jsonb) p`
}

/** Lines of a few bills of a run, for its own check before it is believed. */
export async function sampleLines(ctx: Pick<Context, 'db'>, buildingIds: readonly string[], period: Period): Promise<BillLine[][]> {
  const rows = await ctx.db.$queryRaw<{ lines: BillLine[] }[]>`select b.lines::json as lines from bills b
    where b.building_id = any(${buildingIds.slice(0, 3)}::text[]::uuid[]) and b.period = ${period} order by b.building_id, b.account_id limit 10`
  return rows.map(row => row.lines)
}

/** Bills that do not hang together with their account, their run or the ledger (I6). */
export async function orphanBills(ctx: Pick<Context, 'db'>): Promise<number> {
  const rows = await ctx.db.$queryRaw<{ count: number }[]>`select count(*)::int as count from bills b
    where not exists (select 1 from accounts a where a.building_id = b.building_id and a.account_id = b.account_id)
       or not exists (select 1 from billing_runs r where r.building_id = b.building_id and r.period = b.period and r.run_id = b.run_id)
       or b.total <> coalesce((select sum(e.amount) from ledger_entries e where e.building_id = b.building_id and e.period = b.period
         and e.transaction_id = b.run_id and e.account_id = b.account_id), 0)
       or exists (select 1 from bill_corrections k where k.building_id = b.building_id and k.account_id = b.account_id and k.period = b.period and k.posted_at is not null
         and k.total <> coalesce((select sum(e.amount) from ledger_entries e where e.building_id = k.building_id and e.period = k.period and e.transaction_id = k.correction_id and e.account_id = k.account_id), 0))`
  return rows[0]?.count ?? 0
}
