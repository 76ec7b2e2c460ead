// Payments over HTTP against pgbench's TPC-B-like transactions on the same server (settled 26): Create + Perform, with ledger,
// audit, request log and outbox, over 1,000 houses; a payment counts once. A B A B.
// Alone: node --conditions=react-server test/bench/payments.ts [seconds] [rounds]
import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { luhnDigit } from '#server/kernel/ids.ts'
import { benchDatabase, benchSecret, describeRatio, median, sideBySide, type BenchDatabase, type Ratio } from '#test/support/bench.ts'

const houses = 1000
const flatsPerHouse = 40
const mostMerchants = 20
const key = 'bench-key-of-thirty-six-characters-00'
const run = promisify(execFile)

const fill = `
  insert into buildings (building_id, country, territory_code, name, external_key) select md5('house' || h)::uuid, 'UZ', '1726294', 'House ' || h, 'bench:' || h from generate_series(1, ${houses}) h;
  insert into premises (building_id, premises_id, kind, number, area_m2)
    select md5('house' || h)::uuid, md5('flat' || h || ':' || f)::uuid, 'APARTMENT', f::text, 50 from generate_series(1, ${houses}) h, generate_series(1, ${flatsPerHouse}) f;
  insert into accounts (building_id, account_id, premises_id, number, opened_on)
    select md5('house' || h)::uuid, md5('account' || h || ':' || f)::uuid, md5('flat' || h || ':' || f)::uuid, n || app.luhn_digit(n), '2024-01-01'
      from generate_series(1, ${houses}) h, generate_series(1, ${flatsPerHouse}) f, lateral (select '7' || lpad(((h - 1) * ${flatsPerHouse} + f)::text, 8, '0') as n) x;
  insert into account_numbers (number, building_id, account_id, premises_id) select number, building_id, account_id, premises_id from accounts;
  insert into payment_merchants (merchant_id, provider, segment, country, currency, scope_type, short_address, most_amount, active_from)
    values (md5('merchant')::uuid, 'payme', 'operator', 'UZ', 'UZS', 'OPERATOR', true, 100000000000, '2024-01-01');
  insert into payment_merchants (merchant_id, provider, segment, country, currency, scope_type, most_amount, active_from)
    select md5('merchant' || m)::uuid, 'payme', 'merchant-' || m, 'UZ', 'UZS', 'OPERATOR', 100000000000, '2024-01-01' from generate_series(1, ${mostMerchants}) m;
  insert into payment_merchant_keys (merchant_id, key_hash, test, valid_from)
    select merchant_id, decode('${createHash('sha256').update(key).digest('hex')}', 'hex'), true, '2024-01-01' from payment_merchants`

/** Every account owes something, so that a payment is a posting on a live account. */
const charge = `
  do $$ declare a record; begin
    for a in select * from accounts loop
      perform app.post_account(a.building_id, a.account_id, a.premises_id, '2026-10', gen_random_uuid(), 'CHARGE', '2026-10-31', 'bench', 'bench', null,
        array['UTILITIES', 'CURRENT'], array[500000000, 100000000]::bigint[], array['INCOME', 'INCOME']);
    end loop;
  end $$`

function pgbenchPath(): string | null {
  return ['/usr/lib/postgresql/18/bin/pgbench', '/usr/lib/postgresql/17/bin/pgbench', '/usr/lib/postgresql/16/bin/pgbench', '/usr/lib/postgresql/15/bin/pgbench', '/usr/bin/pgbench'].find(existsSync) ?? null
}

async function pgbench(path: string, database: BenchDatabase, { clients, seconds }: { clients: number; seconds: number }): Promise<{ tps: number; latency: number }> {
  const { stdout } = await run(path, ['-h', '127.0.0.1', '-p', String(database.port), '-U', 'postgres', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds), '-n', 'pgbench'])
  return { tps: Number(/tps = ([\d.]+)/.exec(stdout)?.[1]), latency: Number(/latency average = ([\d.]+)/.exec(stdout)?.[1]) }
}

const authorization = `Basic ${btoa(`Paycom:${key}`)}`

