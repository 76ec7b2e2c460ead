import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { TRPCError } from '@trpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { world } from '#prisma/seed/demo/world.ts'
import { appRouter, createCaller } from '#server/api/root.ts'
import { openTransaction, type RequestScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asChair, asClerk, asCouncil, asManager, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { proceduresOf, type Schema } from '#test/support/procedures.ts'

// The demonstration fills every table of a house; the twin belongs to another organisation.
const house = world.house('abay12')
const ours = { buildingId: house.buildingId, organisationId: house.organisationId }
let db: TestDatabase
let twins: Record<string, { request: RequestScope }>
let own: Record<string, { request: RequestScope }>
let tables: string[]

beforeAll(async () => {
  db = await testDatabase()
  await promisify(execFile)(process.execPath, ['--conditions=react-server', 'server/start/seed.ts', 'reference', 'demo'],
    { env: { ...process.env, DATABASE_URL: db.url, DATABASE_OWNER_URL: db.ownerUrl, NODE_ENV: 'production', UYIM_EMBEDDED: '1', DEMO: '1' } })
  const twin = await makeHouse(db)
  const [first, second] = twin.premises
  twins = {
    owner: await asOwner(db, twin, first!), tenant: await asTenant(db, twin, second!), chair: await asChair(db, twin), council: await asCouncil(db, twin),
    manager: await asManager(db, twin), accountant: await asAccountant(db, twin), clerk: await asClerk(db, twin), stranger: asStranger(),
  }
  const flat = { premisesId: await idOf('select premises_id as id from meters where building_id = $1 and premises_id is not null limit 1') }
  own = { owner: await asOwner(db, ours, flat), chair: await asChair(db, ours), manager: await asManager(db, ours), accountant: await asAccountant(db, ours), clerk: await asClerk(db, ours) }
  tables = (await db.sql<{ name: string }>(`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'building_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`)).map(each => each.name)
}, 240_000)

async function idOf(sql: string): Promise<string> {
  const rows = await db.sql<{ id: string }>(sql, [house.buildingId])
  if (!rows[0]) throw new Error(`the demonstration has nothing for ${sql}`)
  return rows[0].id
}

const count = (request: RequestScope, table: string) => openTransaction(request, async ctx =>
  Number((await ctx.db.$queryRawUnsafe<{ n: bigint }[]>(`select count(*) as n from ${table} where building_id = '${house.buildingId}'`))[0]?.n))
/** No grant at all is as good as no row. */
const seen = (request: RequestScope, table: string) => count(request, table).catch((error: unknown) => /permission denied/.test(String(error)) ? 0 : Promise.reject(error as Error))

const values: Record<string, string> = { uuid: 'gen_random_uuid()', timestamptz: 'now()', date: 'current_date', int2: '1', int4: '1', int8: '1', bool: 'false', bytea: `'\\x00'`, jsonb: `'{}'` }

/** A bare row of this house where the demonstration has none: its key, its flat, and nothing else; only the wall is tried. */
async function fill(table: string): Promise<void> {
  const columns = await db.sql<{ name: string; type: string; key: boolean; partition: boolean }>(`select a.attname as name, t.typname as type,
      coalesce(a.attnum = any(k.indkey), false) as key, c.relkind = 'p' as partition from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
      left join pg_index k on k.indrelid = c.oid and k.indisprimary where c.oid = $1::regclass and a.attnum > 0 and not a.attisdropped`, [table])
  const free = columns.filter(column => !column.key && column.name !== 'building_id').map(column => `alter column "${column.name}" drop not null`)
  const checks = await db.sql<{ name: string }>(`select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c' and conislocal`, [table])
  if (checks.length + free.length > 0) await db.sql(`alter table ${table} ${[...checks.map(check => `drop constraint "${check.name}"`), ...free].join(', ')}`)
  const given = columns.filter(column => column.key || column.name === 'building_id' || column.name === 'premises_id')
  const value = ({ name, type }: { name: string; type: string }) => name === 'building_id' ? `'${house.buildingId}'` : name === 'premises_id' ? `'${house.premises[0]?.premisesId ?? ''}'`
    : name === 'period' ? `'2026-10'` : values[type] ?? `'x'`
  await db.sql(`set session_replication_role = replica; insert into ${table} (${given.map(column => `"${column.name}"`).join(', ')}) values (${given.map(value).join(', ')})`)
}

describe('every table: the people and the staff of a twin house see no row of this one', () => {
  it('each table has rows of this house to hide', async () => {
    const rows = (table: string) => db.sql(`select 1 from ${table} where building_id = $1 limit 1`, [house.buildingId])
    for (const table of tables) if ((await rows(table)).length === 0) await fill(table)
    for (const table of tables) expect(await rows(table), table).toHaveLength(1)
    expect(tables.length).toBeGreaterThan(50)
  })

  it('and nobody of the twin sees one', async () => {
    const leaks: string[] = []
    for (const [who, { request }] of Object.entries(twins)) for (const table of tables) if (await seen(request, table) > 0) leaks.push(`${who} sees ${table}`)
    expect(leaks).toEqual([])
  })

  it('while the own people see theirs: the wall is a wall and not a void', async () => {
    for (const table of ['premises', 'accounts', 'bills', 'meters', 'readings', 'requests', 'audit_entries']) {
      const all = await Promise.all(Object.values(own).map(({ request }) => seen(request, table)))
      expect(Math.max(...all), table).toBeGreaterThan(0)
    }
  })
})

// ── Procedures ──

type Named = Record<string, unknown>
type Outcome = { code: string; message: string } | { data: string }

// What everybody may ask by design, or what takes no name of a house at all.
const apart: Record<string, string> = {
  'buildings.publicHouse': 'the open page of a house: no people, no money',
  'documents.check': 'a printed code is open to whoever holds the paper',
  'payments.screen': 'whoever holds the account number of a bill may pay it, and sees no more than the provider shows',
  'payments.openIntent': 'the same', 'payments.track': 'the same',
  'identity.linkHome': 'proves the flat by its own code; test/integration/identity/link-home',
  'identity.signOut': 'ends the session that asks', 'identity.requestCode': 'before sign-in',
  'imports.submitFile': 'the house is in the file; test/integration/imports/submit-file',
}

/** Ids of this house under the names by which procedures ask for them; what is not found here has no row to hide. */
async function namesOfOurs(): Promise<Named> {
  const one = async (sql: string) => (await db.sql<{ id: string }>(sql, [house.buildingId]))[0]?.id ?? newId()
  const of = (table: string, column: string, where = 'true') => one(`select ${column}::text as id from ${table} where building_id = $1 and ${where} limit 1`)
  const flat = await of('meters', 'premises_id', 'premises_id is not null')
  return {
    ...ours, premisesId: flat, premisesIds: [flat], accountId: await of('accounts', 'account_id', `premises_id = '${flat}'`), number: await of('accounts', 'number', `premises_id = '${flat}'`),
    meterId: await of('meters', 'meter_id', `premises_id = '${flat}'`), meetingId: await of('meetings', 'meeting_id', `state = 'OPEN'`), draftId: await of('ballot_drafts', 'draft_id'),
    requestId: await of('requests', 'request_id'), adjustmentId: await of('adjustment_requests', 'request_id'), conclusionId: await of('inspection_conclusions', 'conclusion_id'), programmeId: await of('repair_programmes', 'programme_id'), paymentId: await of('payment_transactions', 'payment_id', `state = 'PAID'`),
    intentId: await of('payment_intents', 'intent_id'), grantId: await one(`select grant_id::text as id from auth.grants where building_id = $1 and role = 'CHAIR' and ended_at is null limit 1`),
    ownerId: await of('owners', 'owner_id'), documentId: await of('issued_documents', 'document_id'), fileId: await of('stored_files', 'file_id'), batchId: await of('import_batches', 'batch_id'),
    orderId: await of('billing_orders', 'order_id'), corrects: await of('readings', 'reading_id'), scopeId: house.buildingId, scopeType: 'BUILDING', onBehalfOf: undefined, onBehalf: undefined,
    subjectType: 'request', subjectId: await of('requests', 'request_id'), text: house.name, callerName: 'Caller', phone: '+77019998877', country: 'KZ', territoryCode: '751210000',
  }
}

/** The same names, of nothing at all. */
function namesOfNothing(names: Named): Named {
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [name, name === 'number' ? '5000000009' : name === 'text' ? 'z'.repeat(house.name.length) : typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? newId() : Array.isArray(value) ? [newId()] : value]))
}

