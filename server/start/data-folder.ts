import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Refused } from '#server/start/refused.ts'
import { alive, randomSecret } from '#server/start/postgres.ts'

export type Secrets = { superuser: string; owner: string; app: string; auth: string }

/** Makes the folder and proves that it can be written. */
export function prepareDataFolder(folder: string): void {
  try {
    makeFolder(folder)
    const trial = join(folder, `.trial-${process.pid}`)
    writeFileSync(trial, '')
    rmSync(trial)
  } catch (error) {
    throw new Refused(`The folder ${folder} (DATA_DIR) cannot be written: ${(error as { code?: string }).code ?? String(error)}. Give it to this user, or set DATA_DIR to another one.`)
  }
}

// One by one: mkdir with `recursive` never returns where the system answers ENOENT to a folder whose parent exists.
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

/** Two runs over one database would end it under each other. Returns the release. */
export function lockDataFolder(folder: string): () => void {
  const file = join(folder, 'start.pid')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error
      const pid = Number(readFileSync(file, 'utf8'))
      if (isStart(pid)) throw new Refused(`Uyim already runs on ${folder} (process ${pid}): stop it first, or set DATA_DIR and PORT for a second one.`)
      rmSync(file, { force: true })
    }
  }
  throw new Refused(`Another start is using ${folder}; try again.`)
}

function isStart(pid: number): boolean {
  if (!alive(pid) || pid === process.pid) return false
  if (process.platform !== 'linux') return true
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('server/start/')
  } catch {
    return false
  }
}

/** Passwords of the embedded database and the secret of sessions: made once, readable by their owner only. */
export function readSecrets(folder: string): Secrets {
  const file = join(folder, 'secrets.json')
  if (!existsSync(file)) {
    const secrets = { superuser: randomSecret(), owner: randomSecret(), app: randomSecret(), auth: randomSecret(48) }
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  }
  chmodSync(file, 0o600)
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets
  } catch {
    throw new Refused(`${file} is damaged: restore it from a back-up (it holds the passwords of the embedded database).`)
  }
}
