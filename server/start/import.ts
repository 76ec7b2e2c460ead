// `npm run import -- <kind> <file> [--dry-run] …`: takes a file in from the command line. It works beside a running
// Uyim; when none runs, it starts the embedded database for as long as it needs.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { cleanUp } from '#server/start/cleanup.ts'
import { readSecrets } from '#server/start/data-folder.ts'
import { prepare, readSettings, type Settings } from '#server/start/prepare.ts'
import { explain, say } from '#server/start/progress.ts'

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

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, house: { type: 'string' }, unit: { type: 'string' }, serial: { type: 'string' }, organisation: { type: 'string' }, locale: { type: 'string' } },
  })
  const settings = readSettings('production')
  Object.assign(process.env, { LOG_LEVEL: 'warn' }, settings.children)
  // Nobody needs a database to be told how the command is used.
  if (positionals.length === 2) Object.assign(process.env, (await runningDatabase(settings)) ?? (await prepare(settings)))
  // Only now: what is imported here reads its settings at once.
  const { runImport } = await import('#server/imports/command.ts')
  const [kind = '', path = ''] = positionals
  return runImport({ house: '', unit: '', serial: '', organisation: '', locale: '', ...values, kind, path, dryRun: values['dry-run'] === true })
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void cleanUp().finally(() => process.exit(130)))

let code = 1
try {
  code = await main()
} catch (error) {
  say(explain(error))
}
await cleanUp()
process.exit(code)