const examples: Record<string, unknown> = { bytes: new Uint8Array([37, 80, 68, 70]), period: '2026-10', takenOn: '2026-11-01', submittedAt: '2026-11-01T10:00:00.000Z', signedOn: '2026-11-01', on: '2026-11-01', since: '2026-11-01', closedOn: '2026-11-01', openedOn: '2026-11-01',
  decisionOn: '2026-11-01', firstDueOn: '2026-12-01', installedOn: '2026-11-01', activeFrom: '2026-11-01', opensAt: '2026-12-20T09:00', closesAt: '2026-12-30T20:00', areaM2: '50.00', validTo: undefined, code: '123456', digest: 'a'.repeat(64), secret: 'A'.repeat(43), values: ['10'],
  login: 'somebody', password: 'a long password', device: 'a'.repeat(64), amount: 10_000n, verifiedUntil: null, validUntil: '2026-12-01', closesOn: '2026-12-01', segment: 'segment', accountField: 'account', allowedAddresses: [], vatPercent: '12', quantity: '1' }

/** A call that the shape lets through: names of a house where they are asked for, the plainest value elsewhere. */
function inputFor(schema: Schema, names: Named, name = ''): unknown {
  if (name in names && !(name === 'number' && schema['pattern'] === undefined)) return names[name]
  if (name in examples) return examples[name]
  if (name.endsWith('Id')) return newId()
  const variants = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined
  if (variants) return inputFor(variants[0] ?? {}, names, name)
  if (schema['const'] !== undefined) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  const plain: Record<string, () => unknown> = {
    object: () => Object.fromEntries(Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
      .filter(([key]) => key in names || ((schema['required'] ?? []) as string[]).includes(key)).map(([key, property]) => [key, inputFor(property, names, key)])),
    array: () => Array.from({ length: Math.max(1, Number(schema['minItems'] ?? 0)) }, () => inputFor((schema['items'] ?? {}) as Schema, names)),
    string: () => schema['format'] === 'uuid' ? newId() : 'a word of the test'.slice(0, Number(schema['maxLength'] ?? 100)),
    integer: () => Number(schema['minimum'] ?? 1), number: () => Number(schema['minimum'] ?? 1), boolean: () => false, date: () => new Date('2026-11-01T00:00:00Z'), bigint: () => 10_000n,
  }
  return (plain[String(schema['type'])] ?? (() => undefined))()
}

