import { createHash } from 'node:crypto'
import type { Context } from '#server/infra/context.ts'
import file from './tariffs.json' with { type: 'json' }

/** The same id for the same key at every seeding: `tariffId('KZ-ALA-WATER-2025')`. */
export function tariffId(key: string): string {
  const hex = createHash('sha256').update(`uyim tariff|${key}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Tariffs, norms and seasons. Rows that exist stay as they are: a published figure never changes, a new one is a new row. */
export async function seedTariffs(ctx: Context): Promise<void> {
  const tariffs = JSON.stringify(file.tariffs.map(row => ({ customerClass: 'POPULATION', ...row, id: tariffId(row.id) })))
  const norms = JSON.stringify(file.norms.map(row => ({ ...row, id: tariffId(row.id) })))
  const seasons = JSON.stringify(file.seasons.map(row => ({ ...row, id: tariffId(row.id) })))
  await ctx.db.$executeRaw`insert into tariffs (tariff_id, country, territory_prefix, service, customer_class, basis, unit, price, tiers, stove, privileged, metered, building_meter, months,
      vat_mode, currency, act_id, source, note, valid_from, valid_to, demonstration, verified, published_at)
    select x.id, x.country, x."territoryPrefix", x.service, x."customerClass", x.basis, x.unit, x.price, nullif(x.tiers, 'null'), x.stove, x.privileged, x.metered, x."buildingMeter", x.months,
      x."vatMode", x.currency, x."actId", x.source, x.note, x."validFrom", x."validTo", x.demonstration, x.verified, case when x.published then app.now() end
      from jsonb_to_recordset(${tariffs}::jsonb) as x(id uuid, country text, "territoryPrefix" text, service text, "customerClass" text, basis text, unit text, price numeric, tiers jsonb,
        stove boolean, privileged boolean, metered boolean, "buildingMeter" boolean, months text, "vatMode" text, currency text, "actId" text, source text, note text,
        "validFrom" date, "validTo" date, demonstration boolean, verified boolean, published boolean)
     where not exists (select 1 from tariffs t where t.tariff_id = x.id)`
  await ctx.db.$executeRaw`insert into consumption_norms (norm_id, country, territory_prefix, service, per_person, unit, source, valid_from, valid_to, demonstration, verified)
    select x.id, x.country, x."territoryPrefix", x.service, x."perPerson", x.unit, x.source, x."validFrom", x."validTo", x.demonstration, x.verified
      from jsonb_to_recordset(${norms}::jsonb) as x(id uuid, country text, "territoryPrefix" text, service text, "perPerson" numeric, unit text, source text,
        "validFrom" date, "validTo" date, demonstration boolean, verified boolean)
     where not exists (select 1 from consumption_norms n where n.norm_id = x.id)`
  await ctx.db.$executeRaw`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, source, demonstration, verified)
    select x.id, x.country, x."territoryPrefix", x.service, x."fromDay", x."toDay", x.source, x.demonstration, x.verified
      from jsonb_to_recordset(${seasons}::jsonb) as x(id uuid, country text, "territoryPrefix" text, service text, "fromDay" date, "toDay" date,
        source text, demonstration boolean, verified boolean)
     where not exists (select 1 from service_seasons s where s.season_id = x.id)`
}
