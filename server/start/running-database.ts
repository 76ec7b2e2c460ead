import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { readSecrets } from '#server/start/data-folder.ts'
import { prepare, type Settings } from '#server/start/prepare.ts'

/** The embedded database of a Uyim that runs on this folder; null when none answers. */
async function runningDatabase({ env, children }: Settings): Promise<Record<string, string> | null> {
  const file = join(env.DATA_DIR, 'postgres', 'postmaster.pid')
  if (process.env['DATABASE_URL'] || !existsSync(file) || !existsSync(join(env.DATA_DIR, 'secrets.json'))) return null
  const port = readFileSync(file, 'utf8').split('\n')[3]?.trim()
  const secrets = readSecrets(env.DATA_DIR)
  const url = `postgresql://uyim_app:${secrets.app}@127.0.0.1:${port ?? ''}/uyim`
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return { ...children, DATABASE_URL: url, AUTH_SECRET: process.env['AUTH_SECRET'] || secrets.auth }
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** For a command beside the server: the database that runs, or one started for as long as the command needs it. */
export async function openDatabase(settings: Settings): Promise<void> {
  Object.assign(process.env, (await runningDatabase(settings)) ?? (await prepare(settings)))
}
