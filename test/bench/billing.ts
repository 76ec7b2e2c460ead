// Billing run of generated accounts x 8 services against a bare INSERT … SELECT of every row that the run commits
// (settled 27), side by side; and the bill page's server time against `select 1` and its own SQL (settled 28).
// Alone: node --conditions=react-server test/bench/billing.ts [accounts]
import { Client } from 'pg'
import { benchDatabase, benchSecret, describeRatio, type BenchDatabase, type Ratio } from '#test/support/bench.ts'

const flatsPerHouse = 100
const periods = ['2026-05', '2026-06', '2026-07', '2026-08', '2026-09']

/** Areas by the real flat profile of Astana (quantiles by rooms; the data folder's astana_flat_profile.json), 1 to 4 rooms. */
const stock = `
  with flat as (
    select h, f, md5(h || ':' || f) as seed from generate_series(1, $1::int) h, generate_series(1, $2::int) f),
  drawn as (
    select h, f, ('x' || substr(seed, 1, 6))::bit(24)::int / 16777216.0 as r, ('x' || substr(seed, 7, 6))::bit(24)::int / 16777216.0 as u,
      ('x' || substr(seed, 13, 4))::bit(16)::int as n from flat),
  sized as (
    select d.*, q.rooms, q.cuts from drawn d join (values
      (1, 0.00, 0.24, '{23.5,35.0,38.9,42.0,49.0}'::numeric[]), (2, 0.24, 0.62, '{39.1,47.4,57.4,66.0,80.0}'),
      (3, 0.62, 0.92, '{61.0,75.0,87.6,100.0,127.0}'), (4, 0.92, 1.01, '{84.0,107.0,120.0,131.0,144.2}')) q(rooms, lo, hi, cuts) on d.r >= q.lo and d.r < q.hi)
  select md5('house' || h)::uuid as building_id, md5('flat' || h || ':' || f)::uuid as premises_id, md5('account' || h || ':' || f)::uuid as account_id,
    h, f, rooms, round(cuts[1 + floor(u * 4)::int] + (cuts[2 + floor(u * 4)::int] - cuts[1 + floor(u * 4)::int]) * (u * 4 - floor(u * 4)), 2) as area,
    1 + n % 5 as persons, '5' || lpad(((h - 1) * $2::int + f)::text, 8, '0') as digits, n
    from sized`

async function generate(client: Client, houses: number): Promise<void> {
  await client.query(`create table stock as ${stock.replaceAll('$1', String(houses)).replaceAll('$2', String(flatsPerHouse))}`)
  await client.query(`
    insert into organisations (organisation_id, country, kind, name) values (md5('organisation')::uuid, 'KZ', 'ASSOCIATION', 'Bench');
    insert into buildings (building_id, country, territory_code, name, external_key, demonstration)
      select distinct building_id, 'KZ', '751410000', 'House ' || h, 'bench:' || h, true from stock;
    insert into building_managements (building_id, management_id, organisation_id, method, valid_from)
      select distinct building_id, md5('management' || h)::uuid, md5('organisation')::uuid, 'ASSOCIATION', '2020-01-01'::date from stock;
    insert into premises (building_id, premises_id, kind, number, rooms, area_m2) select building_id, premises_id, 'APARTMENT', f::text, rooms, area from stock;
    insert into registered_persons (building_id, premises_id, valid_from, persons) select building_id, premises_id, '2024-01-01', persons from stock;
    insert into accounts (building_id, account_id, premises_id, number, opened_on) select building_id, account_id, premises_id, digits || app.luhn_digit(digits), '2024-01-01' from stock;
    insert into account_numbers (number, building_id, account_id, premises_id) select digits || app.luhn_digit(digits), building_id, account_id, premises_id from stock;
    insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, installed_on)
      select building_id, md5(s.service || premises_id)::uuid, premises_id, s.service, 'UNIT', h || '-' || f, s.unit, '2024-01-01'
        from stock, (values ('COLD_WATER', 'm3'), ('HOT_WATER', 'm3'), ('ELECTRICITY', 'kWh')) s(service, unit);
    insert into house_services (building_id, service, valid_from, method, volume_of)
      select building_id, s.service, '2024-01-01', s.method, s.volumes::text[] from (select distinct building_id from stock) b, (values
        ('COLD_WATER', 'METER', '{}'), ('HOT_WATER', 'METER', '{}'), ('SEWERAGE', 'METER', '{COLD_WATER,HOT_WATER}'), ('ELECTRICITY', 'METER', '{}'),
        ('HEAT', 'AREA', '{}'), ('WASTE', 'PERSON', '{}')) s(service, method, volumes);
    insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, basis, valid_from)
      select building_id, md5('current' || building_id)::uuid, 'CURRENT', 'APARTMENT', 80, 'bench', '2024-01-01' from (select distinct building_id from stock) b;
    insert into contribution_rates (building_id, rate_id, fund, premises_kind, index_code, index_multiple, basis, valid_from)
      select building_id, md5('savings' || building_id)::uuid, 'SAVINGS', 'APARTMENT', 'MRP', 0.005, 'bench', '2024-01-01' from (select distinct building_id from stock) b`)
  for (const period of periods) await addReadings(client, period)
  await client.query('vacuum analyze')
  await client.query('checkpoint')
}