async function outcomeOf(request: RequestScope, path: string, input: unknown): Promise<Outcome> {
  const [domain = '', name = ''] = path.split('.')
  const caller = createCaller({ request: { ...request, requestId: newId() } }) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
  try {
    return { data: JSON.stringify(await caller[domain]?.[name]?.(input), (_, value: unknown) => typeof value === 'bigint' ? String(value) : value) ?? '' }
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    const issues = (error.cause as { issues?: { path: PropertyKey[]; message: string }[] } | undefined)?.issues
    return { code: error.code, message: issues ? `SHAPE ${issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')}` : error.message }
  }
}

// Of these the house has only the bare rows of this test, or nothing that is wrong.
const silentHere = ['documents.files', 'imports.batch', 'imports.findings', 'imports.state', 'premises.findings']

describe('every procedure: whoever names something of this house from outside hears what they would hear of nothing', () => {
  const all = Object.entries(proceduresOf(appRouter)).filter(([path]) => !(path in apart))

  it('the calls of this test have the right shape', async () => {
    const names = await namesOfOurs()
    const wrong: string[] = []
    for (const [path, { input }] of all) {
      const outcome = await outcomeOf(twins['manager']!.request, path, input === null ? undefined : inputFor(input, names))
      if ('message' in outcome && outcome.message.startsWith('SHAPE')) wrong.push(`${path} ${outcome.message}`)
    }
    expect(wrong).toEqual([])
  })

  it('no answer tells this house from no house', async () => {
    const names = await namesOfOurs()
    const nothing = namesOfNothing(names)
    const told: string[] = []
    for (const [who, { request }] of Object.entries(twins)) {
      for (const [path, { input }] of all) {
        const [mine, none] = [await outcomeOf(request, path, input === null ? undefined : inputFor(input, names)), await outcomeOf(request, path, input === null ? undefined : inputFor(input, nothing))]
        if ('code' in mine ? JSON.stringify(mine) !== JSON.stringify(none) : [house.buildingId, house.name, names['number'], names['premisesId']].some(secret => mine.data.includes(String(secret)))) told.push(`${who} ${path}: ${JSON.stringify(mine).slice(0, 160)} / ${JSON.stringify(none).slice(0, 160)}`)
      }
    }
    expect(told).toEqual([])
  }, 120_000)

  it('while the own people and staff do get answers of their own: the calls above name what exists', async () => {
    const names = await namesOfOurs()
    const answered = new Set<string>()
    for (const { request } of Object.values(own)) {
      for (const [path, { kind, input }] of all) {
        if (kind !== 'query' || input === null) continue
        const [mine, none] = [await outcomeOf(request, path, inputFor(input, names)), await outcomeOf(request, path, inputFor(input, namesOfNothing(names)))]
        if (JSON.stringify(mine) !== JSON.stringify(none)) answered.add(path)
      }
    }
    const namesAHouse = (input: Schema | null) => Object.keys((input?.['properties'] ?? {}) as Schema).some(key => key in names)
    const silent = all.filter(([path, { kind, input }]) => kind === 'query' && namesAHouse(input) && !answered.has(path)).map(([path]) => path)
    expect(silent).toEqual(silentHere)
  }, 60_000)
})
