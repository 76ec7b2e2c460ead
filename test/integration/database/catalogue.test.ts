import { describe, expect, test } from 'vitest'
import { definerFunctions } from '#test/architecture/definer-functions.ts'
import { testDatabase } from '#test/support/database.ts'

const database = await testDatabase()

// Data of no single house: law, classifiers, the machine's own. Whoever adds a line says why.
const globalTables: Record<string, string> = {
  _prisma_migrations: 'the migrations themselves',
  job_runs: 'the timetable of the worker',
  territories: 'classifier', legal_acts: 'law', index_values: 'law', calendar_days: 'law',
  code_limits: 'limits of one-time codes of the whole service',
  organisations: 'public register',
  consumption_norms: 'law', hot_water_norms: 'law', tariffs: 'law', voting_rules: 'law', service_seasons: 'law', reading_windows: 'law', request_terms: 'law',
  request_categories: 'classifier', payment_allocation_rules: 'law', debt_reminder_steps: 'law', penalty_rules: 'law', index_drafts: 'law in the making', allocation_drafts: 'law in the making',
  payment_merchants: 'who may collect money; read by the payments actor only', payment_merchant_keys: 'keys of merchants; read by the payments actor only',
  halyk_terminals: 'where a merchant of Halyk is asked; read by the payments actor only',
  payment_outages: 'how long a merchant that is silent is left to rest; read by the payments actor only',
}
// Settled 1: keyed by the outside id alone, written in the transaction of the effect.
const dedupeTables: Record<string, string> = {
  account_numbers: 'an account number names one account of one house',
  external_building_keys: 'the key of a source row names one house', document_codes: 'a printed code names one document',
  invoice_numbers: 'a number names one invoice', payment_dedupe: 'an outside payment has one effect',
  halyk_tails: 'the last digits of an order name one live order of a terminal',
  reading_ids: 'the phone made the id', request_ids: 'the phone made the id',
}
// Tables of millions of rows a month: partitioned, without foreign keys (speed-and-safety.md 3).
const hotTables = ['audit_entries', 'ledger_entries', 'readings', 'bills']
// Only insert (settled 4, 7).
const appendOnly = ['audit_entries', 'ledger_entries', 'ledger_reversals', 'ledger_heads', 'migration_windows', 'adjustment_requests', 'adjustment_checks', 'inspection_conclusions', 'conclusion_uses']

type Table = { name: string; kind: string; has_building: boolean; secured: boolean; forced: boolean; policies: string[] }
const tables = await database.sql<Table>(`
  select c.relname as name, c.relkind::text as kind, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'building_id' and not a.attisdropped) as has_building,
    array(select p.polcmd::text from pg_policy p where p.polrelid = c.oid order by 1) as policies
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`)
const names = tables.map(table => table.name)

describe('every table of a house is behind row-level security (settled 3)', () => {
  test('a table without building_id is a reference table by name', () => {
    expect(tables.filter(table => !table.has_building && !(table.name in globalTables) && !(table.name in dedupeTables)).map(table => table.name)).toEqual([])
  })

  test('the lists name no table that is gone', () => {
    expect([...Object.keys(globalTables), ...Object.keys(dedupeTables)].filter(name => !names.includes(name))).toEqual([])
  })

  test('ENABLE and FORCE, with policies for reading and writing', () => {
    const covered = (table: Table) => table.policies.includes('*') || ['r', 'a'].every(command => table.policies.includes(command))
    expect(tables.filter(table => table.has_building && !(table.secured && table.forced && covered(table)))).toEqual([])
  })

  test('partitions are secured too: one reaches them by their own name', async () => {
    expect(await database.sql(`select c.relname from pg_class c where c.relispartition and c.relkind in ('r', 'p')
      and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)`)).toEqual([])
    expect(await database.sql(`select c.relname from pg_class c, aclexplode(c.relacl) g where c.relispartition and g.grantee <> c.relowner`)).toEqual([])
  })
})

describe('a house can be moved to another server (speed-and-safety.md 4)', () => {
  test('building_id is the first column of each primary key and unique index', async () => {
    const keys = await database.sql<{ table: string; index: string; first: string; columns: string[] }>(`
      select t.relname as table, i.relname as index, x.columns[1] as first, x.columns
      from pg_index k join pg_class i on i.oid = k.indexrelid join pg_class t on t.oid = k.indrelid,
        lateral (select array_agg(a.attname::text order by n) as columns from unnest(k.indkey::int2[]) with ordinality u(attnum, n)
                 join pg_attribute a on a.attrelid = t.oid and a.attnum = u.attnum) x
      where k.indisunique and t.relnamespace = 'public'::regnamespace and not t.relispartition
        and exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'building_id')`)
    expect(keys.filter(key => key.first !== 'building_id' && !(key.table in dedupeTables))).toEqual([])
    const keyed = new Set(keys.map(key => key.table))
    expect(tables.filter(table => table.has_building && !keyed.has(table.name)).map(table => table.name), 'no primary key').toEqual([])
  })

  test('no constraint is deferrable', async () => {
    expect(await database.sql(`select conname, conrelid::regclass::text from pg_constraint where condeferrable`)).toEqual([])
  })

  test('a foreign key between tables of a house carries the house', async () => {
    expect(await database.sql(`
      select k.conname, k.conrelid::regclass::text as from, k.confrelid::regclass::text as to from pg_constraint k
      where k.contype = 'f' and k.conparentid = 0 and k.connamespace = 'public'::regnamespace
        and exists (select from pg_attribute a where a.attrelid = k.confrelid and a.attname = 'building_id')
        and not exists (select from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'building_id' and a.attnum = any(k.conkey))`)).toEqual([])
  })

  test('no key is made of chance: ids are UUID of version 7', async () => {
    expect(await database.sql(`select adrelid::regclass::text as table, pg_get_expr(adbin, adrelid) as value from pg_attrdef where pg_get_expr(adbin, adrelid) ~ 'gen_random_uuid|uuid_generate_v4'`)).toEqual([])
  })
})

