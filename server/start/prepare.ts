import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { registerServices } from '#prisma/migrate.ts'
import { readEnv, type Env } from '#server/infra/settings.ts'
import { lockDataFolder, prepareDataFolder, readSecrets } from '#server/start/data-folder.ts'
import { embeddedDatabase, externalDatabase, rightMissing, seedMarker, type Database } from '#server/start/database.ts'
import { atEnd } from '#server/start/cleanup.ts'
import { ensureClient } from '#server/start/build-steps.ts'
import { runProgram } from '#server/start/program.ts'
import { step } from '#server/start/progress.ts'
import { compiled } from '#server/start/sources.ts'
import { Refused } from '#server/start/refused.ts'

export type Settings = { env: Env; children: Record<string, string> }

/** Reads the settings as the children will see them; the embedded database is known only later. */
export function readSettings(mode: 'production' | 'development'): Settings {
  const embedded = !process.env['DATABASE_URL']
  const given = {
    ...process.env, NODE_ENV: mode, UYIM_EMBEDDED: embedded ? '1' : '0',
    DEMO: process.env['DEMO'] || (embedded ? '1' : '0'), DATA_DIR: resolve(process.env['DATA_DIR'] || '.data'),
  }
  try {
    const env = readEnv(given)
    return { env, children: {
      NODE_ENV: mode, UYIM_EMBEDDED: given.UYIM_EMBEDDED, DEMO: given.DEMO, DATA_DIR: env.DATA_DIR,
      APP_URL: env.APP_URL, PORT: String(env.PORT), HOST: env.HOST, NEXT_TELEMETRY_DISABLED: '1',
    } }
  } catch (error) {
    throw new Refused((error as Error).message)
  }
}

/** Everything before the web server: folder, database, roles, migrations, reference and demonstration data. */
export async function prepare({ env, children }: Settings): Promise<Record<string, string>> {
  prepareDataFolder(env.DATA_DIR)
  atEnd(lockDataFolder(env.DATA_DIR))
  await ensureClient()
  const database = await openDatabase(env)
  const auth = process.env['AUTH_SECRET'] || readSecrets(env.DATA_DIR).auth
  if (auth.length < 32) throw new Refused('AUTH_SECRET must have at least 32 characters.')
  if (database.ownerUrl) await registerServices(database.ownerUrl, auth, env.DEMO).catch((error: unknown) => { throw rightMissing('DATABASE_OWNER_URL', error, 'the role there must own the database (uyim_owner)') })
  const all = { ...children, DATABASE_URL: database.url, AUTH_SECRET: auth }
  await fill(database, env.DEMO, all)
  return all
}

async function openDatabase(env: Env): Promise<Database> {
  const url = process.env['DATABASE_URL']
  return url ? externalDatabase(url, env.DATABASE_OWNER_URL) : embeddedDatabase(env.DATA_DIR)
}

async function fill(database: Database, demo: boolean, env: Record<string, string>): Promise<void> {
  const first = demo && await database.empty()
  const marker = seedMarker(env['DATA_DIR'] ?? '.data')
  if (first) writeFileSync(marker, '')
  await step(first ? 'Writing the demonstration data' : 'Checking the reference data', tell => runProgram({
    args: ['--conditions=react-server', 'server/start/seed.ts', 'reference', ...(first ? ['demo'] : []), ...(demo ? ['table'] : [])],
    env: { ...compiled, ...env, DATABASE_OWNER_URL: database.ownerUrl, LOG_LEVEL: 'warn' }, onLine: tell,
  }))
  if (first) rmSync(marker)
}

/** Said before anything is touched: nobody waits for a build to learn it. */
export function checkPort(port: number, host: string): Promise<void> {
  return new Promise((done, refuse) => {
    const server = createServer()
    server.once('error', error => refuse(new Refused(portSentence(port, (error as { code?: string }).code))))
    server.listen(port, host, () => server.close(() => done()))
  })
}

function portSentence(port: number, code?: string): string {
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program: stop it, or start with another one (PORT=${port + 1} npm start).`
  if (code === 'EACCES') return `Port ${port} may not be opened by this user: start with another one (PORT=3000 npm start).`
  return `Port ${port} cannot be opened (${code ?? 'unknown reason'}).`
}
