import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import type { Context } from '#server/infra/context.ts'
import type { Batch } from '#server/imports/queries.ts'
import { sourceOf } from '#server/imports/queries.ts'
import { noHouse, type Counts, type Mapping, type Target } from '#server/imports/schema.ts'

// Set by set over the rows of one batch: what of it is doubled, what does not add up, what the register knows already.

function mine(batch: Batch, alias: string): Prisma.Sql {
  const name = Prisma.raw(alias)
  return Prisma.sql`${name}.building_id = ${batch.buildingId}::uuid and ${name}.batch_id = ${batch.batchId}::uuid`
}

/** Refuses or flags the rows that a query names (row_number, part, params), with a finding for each. */
async function tell(ctx: Context, batch: Batch, { rows, code, severity, outcome }: { rows: Prisma.Sql; code: string; severity: 'REFUSED' | 'FLAGGED'; outcome: 'REFUSED' | 'SAME' | null }): Promise<void> {
  await ctx.db.$executeRaw`
    with named as (${rows}),
    told as (
      insert into import_findings (building_id, batch_id, row_number, part, position, severity, code, params)
      select ${batch.buildingId}::uuid, ${batch.batchId}::uuid, n.row_number, n.part,
        coalesce((select max(f.position) from import_findings f where ${mine(batch, 'f')} and f.row_number = n.row_number and f.part = n.part), 0) + 1,
        ${severity}, ${code}, n.params from named n)
    update import_rows r set outcome = coalesce(${outcome}, r.outcome) from named n
     where ${mine(batch, 'r')} and r.row_number = n.row_number and r.part = n.part`
}

/** The same thing twice: said once more in the same words it is the same; said differently, neither is believed. */
async function judgeDoubles(ctx: Context, batch: Batch): Promise<void> {
  // What was only derived from other rows yields to a row of its own, and to the first of its kind.
  await ctx.db.$executeRaw`update import_rows r set outcome = 'SAME' from (
      select row_number, part, payload ? 'derived' as derived, row_number() over (partition by target, house_key, unit_key, item_key order by payload ? 'derived', row_number, part) as place
        from import_rows d where ${mine(batch, 'd')} and d.outcome is null) t
    where ${mine(batch, 'r')} and t.derived and t.place > 1 and r.row_number = t.row_number and r.part = t.part`
  const twins = Prisma.sql`select row_number, part, first_value(row_number) over w as first, count(*) over p as n,
      min(payload::text) over p = max(payload::text) over p as alike, row_number() over w as place
    from import_rows r where ${mine(batch, 'r')} and r.outcome is null
    window p as (partition by target, house_key, unit_key, item_key), w as (partition by target, house_key, unit_key, item_key order by row_number, part)`
  await tell(ctx, batch, { code: 'imports.findings.saidTwiceDifferently', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select row_number, part, jsonb_build_object('first', first) as params from (${twins}) t where n > 1 and not alike` })
  await tell(ctx, batch, { code: 'imports.findings.saidTwice', severity: 'FLAGGED', outcome: 'SAME',
    rows: Prisma.sql`select row_number, part, jsonb_build_object('first', first) as params from (${twins}) t where n > 1 and place > 1` })
}

/** Whose house a row speaks of: the chosen one, or the one that its key names at this source. */
async function findHouses(ctx: Context, batch: Batch, mapping: Mapping): Promise<void> {
  await ctx.db.$executeRaw`update import_rows r set house_id = case when r.house_key = '' then nullif(${batch.buildingId}::uuid, ${noHouse}::uuid) else k.building_id end
    from import_rows o left join external_building_keys k on k.source = ${sourceOf(mapping.source, batch)} and k.external_key = o.house_key
    where ${mine(batch, 'r')} and ${mine(batch, 'o')} and o.row_number = r.row_number and o.part = r.part and r.target <> 'TERRITORY'`
  await tell(ctx, batch, { code: 'imports.findings.houseUnknown', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select row_number, part, jsonb_build_object('value', house_key) as params from import_rows r where ${mine(batch, 'r')} and r.outcome is null and r.house_id is null
      and r.target not in ('TERRITORY', 'BUILDING') and not exists (select from import_rows b where ${mine(batch, 'b')} and b.target = 'BUILDING' and b.house_key = r.house_key)` })
}