describe('hot tables (speed-and-safety.md 3)', () => {
  test.each(hotTables)('%s is partitioned', name => {
    expect(tables.find(table => table.name === name)?.kind).toBe('p')
  })

  test('no foreign key leaves or reaches them', async () => {
    expect(await database.sql(`select conname, conrelid::regclass::text as table from pg_constraint
      where contype = 'f' and (conrelid::regclass::text = any($1) or confrelid::regclass::text = any($1))`, [hotTables])).toEqual([])
  })
})

describe('what is written stays written (settled 4, 7)', () => {
  test.each(appendOnly)('%s can only be added to', async name => {
    const [row] = await database.sql<{ changes: boolean; guards: number }>(`
      select has_any_column_privilege('uyim_app', $1::regclass, 'UPDATE') or has_table_privilege('uyim_app', $1::regclass, 'UPDATE, DELETE, TRUNCATE') as changes,
        (select count(*)::int from pg_trigger where tgrelid = $1::regclass and tgname like 'append_only%') as guards`, [name])
    expect(row).toEqual({ changes: false, guards: 2 })
  })

  test('even their owner is refused', async () => {
    const { Client } = await import('pg')
    const client = new Client({ connectionString: database.superUrl })
    await client.connect()
    for (const name of appendOnly) await expect(client.query(`truncate ${name} cascade`)).rejects.toMatchObject({ code: 'UY001' })
    await client.end()
  })
})

describe('functions that act as the owner', () => {
  type Definer = { name: string; settings: string[] | null }
  const found = database.sql<Definer>(`
    select n.nspname || '.' || p.proname as name, p.proconfig as settings from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema') order by 1`)

  test('are on the list of test/architecture/definer-functions.ts', async () => {
    const known = new Set(definerFunctions)
    const existing = new Set((await found).map(one => one.name))
    expect([...existing].filter(name => !known.has(name)), 'not on the list').toEqual([])
    expect([...known].filter(name => !existing.has(name)), 'on the list and gone').toEqual([])
  })

  test('have a fixed search path that ends with pg_temp', async () => {
    const loose = (await found).filter(one => !one.settings?.some(setting => /^search_path=pg_catalog(, [a-z]+)*, pg_temp$/.test(setting)))
    expect(loose.map(one => one.name)).toEqual([])
  })
})

describe('the application role', () => {
  test('is nobody special and owns nothing', async () => {
    const [role] = await database.sql(`select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,
      (select count(*)::int from pg_class where relowner = r.oid) as tables, (select count(*)::int from pg_proc where proowner = r.oid) as functions,
      (select count(*)::int from pg_auth_members where member = r.oid) as memberships from pg_roles r where rolname = 'uyim_app'`)
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false, tables: 0, functions: 0, memberships: 0 })
  })

  test('reaches persons, sessions and grants through functions only', async () => {
    expect(await database.sql(`select c.relname from pg_class c where c.relnamespace = 'auth'::regnamespace and c.relkind in ('r', 'p', 'v')
      and (has_table_privilege('uyim_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE') or has_any_column_privilege('uyim_app', c.oid, 'SELECT, INSERT, UPDATE'))`)).toEqual([])
  })

  test('cannot make tables or shift time', async () => {
    const [row] = await database.sql(`select has_schema_privilege('uyim_app', 'public', 'CREATE') as public, has_schema_privilege('uyim_app', 'app', 'CREATE') as app,
      has_schema_privilege('uyim_app', 'auth', 'CREATE') as auth, has_table_privilege('uyim_app', 'app.clock_shift', 'INSERT, UPDATE, DELETE') as clock`)
    expect(row).toEqual({ public: false, app: false, auth: false, clock: false })
  })

  test('everybody else has no rights on tables', async () => {
    expect(await database.sql(`select c.relname from pg_class c, aclexplode(c.relacl) g where g.grantee = 0 and c.relnamespace in ('public'::regnamespace, 'app'::regnamespace, 'auth'::regnamespace)`)).toEqual([])
  })

  test('a view looks with the eyes of who asks', async () => {
    expect(await database.sql(`select relname from pg_class where relnamespace in ('public'::regnamespace, 'app'::regnamespace) and (relkind = 'm'
      or relkind = 'v' and not coalesce(reloptions::text like '%security_invoker=%', false))`)).toEqual([])
  })
})

test('PostgreSQL of this run is the one that was asked for', async () => {
  const [row] = await database.sql<{ version: number }>(`select current_setting('server_version_num')::int / 10000 as version`)
  expect(row?.version).toBe(database.major)
})
