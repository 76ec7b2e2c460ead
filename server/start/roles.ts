import { Client } from 'pg'
import { Refused } from '#server/start/refused.ts'

export type RolePasswords = { owner: string; app: string }

/** The two roles and the database of the embedded server; repeating it changes nothing. */
export async function prepareRoles(superUrl: string, passwords: RolePasswords | null, database = 'uyim'): Promise<void> {
  const client = new Client({ connectionString: superUrl })
  await client.connect()
  try {
    for (const name of ['uyim_owner', 'uyim_app'] as const) {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name])
      if (!rowCount) await client.query(`create role ${name} login nosuperuser nocreatedb nocreaterole nobypassrls`)
      const password = passwords?.[name === 'uyim_owner' ? 'owner' : 'app']
      if (password) await client.query(`alter role ${name} password ${client.escapeLiteral(password)}`)
    }
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (!rowCount) {
      await client.query(`create database ${client.escapeIdentifier(database)} owner uyim_owner`)
      await client.query(`revoke all on database ${client.escapeIdentifier(database)} from public`)
      await client.query(`grant connect on database ${client.escapeIdentifier(database)} to uyim_app`)
    }
  } finally {
    await client.end()
  }
}

type Standing = { name: string; superuser: boolean; bypass: boolean; owns: string | null }

/** Settled 3: whoever could step over row-level security must not serve people. */
export async function checkApplicationRole(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Standing>(`
      select rolname as name, rolsuper as superuser, rolbypassrls as bypass,
        (select c.relname from pg_class c where pg_has_role(r.oid, c.relowner, 'MEMBER')
          and c.relkind in ('r', 'p') and c.relnamespace not in (select oid from pg_namespace where nspname like 'pg\\_%' or nspname in ('information_schema', 'pgboss'))
          limit 1) as owns
      from pg_roles r where rolname = current_user`)
    const role = rows[0]
    if (!role) throw new Refused('The role of DATABASE_URL was not found.')
    if (role.superuser) throw new Refused(`DATABASE_URL signs in as ${role.name}, a superuser, for whom row-level security does not exist: give the application a role of its own.`)
    if (role.bypass) throw new Refused(`DATABASE_URL signs in as ${role.name}, which has BYPASSRLS: give the application a role of its own.`)
    if (role.owns) throw new Refused(`DATABASE_URL signs in as ${role.name}, the owner of the table ${role.owns}: the application needs a role that owns nothing (uyim_app).`)
  } finally {
    await client.end()
  }
}