function request(body: string, segment: string): string {
  return `POST /api/payments/payme${segment} HTTP/1.1\r\nhost: bench\r\ncontent-type: text/json; charset=UTF-8\r\nauthorization: ${authorization}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** One keep-alive connection that sends a call and reads its answer, nothing more. */
function openConnection(port: number, segment: string): Promise<(body: string) => Promise<string>> {
  return new Promise(resolve => {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let answered: ((text: string) => void) | null = null
    let text = ''
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (text.length < head + 4 + length) return
      const body = text.slice(head + 4)
      text = ''
      answered?.(body)
    })
    socket.once('connect', () => resolve(body => new Promise(done => {
      answered = done
      socket.write(request(body, segment))
    })))
  })
}

type Load = { payments: number; callbackMilliseconds: number[] }

async function pay(port: number, { until, segment }: { until: number; segment: string }, load: Load): Promise<void> {
  const call = await openConnection(port, segment)
  const timed = async (body: string) => {
    const start = performance.now()
    const answer = await call(body)
    load.callbackMilliseconds.push(performance.now() - start)
    if (!answer.includes('"result"')) throw new Error(answer)
  }
  while (performance.now() < until) {
    const id = randomBytes(12).toString('hex')
    const digits = `7${String(1 + (randomBytes(4).readUInt32LE() % (houses * flatsPerHouse))).padStart(8, '0')}`
    await timed(`{"jsonrpc":"2.0","id":1,"method":"CreateTransaction","params":{"id":"${id}","time":${Date.now()},"amount":12500050,"account":{"ls":"${digits + luhnDigit(digits)}"}}}`)
    await timed(`{"jsonrpc":"2.0","id":2,"method":"PerformTransaction","params":{"id":"${id}"}}`)
    load.payments += 1
  }
}

/** With `merchants`, the clients pay to that many, each at its own address. */
async function httpLoad(port: number, { clients, seconds, merchants = 0 }: { clients: number; seconds: number; merchants?: number }): Promise<Load & { perSecond: number }> {
  const load: Load = { payments: 0, callbackMilliseconds: [] }
  const start = performance.now()
  await Promise.all(Array.from({ length: clients }, (_, client) =>
    pay(port, { until: start + seconds * 1000, segment: merchants === 0 ? '' : `/merchant-${1 + client % merchants}` }, load)))
  return { ...load, perSecond: load.payments / ((performance.now() - start) / 1000) }
}

async function startServer(database: BenchDatabase, program = 'test/support/fakes/payme-child.ts', more: Record<string, string> = {}): Promise<{ port: number; stop: () => void }> {
  const child = spawn(process.execPath, ['--conditions=react-server', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'warn', DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, AUTH_SECRET: benchSecret, APP_URL: 'http://localhost:3000', UYIM_EMBEDDED: '1', DEMO: '1', ...more },
  })
  const origin = await new Promise<string>(resolve => child.once('message', message => resolve(String(message))))
  return { port: Number(new URL(origin).port), stop: () => void child.kill('SIGTERM') }
}

async function prepare(database: BenchDatabase, path: string): Promise<Client> {
  const client = new Client({ connectionString: database.superUrl })
  await client.connect()
  await client.query(fill)
  const { serviceSecret } = await import('#server/infra/services.ts')
  await client.query(`select set_config('app.sid', $1, false)`, [serviceSecret(benchSecret, 'billing')])
  await client.query(charge)
  await client.query('vacuum analyze')
  await client.query('create database pgbench')
  await run(path, ['-h', '127.0.0.1', '-p', String(database.port), '-U', 'postgres', '-i', '-s', '100', '-q', 'pgbench'])
  await client.query('checkpoint')
  return client
}

async function check(client: Client, paid: number): Promise<void> {
  const { rows } = await client.query<{ paid: string; posted: string; events: string; logs: string }>(`select (select count(*) from payment_transactions where state = 'PAID') as paid,
    (select count(*) from ledger_entries where kind = 'PAYMENT' and account_id is not null) as posted, (select count(*) from event_queue where name = 'payments.posted') as events,
    (select count(*) from payment_request_log) as logs`)
  const row = rows[0]
  if (!row || Number(row.paid) < paid || row.paid !== row.posted || row.paid !== row.events || Number(row.logs) < 2 * paid) throw new Error(`the sums do not agree: ${JSON.stringify(row)}, answered ${paid}`)
}

/** What Create ($1) and Perform ($2) leave behind: table, its key, and which row of a paid payment is the pattern of all. */
const leftBehind = [
  [1, 'payment_dedupe', 'provider, service, method, external_id', 'payment_id'],
  [1, 'payment_transactions', 'building_id, payment_id', 'payment_id'],
  [1, 'payment_request_log', 'building_id, at, log_id', `case method when 'CreateTransaction' then payment_id end`],
  [2, 'payment_request_log', 'building_id, at, log_id', `case method when 'PerformTransaction' then payment_id end`],
  [2, 'ledger_entries', 'building_id, account_key, period, transaction_id, line', 'transaction_id'],
  [2, 'event_queue', 'building_id, event_id', `(payload ->> 'paymentId')::uuid`],
  [2, 'audit_entries', 'building_id, at, audit_id', 'subject_id::uuid'],
] as const

type Column = { name: string; type: string }

/** Statements that write these rows for calls of these ids, into tables with the same keys and nothing else: of each call, and of both together. */
async function bareStatements(client: Client): Promise<string[]> {
  const inserts: Record<1 | 2, string[]> = { 1: [], 2: [] }
  for (const [call, table, key, of] of leftBehind) {
    await client.query(`create table if not exists rows_${table} (like ${table} including defaults including generated, primary key (${key}))`)
    const { rows: columns } = await client.query<Column>(`select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, [table])
    const { rows: patterns } = await client.query<{ row: string }>(`select concat_ws(', ', ${columns.map(({ name, type }) => valueOf(name, type, call)).join(', ')}) as row from ${table}
      where ${of} = (select payment_id from payment_transactions where state = 'PAID' order by payment_id limit 1)`)
    for (const { row } of patterns) inserts[call].push(`insert into rows_${table} (${columns.map(({ name }) => name).join(', ')}) select ${row} from unnest($${call}::text[]) x(id)`)
  }
  const together = (all: string[]) => `with ${all.map((insert, place) => `written${place} as (${insert})`).join(', ')} select 1`
  return [together(inserts[1]), together(inserts[2]).replaceAll('$2', '$1'), together([...inserts[1], ...inserts[2]])]
}

