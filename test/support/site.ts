import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#server/start/postgres.ts'
import type { Demo } from '#test/support/server.ts'

export type Site = { url: string; demo: Demo; dataFolder: string; stop: () => Promise<void> }

function heard(child: ChildProcess, words: string): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000)
      if (said.includes(words)) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', code => reject(new Error(`ended with ${code} before '${words}':\n${said}`)))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await exit
}

/** The whole application as `npm start` runs it, on a port and in a folder of its own. */
export async function startSite(): Promise<Site> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'uyim-site-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const child = spawn(process.execPath, ['server/start/start.ts'], { stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), APP_URL: url, DATA_DIR: dataFolder, DEMO: '1', DATABASE_URL: '', DATABASE_OWNER_URL: '', LOG_LEVEL: 'warn' } })
  await heard(child, 'Uyim is at')
  const demo = JSON.parse(readFileSync(join(dataFolder, 'demo.json'), 'utf8')) as Demo
  return { url, demo, dataFolder, stop: async () => {
    await ended(child)
    rmSync(dataFolder, { recursive: true, force: true })
  } }
}

/** The empty page of the same Next (settled 27), built and served beside. */
export async function startEmptyPage(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = join(import.meta.dirname, '../bench/empty-page')
  const next = join(import.meta.dirname, '../../node_modules/next/dist/bin/next')
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  const build = spawn(process.execPath, [next, 'build', folder], { stdio: ['ignore', 'pipe', 'pipe'], env })
  const code = await new Promise(resolve => build.once('exit', resolve))
  if (code !== 0) throw new Error(`the empty page did not build: ${code}`)
  const port = await freePort()
  const child = spawn(process.execPath, [next, 'start', folder, '-p', String(port)], { stdio: ['ignore', 'pipe', 'pipe'], env })
  await heard(child, 'Ready')
  return { url: `http://localhost:${port}/`, stop: () => ended(child) }
}