async function addReadings(client: Client, period: string): Promise<void> {
  // One flat in fifty sends nothing: its bill is by average or norm.
  await client.query(`
    insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, source, submitted_at)
    select m.building_id, m.meter_id, ($1 || '-25')::date, md5(m.meter_id || $1)::uuid, m.premises_id, $1, array[100 + u.used], u.used, array[u.used], 'ACCEPTED', 'RESIDENT', now()
      from meters m cross join lateral (select (('x' || substr(md5(m.meter_id || $1), 1, 4))::bit(16)::int % case m.service when 'ELECTRICITY' then 260 else 13 end)::numeric as used,
        ('x' || substr(md5(m.premises_id || $1), 1, 4))::bit(16)::int % 50 as silent) u where u.silent > 0`, [period])
}

const bareTables = {
  bills: 'building_id, account_id, period', ledger_entries: 'building_id, period, transaction_id, line', account_heads: 'building_id, account_id',
  event_queue: 'building_id, event_id', billing_runs: 'building_id, period', estimated_volumes: 'building_id, meter_id, period',
} as const

/** The rows of the run just made, once more, by one statement each in one transaction, into tables with the same keys and nothing else. */
async function bareInsert(client: Client, period: string): Promise<{ rows: number; seconds: number }> {
  for (const [table, key] of Object.entries(bareTables)) {
    await client.query(`drop table if exists bare_${table}; create table bare_${table} (like ${table} including defaults); alter table bare_${table} add primary key (${key})`)
  }
  const of: Record<string, string> = { account_heads: '', event_queue: ` where payload ->> 'period' = '${period}'` }
  const started = performance.now()
  let rows = 0
  await client.query('begin')
  for (const table of Object.keys(bareTables)) rows += (await client.query(`insert into bare_${table} select * from ${table}${of[table] ?? ` where period = '${period}'`}`)).rowCount ?? 0
  await client.query('commit')
  return { rows, seconds: (performance.now() - started) / 1000 }
}

type Server = { billNext: (orderId: string | null) => Promise<boolean> }

async function connect(database: BenchDatabase): Promise<Server> {
  Object.assign(process.env, { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, AUTH_SECRET: benchSecret, NODE_ENV: 'production', LOG_LEVEL: 'warn',
    APP_URL: 'http://localhost:3000', UYIM_EMBEDDED: '1', DEMO: '1' })
  const [{ serviceTransaction }, { billNext }, indexes, acts, tariffs] = await Promise.all([import('#server/infra/context.ts'), import('#server/billing/runs/batch.ts'),
    import('#prisma/seed/reference/indexes.ts'), import('#prisma/seed/reference/legal-acts.ts'), import('#prisma/seed/reference/tariffs.ts')])
  for (const part of [acts.seedLegalActs, indexes.seedIndexes, tariffs.seedTariffs]) await serviceTransaction('reference', part)
  return { billNext }
}

/** All houses of a month as the worker works them off, `hands` at a time. */
async function billAll(client: Client, server: Server, { period, hands }: { period: string; hands: number }): Promise<number> {
  await client.query(`insert into billing_orders (building_id, period, order_id, organisation_id, state, accept_findings)
    select building_id, $1::text, md5($1::text)::uuid, md5('organisation')::uuid, 'WAITING', false from buildings`, [period])
  const started = performance.now()
  await Promise.all(Array.from({ length: hands }, async () => {
    while (await server.billNext(null));
  }))
  return (performance.now() - started) / 1000
}

export async function benchBilling(accounts = 100_000): Promise<Ratio[]> {
  const database = await benchDatabase()
  const client = new Client({ connectionString: database.superUrl })
  await client.connect()
  try {
    const server = await connect(database)
    await generate(client, Math.ceil(accounts / flatsPerHouse))
    const rates = { ours: [] as number[], limit: [] as number[] }
    for (const [round, period] of periods.entries()) {
      const seconds = await billAll(client, server, { period, hands: Number(process.env['HANDS'] ?? 1) })
      const bare = await bareInsert(client, period)
      rates.ours.push(bare.rows / seconds)
      rates.limit.push(bare.rows / bare.seconds)
      console.info(`  round ${round + 1}: ${bare.rows} rows, run ${seconds.toFixed(2)} s, bare ${bare.seconds.toFixed(2)} s, ratio ${(bare.seconds / seconds).toFixed(2)}`)
    }
    return [{ name: `billing run, ${accounts} accounts x 8 services`, ...rates, unit: 'rows/s', target: '>= 0.5' }]
  } finally {
    await client.end()
    const { pool } = await import('#server/infra/db.ts')
    await pool().end()
    await database.stop()
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const ratio of await benchBilling(Number(process.argv[2] ?? 100_000))) console.info(describeRatio(ratio))
}
