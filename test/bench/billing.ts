// Billing run of generated accounts x 8 services against a bare INSERT … SELECT of every row that the run commits
// (settled 27), side by side; and the bill page's server time against `select 1` and its own SQL (settled 28).
// Alone: node --conditions=react-server test/bench/billing.ts [accounts]
import { createHash, randomBytes } from 'node:crypto'
import { Client, type PoolClient } from 'pg'
import { generateStock } from '#prisma/seed/scale/generate.ts'
import { benchDatabase, benchSecret, describeRatio, median, type BenchDatabase, type Ratio } from '#test/support/bench.ts'

// The first month makes the chains and warms up; five rounds are measured; the last is for one hand alone.
const periods = ['2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09']

/** The stock of the real flat profile, with three meters in each flat and what is needed for eight lines on each bill. */
export async function generate(client: Client, accounts: number): Promise<string> {
  const { organisationId } = await generateStock(client, { accounts })
  await client.query(`
    update buildings set territory_code = '751410000';
    insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, installed_on)
      select p.building_id, app.new_id(), p.premises_id, s.service, 'UNIT', right(p.premises_id::text, 12), s.unit, '2024-01-01'
        from premises p, (values ('COLD_WATER', 'm3'), ('HOT_WATER', 'm3'), ('ELECTRICITY', 'kWh')) s(service, unit);
    insert into house_services (building_id, service, valid_from, method, volume_of)
      select building_id, s.service, '2024-01-01', s.method, s.volumes::text[] from buildings b, (values
        ('COLD_WATER', 'METER', '{}'), ('HOT_WATER', 'METER', '{}'), ('SEWERAGE', 'METER', '{COLD_WATER,HOT_WATER}'), ('ELECTRICITY', 'METER', '{}'),
        ('HEAT', 'AREA', '{}'), ('WASTE', 'PERSON', '{}')) s(service, method, volumes);
    insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, basis, valid_from)
      select building_id, app.new_id(), 'CURRENT', 'APARTMENT', 80, 'bench', '2024-01-01' from buildings;
    insert into contribution_rates (building_id, rate_id, fund, premises_kind, index_code, index_multiple, basis, valid_from)
      select building_id, app.new_id(), 'SAVINGS', 'APARTMENT', 'MRP', 0.005, 'bench', '2024-01-01' from buildings`)
  return organisationId
}

export async function addReadings(client: Client, period: string): Promise<void> {
  // One flat in fifty sends nothing: its bill is by average or norm.
  await client.query(`
    insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, source, submitted_at)
    select m.building_id, m.meter_id, ($1 || '-25')::date, md5(m.meter_id || $1)::uuid, m.premises_id, $1, array[100 + u.used], u.used, array[u.used], 'ACCEPTED', 'RESIDENT', now()
      from meters m cross join lateral (select (('x' || substr(md5(m.meter_id || $1), 1, 4))::bit(16)::int % case m.service when 'ELECTRICITY' then 260 else 13 end)::numeric as used,
        ('x' || substr(md5(m.premises_id || $1), 1, 4))::bit(16)::int % 50 as silent) u where u.silent > 0`, [period])
}

const bareTables = {
  bills: 'building_id, account_id, period', ledger_entries: 'building_id, account_key, period, transaction_id, line', account_heads: 'building_id, account_id',
  event_queue: 'building_id, event_id', billing_runs: 'building_id, period', estimated_volumes: 'building_id, meter_id, period, service',
} as const

/** Before the run and before the bare insert alike: what was written earlier is on the disk and known to be seen, so that neither pays for it. */
async function settle(client: Client): Promise<void> {
  await client.query('vacuum analyze')
  await client.query('checkpoint')
}

