import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import type { Context } from '#server/infra/context.ts'
import type { Finding, HouseMonth } from '#server/billing/schema.ts'

/**
 * What a run `r` found, less what was above the last published tier and is charged by now: by the bill that took the place of
 * its own, or by a later one with a corrected reading.
 */
export const findingsLeft = Prisma.sql`case when r.findings @> '[{"code": "aboveTiers"}]' then (
  select coalesce(jsonb_agg(f.x order by f.n), '[]') from jsonb_array_elements(r.findings) with ordinality f(x, n)
   where f.x ->> 'code' <> 'aboveTiers' or not f.x ? 'premisesId' or not (
     exists (select from current_bills b cross join lateral jsonb_array_elements(b.prices -> 'items') i join lateral jsonb_array_elements(b.lines::jsonb) l on l ->> 'key' = i ->> 'key'
       where b.building_id = r.building_id and b.premises_id = (f.x ->> 'premisesId')::uuid and b.period = left(f.x ->> 'day', 7)::char(7) and b.version > 1 and i ->> 'service' = f.x ->> 'service' and i ->> 'of' = 'VOLUME')
     or exists (select from heat_recalculations h where h.building_id = r.building_id and h.premises_id = (f.x ->> 'premisesId')::uuid and h.charge_period = left(f.x ->> 'day', 7)::char(7)
       and split_part(h.line_key, '.', 1) = f.x ->> 'service' and h.line_key !~ '[.]common([.]|$)' having sum(h.net + h.vat) <> 0)))
  else coalesce(r.findings, '[]') end`

/** Minor units by which posted corrections have changed the bills of a run `r`; below zero, made them smaller. */
export const correctedBy = Prisma.sql`(select coalesce(sum(k.total - (select coalesce(sum(f.value::bigint), 0) from jsonb_each_text(k.was) f)), 0)::bigint from bill_corrections k
  where k.building_id = r.building_id and k.period = r.period and k.posted_at is not null)`

/** Flats that the run of this house and month left without a service above the last published tier, and no bill has charged since. */
export async function aboveTiersLeft(ctx: Pick<Context, 'db'>, { buildingId, period }: HouseMonth): Promise<Finding[]> {
  const rows = await ctx.db.$queryRaw<{ findings: Finding[] }[]>`select ${findingsLeft} as findings from billing_runs r where r.building_id = ${buildingId}::uuid and r.period = ${period}`
  return (rows[0]?.findings ?? []).filter(each => each.code === 'aboveTiers')
}