async function judgeTerritories(ctx: Context, batch: Batch, mapping: Mapping): Promise<void> {
  if (mapping.parentByRow) {
    await ctx.db.$executeRaw`update import_rows r set payload = r.payload || jsonb_build_object('parent_code', p.payload ->> 'code')
      from import_rows p where ${mine(batch, 'r')} and ${mine(batch, 'p')} and p.payload ->> 'own_row' = r.payload ->> 'parent_row' and r.payload ->> 'parent_row' <> '0'`
  }
  await ctx.db.$executeRaw`update import_rows r set outcome = case when t.code is null then 'NEW'
        when (t.parent_code, t.kind, t.name_kk, t.name_ru, t.name_uz) is not distinct from
          (case when r.payload ? 'parent_assumed' then coalesce(t.parent_code, r.payload ->> 'parent_code') else coalesce(r.payload ->> 'parent_code', t.parent_code) end, case when r.payload ? 'kind_assumed' then t.kind else r.payload ->> 'kind' end, coalesce(nullif(r.payload ->> 'name_kk', ''), t.name_kk), coalesce(nullif(r.payload ->> 'name_ru', ''), t.name_ru), coalesce(nullif(r.payload ->> 'name_uz', ''), t.name_uz))
        then 'SAME' else 'CHANGED' end
    from import_rows o left join territories t on t.code = o.payload ->> 'code'
    where ${mine(batch, 'r')} and ${mine(batch, 'o')} and o.row_number = r.row_number and o.part = r.part and r.target = 'TERRITORY' and r.outcome is null`
}