/** The rows of the run just made, once more, by one statement each in one transaction, into tables with the same keys and nothing else. */
async function bareInsert(client: Client, period: string): Promise<{ rows: number; seconds: number }> {
  for (const [table, key] of Object.entries(bareTables)) {
    await client.query(`drop table if exists bare_${table}; create table bare_${table} (like ${table} including defaults); alter table bare_${table} add primary key (${key})`)
  }
  await settle(client)
  const of: Record<string, string> = { account_heads: '', event_queue: ` where payload ->> 'period' = '${period}'` }
  const started = performance.now()
  let rows = 0
  await client.query('begin')
  for (const table of Object.keys(bareTables)) rows += (await client.query(`insert into bare_${table} select * from ${table}${of[table] ?? ` where period = '${period}'`}`)).rowCount ?? 0
  await client.query('commit')
  return { rows, seconds: (performance.now() - started) / 1000 }
}

export type Server = { billNext: (orderId: string | null) => Promise<boolean>; hands: number }

export async function connect(database: BenchDatabase): Promise<Server> {
  Object.assign(process.env, { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, AUTH_SECRET: benchSecret, NODE_ENV: 'production', LOG_LEVEL: 'warn',
    APP_URL: 'http://localhost:3000', UYIM_EMBEDDED: '1', DEMO: '1' })
  const [{ serviceTransaction }, { billNext }, { hands }, indexes, acts, tariffs] = await Promise.all([import('#server/infra/context.ts'), import('#server/billing/runs/batch.ts'),
    import('#server/billing/jobs.ts'), import('#prisma/seed/reference/indexes.ts'), import('#prisma/seed/reference/legal-acts.ts'), import('#prisma/seed/reference/tariffs.ts')])
  for (const part of [acts.seedLegalActs, indexes.seedIndexes, tariffs.seedTariffs]) await serviceTransaction('reference', part)
  return { billNext, hands }
}

type Work = { period: string; organisationId: string; hands: number; part?: number; parts?: number }

/** All houses of a month, or one of so many equal parts of them, as the worker works them off. */
export async function billAll(client: Client, server: Server, { period, organisationId, hands, part = 0, parts = 1 }: Work): Promise<number> {
  await client.query(`insert into billing_orders (building_id, period, order_id, organisation_id, state, accept_findings)
    select building_id, $1::text, md5($1::text || ' ' || $3::int)::uuid, $2::uuid, 'WAITING', false
      from (select building_id, (row_number() over (order by building_id) - 1) * $4::int / count(*) over () as part from buildings) b where part = $3::int`, [period, organisationId, part, parts])
  const started = performance.now()
  await Promise.all(Array.from({ length: hands }, async () => {
    while (await server.billNext(null));
  }))
  return (performance.now() - started) / 1000
}

/** Months in turn, the run and the bare insert of its rows side by side. */
async function benchRuns(client: Client, server: Server, organisationId: string): Promise<Ratio[]> {
  const rates = { ours: [] as number[], limit: [] as number[] }
  for (const [round, period] of periods.entries()) {
    // As in life: the readings of a month are there when it is billed, those of later months are not.
    await addReadings(client, period)
    await settle(client)
    const hands = round === periods.length - 1 ? 1 : server.hands
    const seconds = await billAll(client, server, { period, organisationId, hands })
    const bare = await bareInsert(client, period)
    const kind = round === 0 ? 'warm-up' : hands === 1 ? 'one hand' : `round ${round}`
    console.info(`  ${kind} ${period}: ${bare.rows} rows, run ${seconds.toFixed(2)} s with ${hands} hand(s), bare ${bare.seconds.toFixed(2)} s, ratio ${(bare.seconds / seconds).toFixed(2)}`)
    if (round === 0 || hands === 1) continue
    rates.ours.push(bare.rows / seconds)
    rates.limit.push(bare.rows / bare.seconds)
  }
  return [{ name: `billing run x 8 services, ${server.hands} hands of the worker`, ...rates, unit: 'rows/s', target: '>= 0.5' }]
}

type Resident = { sid: string; number: string }

