import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { world } from '#prisma/seed/demo/world.ts'
import { appRouter } from '#server/api/root.ts'
import { openTransaction, serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { serviceNames, type ServiceName } from '#server/infra/services.ts'
import { phoneKey } from '#server/identity/codes/keys.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asChair, asClerk, asCouncil, asManager, asOwner, asPerson, asStranger, asTenant } from '#test/support/actors.ts'
import { attempt, ownExamples, type Named } from '#test/support/calls.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { namesOf } from '#test/support/names-of-house.ts'
import { proceduresOf, type Schema } from '#test/support/procedures.ts'

// The demonstration fills every table of a house; the twin belongs to another organisation.
const house = world.house('abay12')
const ours = { buildingId: house.buildingId, organisationId: house.organisationId }
let db: TestDatabase
let twins: Record<string, { request: RequestScope }>
let own: Record<string, { request: RequestScope }>
let tables: string[]
let shutKey = ''

beforeAll(async () => {
  db = await testDatabase()
  await promisify(execFile)(process.execPath, ['--conditions=react-server', 'server/start/seed.ts', 'reference', 'demo'],
    { env: { ...process.env, DATABASE_URL: db.url, DATABASE_OWNER_URL: db.ownerUrl, NODE_ENV: 'production', UYIM_EMBEDDED: '1', DEMO: '1' } })
  const twin = await makeHouse(db)
  const [first, second] = twin.premises
  twins = {
    owner: await asOwner(db, twin, first!), tenant: await asTenant(db, twin, second!), chair: await asChair(db, twin), council: await asCouncil(db, twin),
    manager: await asManager(db, twin), accountant: await asAccountant(db, twin), clerk: await asClerk(db, twin), stranger: asStranger(),
    inspector: await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: '7112' }, { kind: 'STAFF' }),
  }
  const flat = { premisesId: await idOf('select premises_id as id from meters where building_id = $1 and premises_id is not null limit 1') }
  const inspector = await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: house.territoryCode }, { kind: 'STAFF' })
  const owner = await asOwner(db, ours, flat)
  shutKey = phoneKey(owner.phone)
  await db.sql(`insert into auth.closed_numbers (phone_key, closed_at, phone) values ($1, date_trunc('milliseconds', now()), $2)`, [shutKey, owner.phone])
  own = { owner, chair: await asChair(db, ours), inspector, manager: await asManager(db, ours), accountant: await asAccountant(db, ours), clerk: await asClerk(db, ours) }
  tables = (await db.sql<{ name: string }>(`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'building_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`)).map(each => each.name)
}, 240_000)

async function idOf(sql: string): Promise<string> {
  const rows = await db.sql<{ id: string }>(sql, [house.buildingId])
  if (!rows[0]) throw new Error(`the demonstration has nothing for ${sql}`)
  return rows[0].id
}

const ofHouse = `building_id = '${house.buildingId}'`
const count = async (ctx: Context, table: string, where: string) => Number((await ctx.db.$queryRawUnsafe<{ n: bigint }[]>(`select count(*) as n from ${table} where ${where}`))[0]?.n)
/** No grant at all is as good as no row. */
const orNone = (error: unknown) => /permission denied/.test(String(error)) ? 0 : Promise.reject(error as Error)
const seen = (request: RequestScope, table: string, where = ofHouse) => openTransaction(request, ctx => count(ctx, table, where)).catch(orNone)
const seenBy = (service: ServiceName, table: string, where = ofHouse) => serviceTransaction(service, ctx => count(ctx, table, where)).catch(orNone)

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
  await db.sql(`set local session_replication_role = replica; insert into ${table} (${given.map(column => `"${column.name}"`).join(', ')}) values (${given.map(value).join(', ')})`)
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

  it('nor, in no house or any, a row of its persons: letters, sessions, traces', async () => {
    const ofPersons = `person_id in (${world.people.filter(person => person.country === 'KZ').map(person => `'${person.personId}'`).join()})`
    const personal = (await db.sql<{ name: string }>(`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'person_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`)).map(each => each.name)
    expect(personal).toEqual(expect.arrayContaining(['inbox_messages', 'messages', 'audit_entries', 'link_evidence']))
    const leaks: string[] = []
    for (const [who, { request }] of Object.entries(twins)) for (const table of personal) if (await seen(request, table, ofPersons) > 0) leaks.push(`${who} sees ${table}`)
    expect(leaks).toEqual([])
    expect(await seenBy('worker', 'inbox_messages', ofPersons)).toBeGreaterThan(0)
  })

  it('while the own people see theirs: the wall is a wall and not a void', async () => {
    for (const table of ['premises', 'accounts', 'bills', 'meters', 'readings', 'requests', 'audit_entries']) {
      const all = await Promise.all(Object.values(own).map(({ request }) => seen(request, table)))
      expect(Math.max(...all), table).toBeGreaterThan(0)
    }
  })

  it('and each table is seen by somebody of the house or by a machine actor', async () => {
    const nobody: string[] = []
    for (const table of tables) {
      let rows = 0
      for (const { request } of Object.values(own)) rows ||= await seen(request, table)
      for (const service of serviceNames) if (service !== 'seed') rows ||= await seenBy(service, table)
      if (rows === 0) nobody.push(table)
    }
    expect(nobody).toEqual([])
  })
})