/** SQL that tells the SQL of a column's value: the pattern's own, or made of the call's id. */
function valueOf(name: string, type: string, call: number): string {
  if (name === 'external_id') return `'x.id'`
  if (['payment_id', 'transaction_id', 'log_id', 'event_id', 'audit_id'].includes(name)) return `'md5(x.id || ${call})::uuid'`
  return `quote_nullable(${name}::text) || '::${type}'`
}

/** The same two calls answered by bare Node that writes their rows and does nothing else: gathered as our door gathers calls, or each alone. */
async function benchBareDoor(client: Client, database: BenchDatabase, { path, seconds, rounds }: { path: string; seconds: number; rounds: number }): Promise<Ratio[]> {
  const statements = JSON.stringify(await bareStatements(client))
  const ratios: Ratio[] = []
  for (const [how, clients] of [['each call alone', 8], ['calls gathered', 8], ['calls gathered', 64]] as const) {
    const bare = await startServer(database, 'test/support/fakes/rows-door.ts', { ROWS_URL: database.superUrl, ROWS_STATEMENTS: statements, ROWS_GATHERED: how === 'calls gathered' ? '1' : '' })
    try {
      await httpLoad(bare.port, { clients, seconds: 2 })
      const { ours, limit } = await sideBySide(rounds, async () => (await httpLoad(bare.port, { clients, seconds })).perSecond, async () => (await pgbench(path, database, { clients, seconds })).tps)
      ratios.push({ name: `for comparison: the rows of a payment written by bare Node and nothing else, ${how}, ${clients} clients`, ours, limit, unit: 'per second' })
    } finally {
      bare.stop()
    }
  }
  return ratios
}

export async function benchPayments(seconds = 8, rounds = 5): Promise<Ratio[]> {
  const path = pgbenchPath()
  if (!path) throw new Error('pgbench is missing: apt-get install postgresql (it comes with Debian\'s packages), or leave this bench out')
  const database = await benchDatabase()
  const client = await prepare(database, path)
  const server = await startServer(database)
  let paid = 0
  const ratios: Ratio[] = []
  try {
    await httpLoad(server.port, { clients: 8, seconds: 2 })
    for (const clients of [8, 64]) {
      const latencies: number[] = []
      const ninetyNinths: number[] = []
      const { ours, limit } = await sideBySide(rounds, async () => {
        const load = await httpLoad(server.port, { clients, seconds })
        paid += load.payments
        const sorted = load.callbackMilliseconds.sort((a, b) => a - b)
        ninetyNinths.push(sorted[Math.floor(sorted.length * 0.99)] ?? 0)
        return load.perSecond
      }, async () => {
        const { tps, latency } = await pgbench(path, database, { clients, seconds })
        latencies.push(latency)
        return tps
      })
      ratios.push({ name: `payments over HTTP, ${clients} clients`, ours, limit, unit: 'per second', target: clients === 8 ? '>= 1.0' : '>= 2' })
      console.info(`  p99 of a callback at ${clients} clients: ${median(ninetyNinths).toFixed(1)} ms, pgbench's mean latency ${median(latencies).toFixed(1)} ms (${(median(ninetyNinths) / median(latencies)).toFixed(1)} x; target <= 5)`)
    }
    const few = await sideBySide(rounds, async () => {
      const load = await httpLoad(server.port, { clients: 60, seconds, merchants: 3 })
      paid += load.payments
      return load.perSecond
    }, async () => {
      const load = await httpLoad(server.port, { clients: 60, seconds, merchants: mostMerchants })
      paid += load.payments
      return load.perSecond
    })
    ratios.push({ name: 'payments to three merchants of a provider against twenty, 60 clients', ...few, unit: 'per second', target: '>= 0.9' })
    await check(client, paid)
    return [...ratios, ...await benchBareDoor(client, database, { path, seconds, rounds: Math.min(rounds, 3) })]
  } finally {
    server.stop()
    await client.end()
    await database.stop()
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const ratio of await benchPayments(Number(process.argv[2] ?? 8), Number(process.argv[3] ?? 5))) console.info(describeRatio(ratio))
}