async function judgeBuildings(ctx: Context, batch: Batch): Promise<void> {
  await tell(ctx, batch, { code: 'imports.findings.territoryUnknown', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select row_number, part, jsonb_build_object('value', r.payload ->> 'territory_code') as params from import_rows r where ${mine(batch, 'r')} and r.target = 'BUILDING' and r.outcome is null
      and not exists (select from territories t where t.code = r.payload ->> 'territory_code' and t.country = r.payload ->> 'country')` })
  // DQ-05, against the register and within the file.
  await tell(ctx, batch, { code: 'imports.findings.sameAddress', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select r.row_number, r.part, jsonb_build_object('value', r.payload ->> 'name') as params from import_rows r where ${mine(batch, 'r')} and r.target = 'BUILDING' and r.outcome is null
      and r.payload ->> 'address_state' = 'GIVEN' and (exists (select from buildings b where b.territory_code = r.payload ->> 'territory_code' and b.search_key = r.payload ->> 'search_key'
          and b.address_state = 'GIVEN' and b.building_id is distinct from r.house_id)
        or exists (select from import_rows o where ${mine(batch, 'o')} and o.target = 'BUILDING' and o.house_key <> r.house_key and o.row_number < r.row_number
          and o.payload ->> 'territory_code' = r.payload ->> 'territory_code' and o.payload ->> 'search_key' = r.payload ->> 'search_key'))` })
  await ctx.db.$executeRaw`update import_rows r set outcome = case when b.building_id is null then 'NEW'
        when to_jsonb(jsonb_populate_record(b, r.payload)) = to_jsonb(b) then 'SAME' else 'CHANGED' end
    from import_rows o left join buildings b on b.building_id = o.house_id
    where ${mine(batch, 'r')} and ${mine(batch, 'o')} and o.row_number = r.row_number and o.part = r.part and r.target = 'BUILDING' and r.outcome is null`
  await tell(ctx, batch, { code: 'imports.findings.houseRefused', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select r.row_number, r.part, '{}'::jsonb as params from import_rows r where ${mine(batch, 'r')} and r.target in ('PREMISES', 'ACCOUNT') and r.outcome is null
      and exists (select from import_rows b where ${mine(batch, 'b')} and b.target = 'BUILDING' and b.house_key = r.house_key and b.outcome = 'REFUSED')` })
}

async function judgePremises(ctx: Context, batch: Batch): Promise<void> {
  await ctx.db.$executeRaw`update import_rows r set outcome = case when p.premises_id is null then 'NEW'
        when to_jsonb(jsonb_populate_record(p, r.payload - 'persons')) = to_jsonb(p) and (not r.payload ? 'persons' or (r.payload ->> 'persons')::int =
          (select g.persons from registered_persons g where g.building_id = p.building_id and g.premises_id = p.premises_id order by g.valid_from desc limit 1)) then 'SAME' else 'CHANGED' end
    from import_rows o left join premises p on p.building_id = o.house_id and p.kind = o.payload ->> 'kind' and p.number = o.payload ->> 'number'
    where ${mine(batch, 'r')} and ${mine(batch, 'o')} and o.row_number = r.row_number and o.part = r.part and r.target = 'PREMISES' and r.outcome is null`
}

/** Owners of a unit are taken together or not at all: exactly one whole, and nobody whom the register does not know differently. */
async function judgeOwners(ctx: Context, batch: Batch): Promise<void> {
  await refuseUnknownUnits(ctx, batch, 'OWNER')
  await tell(ctx, batch, { code: 'imports.findings.sharesNotWhole', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select r.row_number, r.part, jsonb_build_object('sum', coalesce(s.sum, '0'), 'unit', split_part(r.unit_key, ':', 2)) as params from import_rows r
      left join (select house_key, unit_key, app.sum_of_shares(array_agg((payload ->> 'share_numerator')::bigint), array_agg((payload ->> 'share_denominator')::bigint)) as sum
        from import_rows g where ${mine(batch, 'g')} and g.target = 'OWNER' and g.outcome is null group by house_key, unit_key) s on s.house_key = r.house_key and s.unit_key = r.unit_key
      where ${mine(batch, 'r')} and r.target = 'OWNER' and r.outcome is null and s.sum is distinct from '1'` })
  const known = Prisma.sql`select r.row_number, r.part, count(s.ownership_id) as held,
      bool_or(s.share_numerator * (r.payload ->> 'share_denominator')::numeric = s.share_denominator * (r.payload ->> 'share_numerator')::numeric
        and case when w.personal_id_hash is not null and r.payload ->> 'personal_id_hash' is not null then w.personal_id_hash = r.payload ->> 'personal_id_hash' else w.search_key = r.payload ->> 'search_key' end) as same
    from import_rows r join premises p on p.building_id = r.house_id and p.kind = split_part(r.unit_key, ':', 1) and p.number = split_part(r.unit_key, ':', 2)
    left join ownerships s on s.building_id = p.building_id and s.premises_id = p.premises_id and s.valid_to is null
    left join owners w on w.building_id = s.building_id and w.owner_id = s.owner_id
    where ${mine(batch, 'r')} and r.target = 'OWNER' and r.outcome is null group by r.row_number, r.part`
  await ctx.db.$executeRaw`update import_rows r set outcome = case when k.held = 0 then 'NEW' when k.same then 'SAME' end from (${known}) k
    where ${mine(batch, 'r')} and r.row_number = k.row_number and r.part = k.part`
  // Whoever is registered otherwise changes by a transfer with its ground, never by a file.
  await tell(ctx, batch, { code: 'imports.findings.ownersDiffer', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select row_number, part, jsonb_build_object('unit', split_part(unit_key, ':', 2)) as params from import_rows r where ${mine(batch, 'r')} and r.target = 'OWNER' and r.outcome is null` })
}

async function refuseUnknownUnits(ctx: Context, batch: Batch, target: Target): Promise<void> {
  await tell(ctx, batch, { code: 'imports.findings.unitUnknown', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select row_number, part, jsonb_build_object('unit', split_part(unit_key, ':', 2)) as params from import_rows r where ${mine(batch, 'r')} and r.target = ${target} and r.outcome is null
      and not exists (select from premises p where p.building_id = r.house_id and p.kind = split_part(r.unit_key, ':', 1) and p.number = split_part(r.unit_key, ':', 2))
      and not exists (select from import_rows u where ${mine(batch, 'u')} and u.target = 'PREMISES' and u.house_key = r.house_key and u.unit_key = r.unit_key and u.outcome <> 'REFUSED')` })
}