/** A signed-in owner of one flat. */
async function makeResident(client: Client): Promise<Resident> {
  const sid = randomBytes(32).toString('base64url')
  const { rows } = await client.query<{ number: string }>(`
    with person as (insert into auth.persons (person_id, country, phone, display_name) values (app.new_id(), 'KZ', '+77010009999', 'Bench') returning person_id),
    session as (insert into auth.sessions (session_hash, person_id, kind, level, expires_at) select $1, person_id, 'RESIDENT', 2, 'infinity' from person),
    home as (select n.* from account_numbers n order by n.number limit 1),
    right_given as (insert into auth.grants (grant_id, person_id, role, scope_type, scope_id, building_id, premises_id, level, valid_from)
      select app.new_id(), p.person_id, 'OWNER', 'UNIT', h.premises_id::text, h.building_id, h.premises_id, 2, '2020-01-01' from person p, home h)
    select number::text as number from home`, [createHash('sha256').update(sid).digest()])
  return { sid, number: rows[0]?.number ?? '' }
}

async function timed(times: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  for (let index = 0; index < times; index += 1) await work()
  return (performance.now() - started) / times
}

type Statement = { text: string; values: unknown[] }

/** Every statement that the pool's connections send, so that round trips can be counted and its own SQL repeated. */
function listen(pool: { on: (event: 'connect', heard: (client: PoolClient) => void) => unknown }): Statement[] {
  const heard: Statement[] = []
  pool.on('connect', client => {
    const query = client.query.bind(client) as (...all: unknown[]) => unknown
    Object.assign(client, { query: (first: unknown, second: unknown, ...rest: unknown[]) => {
      const own = typeof first === 'object' && first !== null ? first as { text?: string; values?: unknown[] } : { text: String(first) }
      heard.push({ text: own.text ?? '', values: (Array.isArray(second) ? second : own.values ?? []) as unknown[] })
      return query(first, second, ...rest)
    } })
  })
  return heard
}

/** The resident's bill page: its procedure against `select 1` and against its own SQL in a bare transaction. */
async function benchPage(client: Client, database: BenchDatabase): Promise<Ratio[]> {
  const resident = await makeResident(client)
  const { pool } = await import('#server/infra/db.ts')
  const heard = listen(pool())
  const { createCaller } = await import('#server/api/root.ts')
  const api = createCaller({ request: { sid: resident.sid, acting: null, locale: 'ru', requestId: 'bench', address: '', userAgent: '', browser: '' } })
  // New connections, each with an ear.
  const read = () => api.billing.bill({ number: resident.number, period: periods.at(-1) ?? '' })
  await Promise.all(Array.from({ length: 8 }, read))
  heard.length = 0
  await read()
  const own = heard.filter(each => !/^(begin|commit)/i.test(each.text))
  const besides = heard.filter(each => !/open_scope|^commit/i.test(each.text)).length
  const bare = new Client({ connectionString: database.url })
  await bare.connect()
  const sql = async () => {
    await bare.query('begin')
    for (const each of own) await bare.query(each.text, each.values)
    await bare.query('commit')
  }
  const [page, one, statements] = [[] as number[], [] as number[], [] as number[]]
  for (let round = 0; round < 7; round += 1) {
    one.push(await timed(100, () => bare.query('select 1')))
    statements.push(await timed(50, sql))
    page.push(await timed(50, read))
  }
  await bare.end()
  console.info(`  bill page: ${median(page).toFixed(2)} ms, ${besides} round trips besides opening the scope and COMMIT (at most 3)`)
  if (besides > 3) process.exitCode = 1
  return [{ name: 'bill page against its own SQL', ours: page, limit: statements, unit: 'ms' }, { name: 'bill page against select 1', ours: page, limit: one, unit: 'ms' }]
}

export async function benchBilling(accounts = 100_000): Promise<Ratio[]> {
  const database = await benchDatabase()
  const client = new Client({ connectionString: database.superUrl })
  await client.connect()
  try {
    const server = await connect(database)
    const organisationId = await generate(client, accounts)
    return [...await benchRuns(client, server, organisationId), ...await benchPage(client, database)]
  } finally {
    await client.end()
    const { pool, prismaClient } = await import('#server/infra/db.ts')
    await prismaClient().$disconnect()
    await pool().end().catch(() => undefined)
    await database.stop()
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const ratio of await benchBilling(Number(process.argv[2] ?? 100_000))) console.info(describeRatio(ratio))
}