// ── Procedures ──

// What everybody may ask by design, or what takes no name of a house at all.
const apart: Record<string, string> = {
  'buildings.publicHouse': 'the open page of a house: no people, no money',
  'documents.check': 'a printed code is open to whoever holds the paper',
  'payments.screen': 'whoever holds the account number of a bill may pay it, and sees no more than the provider shows',
  'payments.openIntent': 'the same', 'payments.track': 'the same',
  'identity.linkHome': 'proves the flat by its own code; test/integration/identity/link-home',
  'identity.signOut': 'ends the session that asks', 'identity.requestCode': 'before sign-in',
  'imports.submitFile': 'the house is in the file; test/integration/imports/submit-file',
  'statements.submit': 'its bytes are a stream; test/integration/payments/submit-statement',
}

const namesOfOurs = () => namesOf(db, house, { ...ours, numberKey: shutKey })

/** Words that no answer to an outsider may hold: every account, flat, owner and telephone of this house. */
async function secretsOfOurs(names: Named): Promise<string[]> {
  const rows = await db.sql<{ word: string }>(`select number as word from accounts where building_id = $1 union select premises_id::text from premises where building_id = $1
    union select owner_id::text from owners where building_id = $1 union select full_name from owners where building_id = $1
    union select phone from auth.persons join auth.grants using (person_id) where building_id = $1 and phone is not null`, [house.buildingId])
  return [house.buildingId, house.organisationId, house.name, String(names['subjectId']), ...rows.map(row => row.word.trim())].filter(word => word.length > 5)
}

/** The same names, of nothing at all; what was one id stays one. */
function namesOfNothing(names: Named): Named {
  const ids = new Map<string, string>()
  const other = (value: string): string => ids.get(value) ?? (ids.set(value, newId()).get(value) ?? '')
  const nothing = (name: string, value: unknown): unknown => {
    if (name === 'number') return '5000000009'
    if (name === 'text') return 'z'.repeat(house.name.length)
    if (Array.isArray(value)) return value.map(each => other(String(each)))
    if (typeof value !== 'string') return value
    return /^[0-9a-f]{64}$/.test(value) ? 'a'.repeat(64) : /^[0-9a-f-]{36}$/.test(value) ? other(value) : value
  }
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [name, nothing(name, value)]))
}

// Refused, or done, without looking at any house.
const beforeAnyHouse: Record<string, string> = {
  'billing.draftTariff': 'names a place and no house', 'billing.draftPenalty': 'names a country and no house', 'billing.draftIndex': 'names a country and no house', 'buildings.register': 'makes a house, and names none', 'identity.issueRecoveryCodes': 'keys of whoever asks', 'identity.replaceOneTimeKey': 'keys of whoever asks',
  'billing.draftNorm': 'names a place and no house', 'billing.draftAllocation': 'names a country and no house',
  'identity.setLocale': 'the language of whoever asks', 'identity.setCodeLimit': 'limits are the service\'s', 'notifications.openInbox': 'the letters of whoever asks',
  'payments.registerMerchant': 'merchants are the platform\'s', 'payments.replaceMerchantKey': 'merchants are the platform\'s',
}

// Whoever has no such work at all is told so, whatever they name.
const noSuchWork = ['inspector desk.openCard']

/** What there is of this house, and the rights and sessions of its people, as one word. */
async function traceOfHouse(): Promise<Record<string, string>> {
  const trace = async (table: string, where: string) => (await db.sql<{ word: string }>(`select coalesce(md5(string_agg(t::text, '' order by t::text)), '') as word from ${table} t where ${where}`))[0]?.word ?? ''
  const places = [...tables.map(table => [table, ofHouse] as const), ['auth.grants', ofHouse] as const,
    ['auth.sessions', `exists (select from auth.grants g where g.person_id = t.person_id and g.${ofHouse})`] as const, ['auth.persons', `exists (select from auth.grants g where g.person_id = t.person_id and g.${ofHouse})`] as const]
  const words: Record<string, string> = {}
  for (const [table, where] of places) words[table] = await trace(table, where)
  return words
}

// Of these the house has only the bare rows of this test, or nothing that is wrong.
const unfoundHere: Record<string, string> = {
  'billing.postCorrection': 'the draft here is bare', 'billing.declineCorrection': 'the draft here is bare',
  'billing.publishTariff': 'a draft of a place', 'billing.declineTariff': 'a draft of a place', 'billing.endTariff': 'a tariff of a place', 'billing.decidePenalty': 'a rule of a country', 'billing.decideIndex': 'a figure of a country',
  'billing.decideNorm': 'a norm of a place', 'billing.decideAllocation': 'an order of a country', 'billing.withdrawIndex': 'a figure of a country', 'billing.withdrawNorm': 'a norm of a place',
  'billing.continue': 'the order here is bare', 'imports.accept': 'the batch here is bare', 'imports.reject': 'the batch here is bare',
  'identity.confirmDevice': 'devices of another person', 'identity.revokeDevice': 'devices of another person',
  'meetings.requestBallotCode': 'a draft of another person', 'meetings.castBallot': 'a draft of another person',
  'payments.submitNotice': 'an intent of another person', 'payments.withdrawIntent': 'an intent of another person',
}
// So is the order of papers, of no month; a bill is paid by whoever has its paper, and the token here is of none.
const silentHere = ['billing.papers', 'imports.batch', 'imports.findings', 'imports.state', 'payments.payFor', 'premises.findings']

