import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { InputFacts } from './rules.ts'

type Place = { buildingId: string; premisesId: string; period: string }

/** Dated facts of a flat as they stood for a month; row-level security leaves out what is not theirs to see. */
export async function inputFacts(ctx: Pick<Context, 'db'>, { buildingId, premisesId, period }: Place): Promise<InputFacts> {
  const rows = await ctx.db.$queryRaw<{ facts: InputFacts }[]>`
    with m as (select (${period} || '-01')::date as first_day, ((${period} || '-01')::date + interval '1 month')::date - 1 as last_day)
    select jsonb_build_object(
      'areaM2', trim_scale(coalesce((select x.area_m2 from premises_areas x where x.building_id = p.building_id and x.premises_id = p.premises_id and x.valid_from <= m.last_day order by x.valid_from desc limit 1),
        (select x.previous_m2 from premises_areas x where x.building_id = p.building_id and x.premises_id = p.premises_id order by x.valid_from limit 1), p.area_m2))::text,
      'areaChanges', (select coalesce(jsonb_agg(jsonb_build_object('from', x.valid_from, 'previousM2', trim_scale(x.previous_m2)::text, 'ground', x.ground) order by x.valid_from), '[]') from premises_areas x
        where x.building_id = p.building_id and x.premises_id = p.premises_id and x.valid_from <= m.last_day
          and x.valid_from >= coalesce((select max(e.valid_from) from premises_areas e where e.building_id = x.building_id and e.premises_id = x.premises_id and e.valid_from <= m.first_day), '-infinity')),
      'persons', (select coalesce(jsonb_agg(jsonb_build_object('count', r.persons, 'since', r.valid_from, 'source', r.source) order by r.valid_from), '[]') from registered_persons r
        where r.building_id = p.building_id and r.premises_id = p.premises_id and r.valid_from <= m.last_day
          and r.valid_from >= coalesce((select max(e.valid_from) from registered_persons e where e.building_id = r.building_id and e.premises_id = r.premises_id and e.valid_from <= m.first_day), '-infinity')),
      'absences', (select coalesce(jsonb_agg(jsonb_build_object('persons', a.persons, 'from', a.from_day, 'to', a.to_day, 'ground', a.ground) order by a.from_day, a.absence_id), '[]') from person_absences a
        where a.building_id = p.building_id and a.premises_id = p.premises_id and a.withdrawn_at is null and a.from_day <= m.last_day and coalesce(a.to_day, 'infinity') >= m.first_day),
      'privileges', (select coalesce(jsonb_agg(jsonb_build_object('service', g.service, 'from', g.valid_from, 'to', g.valid_to, 'ground', g.ground) order by g.service), '[]') from premises_privileges g
        where g.building_id = p.building_id and g.premises_id = p.premises_id and g.valid_from <= m.first_day and coalesce(g.valid_to, 'infinity') >= m.first_day),
      'owners', (select coalesce(jsonb_agg(jsonb_build_object('share', case when o.share_numerator = o.share_denominator then '1' else o.share_numerator || '/' || o.share_denominator end, 'since', o.valid_from) order by o.valid_from, o.ownership_id), '[]')
        from ownerships o where o.building_id = p.building_id and o.premises_id = p.premises_id and o.valid_from <= m.last_day and coalesce(o.valid_to, 'infinity') >= m.last_day),
      'electricStove', p.electric_stove,
      'meters', (select coalesce(jsonb_agg(jsonb_build_object('meterId', d.meter_id, 'service', d.service, 'serial', d.serial, 'installedOn', d.installed_on, 'verifiedUntil', d.verified_until,
          'readings', (select coalesce(jsonb_agg(jsonb_build_object('takenOn', r.taken_on, 'values', (select jsonb_agg(trim_scale(v)::text) from unnest(r.register_values) v), 'used', trim_scale(r.consumption)::text) order by r.taken_on), '[]')
            from readings r where r.building_id = d.building_id and r.meter_id = d.meter_id and r.period = ${period} and r.billed_difference is null
              and (r.superseded_by is null or exists (select 1 from readings x where x.building_id = r.building_id and x.meter_id = r.meter_id and x.taken_on = r.taken_on and x.reading_id = r.superseded_by and x.billed_difference is not null)) and r.taken_on >= m.first_day - 366 and r.taken_on < m.first_day + 75))
          order by d.service, d.serial), '[]') from meters d
        where d.building_id = p.building_id and d.premises_id = p.premises_id and d.installed_on <= m.last_day and (d.removed_on is null or d.removed_on >= m.first_day)),
      'services', (select coalesce(jsonb_agg(jsonb_build_object('service', s.service, 'method', s.method, 'volumeOf', s.volume_of, 'seasonal', s.seasonal, 'commonSharedBy', s.common_shared_by, 'from', s.valid_from)
          order by array_position('{COLD_WATER,HOT_WATER,SEWERAGE,ELECTRICITY,HEAT,GAS,WASTE,LIFT}'::text[], s.service), s.valid_from), '[]') from house_services s
        where s.building_id = p.building_id and p.kind = any(s.premises_kinds) and s.valid_from <= m.last_day and coalesce(s.valid_to, 'infinity') >= m.first_day),
      'heat', (select coalesce(jsonb_agg(h.row order by h.from_day), '[]') from (
        select jsonb_build_object('own', c.premises_id is not null, 'number', c.number, 'supplier', o.name, 'mode', c.mode, 'policy', c.season_policy, 'hotWater', c.hot_water, 'areaM2', trim_scale(c.heated_area_m2)::text, 'from', c.valid_from, 'to', c.valid_to) as row,
            c.valid_from as from_day, c.premises_id is not null as own, bool_or(c.premises_id is not null) over () as any_own
          from heat_contracts c join organisations o on o.organisation_id = c.supplier_id
         where c.building_id = p.building_id and c.published_at is not null and (c.premises_id = p.premises_id or c.premises_id is null and p.kind = 'APARTMENT') and c.valid_from <= m.last_day and coalesce(c.valid_to, 'infinity') >= m.first_day) h
        where h.own or not h.any_own),
      'acts', (select coalesce(jsonb_agg(jsonb_build_object('service', x.service, 'from', x.from_day, 'to', x.to_day, 'act', x.act_number) order by x.from_day, x.interruption_id), '[]') from service_interruptions x
        where x.building_id = p.building_id and x.withdrawn_at is null and x.from_day <= m.last_day and x.to_day >= m.first_day)) as facts
      from premises p, m where p.building_id = ${buildingId}::uuid and p.premises_id = ${premisesId}::uuid`
  const facts = rows[0]?.facts
  if (!facts) throw new Error('a bill without its premises')
  return facts
}