async function judgeAccounts(ctx: Context, batch: Batch): Promise<void> {
  await refuseUnknownUnits(ctx, batch, 'ACCOUNT')
  await ctx.db.$executeRaw`update import_rows r set outcome = case when a.account_id is null then 'NEW'
        when (not r.payload ? 'external_number' or a.external_number = r.payload ->> 'external_number') and a.payer_kind = r.payload ->> 'payer_kind' then 'SAME' else 'CHANGED' end
    from import_rows o left join premises p on p.building_id = o.house_id and p.kind = split_part(o.unit_key, ':', 1) and p.number = split_part(o.unit_key, ':', 2)
      left join lateral (select * from accounts x where x.building_id = p.building_id and x.premises_id = p.premises_id and x.closed_on is null order by x.opened_on desc limit 1) a on true
    where ${mine(batch, 'r')} and ${mine(batch, 'o')} and o.row_number = r.row_number and o.part = r.part and r.target = 'ACCOUNT' and r.outcome is null`
}

async function judgeReadings(ctx: Context, batch: Batch, mapping: Mapping): Promise<void> {
  const there = Prisma.sql`select o.row_number, o.part, d.register_values[1] as value from import_rows o
    join meters m on m.building_id = o.house_id and m.service = ${mapping.meter?.service ?? ''} and m.serial = o.unit_key and m.premises_id is not distinct from ${batch.premisesId}::uuid
    join readings d on d.building_id = m.building_id and d.meter_id = m.meter_id and d.taken_on = (o.payload ->> 'taken_on')::date and d.superseded_by is null
    where ${mine(batch, 'o')} and o.outcome is null`
  await tell(ctx, batch, { code: 'imports.findings.readingDiffers', severity: 'REFUSED', outcome: 'REFUSED',
    rows: Prisma.sql`select r.row_number, r.part, jsonb_build_object('value', trim_scale(t.value)::text) as params from import_rows r join (${there}) t on t.row_number = r.row_number and t.part = r.part
      where ${mine(batch, 'r')} and t.value <> (r.payload ->> 'register')::numeric` })
  await ctx.db.$executeRaw`update import_rows r set outcome = 'SAME' from (${there}) t where ${mine(batch, 'r')} and r.row_number = t.row_number and r.part = t.part and r.outcome is null`
  await tell(ctx, batch, { code: 'imports.findings.lowerThanBefore', severity: 'FLAGGED', outcome: null,
    rows: Prisma.sql`select row_number, part, jsonb_build_object('value', payload ->> 'register', 'before', before) as params from (
      select r.row_number, r.part, r.payload, r.outcome, lag(r.payload ->> 'register') over (partition by r.unit_key order by r.payload ->> 'taken_on') as before from import_rows r
        where ${mine(batch, 'r')} and r.outcome is distinct from 'REFUSED') x where outcome is null and (payload ->> 'register')::numeric < before::numeric` })
  await ctx.db.$executeRaw`update import_rows r set outcome = 'NEW' where ${mine(batch, 'r')} and r.outcome is null`
}

/** Everything that a whole file says against itself or against the register; afterwards each row has its outcome. */
export async function judgeBatch(ctx: Context, batch: Batch, mapping: Mapping): Promise<void> {
  await ctx.db.$queryRaw`select app.count_import_rows()::text`
  await judgeDoubles(ctx, batch)
  if (mapping.target === 'TERRITORY') return judgeTerritories(ctx, batch, mapping)
  await findHouses(ctx, batch, mapping)
  if (mapping.target === 'BUILDING') await judgeBuildings(ctx, batch)
  if (mapping.target === 'READING') return judgeReadings(ctx, batch, mapping)
  await judgePremises(ctx, batch)
  await judgeOwners(ctx, batch)
  await judgeAccounts(ctx, batch)
}

export type Tally = { counts: Counts; flagged: number }

export async function tallyBatch(ctx: Context, batch: Batch): Promise<Tally> {
  const rows = await ctx.db.$queryRaw<{ target: Target; outcome: 'NEW' | 'CHANGED' | 'SAME' | 'REFUSED'; n: number }[]>`select target, outcome, count(*)::float8 as n
    from import_rows r where ${mine(batch, 'r')} and not (payload ? 'derived' and outcome = 'SAME') group by target, outcome`
  const counts: Counts = {}
  for (const { target, outcome, n } of rows) counts[target] = { ...counts[target], [outcome]: n }
  const flagged = await ctx.db.$queryRaw<{ n: number }[]>`select count(distinct (row_number, part))::float8 as n from import_findings f where ${mine(batch, 'f')} and severity = 'FLAGGED'`
  return { counts, flagged: flagged[0]?.n ?? 0 }
}