describe('every procedure: whoever names something of this house from outside hears what they would hear of nothing', () => {
  const all = Object.entries(proceduresOf(appRouter)).filter(([path]) => !(path in apart))

  it('the calls of this test have the right shape', async () => {
    const names = await namesOfOurs()
    const wrong: string[] = []
    for (const [path, { input }] of all) {
      const outcome = await attempt(twins['manager']!.request, path, { input, names })
      if ('message' in outcome && outcome.message.startsWith('SHAPE')) wrong.push(`${path} ${outcome.message}`)
    }
    expect(wrong).toEqual([])
  })

  it('the lists of exceptions name no procedure that is gone', () => {
    const known = Object.keys(proceduresOf(appRouter))
    expect([...Object.keys(apart), ...Object.keys(beforeAnyHouse), ...Object.keys(ownExamples), ...Object.keys(unfoundHere), ...silentHere].filter(path => !known.includes(path))).toEqual([])
  })

  it('a write is not found, never forbidden, and nothing of this house is changed by the attempt', async () => {
    const names = await namesOfOurs()
    const nothing = namesOfNothing(names)
    const before = await traceOfHouse()
    const wrong: string[] = []
    await Promise.all(Object.entries(twins).map(async ([who, { request }]) => {
      for (const [path, { kind, input }] of all) {
        if (kind !== 'mutation' || path in beforeAnyHouse) continue
        const [mine, none] = [await attempt(request, path, { input, names }), await attempt(request, path, { input, names: nothing })]
        // Residents and strangers come to no screen of the staff: they are asked to sign in before anything is read.
        const codes = ['NOT_FOUND', 'UNAUTHORIZED', ...(noSuchWork.includes(`${who} ${path}`) ? ['FORBIDDEN'] : [])]
        const hidden = 'code' in mine && codes.includes(mine.code) && JSON.stringify(mine) === JSON.stringify(none)
        if (!hidden) wrong.push(`${who} ${path}: ${JSON.stringify(mine)} / ${JSON.stringify(none)}`)
      }
    }))
    expect(wrong).toEqual([])
    expect(await traceOfHouse()).toEqual(before)
  })

  it('no answer tells this house from no house', async () => {
    const names = await namesOfOurs()
    const nothing = namesOfNothing(names)
    const secrets = await secretsOfOurs(names)
    const told: string[] = []
    await Promise.all(Object.entries(twins).map(async ([who, { request }]) => {
      for (const [path, { kind, input }] of all) {
        if (kind === 'mutation' && !(path in beforeAnyHouse)) continue
        const [mine, none] = [await attempt(request, path, { input, names }), await attempt(request, path, { input, names: nothing })]
        if ('code' in mine ? JSON.stringify(mine) !== JSON.stringify(none) : secrets.some(secret => mine.data.includes(secret))) told.push(`${who} ${path}: ${JSON.stringify(mine).slice(0, 160)} / ${JSON.stringify(none).slice(0, 160)}`)
      }
    }))
    expect(told).toEqual([])
  })

  it('while the own people and staff do get answers of their own: the calls above name what exists', async () => {
    const names = await namesOfOurs()
    const nothing = namesOfNothing(names)
    const answered = new Set<string>()
    for (const { request } of Object.values(own)) {
      for (const [path, { kind, input }] of all) {
        if (kind !== 'query' || input === null) continue
        const [mine, none] = [await attempt(request, path, { input, names }), await attempt(request, path, { input, names: nothing })]
        if (JSON.stringify(mine) !== JSON.stringify(none)) answered.add(path)
      }
    }
    const namesAHouse = (input: Schema | null) => Object.keys((input?.['properties'] ?? {}) as Schema).some(key => key in names)
    const silent = all.filter(([path, { kind, input }]) => kind === 'query' && namesAHouse(input) && !answered.has(path)).map(([path]) => path)
    expect(silent).toEqual(silentHere)
  })

  // The last of all, for these do write.
  it('and their own writes find what they name', async () => {
    const names = await namesOfOurs()
    const found = new Set<string>()
    for (const { request } of Object.values(own)) {
      for (const [path, { kind, input }] of all) {
        if (kind !== 'mutation' || found.has(path)) continue
        const outcome = await attempt(request, path, { input, names })
        if ('data' in outcome || !['NOT_FOUND', 'UNAUTHORIZED'].includes(outcome.code)) found.add(path)
      }
    }
    expect(all.filter(([path, { kind }]) => kind === 'mutation' && !found.has(path)).map(([path]) => path).sort()).toEqual(Object.keys(unfoundHere).sort())
  })
})
