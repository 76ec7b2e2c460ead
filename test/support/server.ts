import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '#server/start/postgres.ts'

export type Demo = {
  people?: { role: string; country: string; name: string; phone?: string; login?: string; password?: string; totpSecret?: string }[]
  accounts?: { country: string; number: string; building: string; unit: string; kind: string; amountMinor: string | number }[]
  providers?: Record<string, Record<string, unknown>>
}

declare module 'vitest' {
  interface ProvidedContext {
    site: { url: string; dataFolder: string; demo: Demo }
  }
}

/** vitest globalSetup: the whole application as `npm start` runs it, with demonstration data of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'uyim-site-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env = { ...process.env, NODE_ENV: 'production' as const, PORT: String(port), APP_URL: url, DATA_DIR: dataFolder, DEMO: '1', DATABASE_URL: '', DATABASE_OWNER_URL: '', TZ: 'Asia/Kathmandu', LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, ['server/start/start.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000)
      if (said.includes('Uyim is at')) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', code => reject(new Error(`npm start ended with ${code}:\n${said}`)))
  })
  const stop = async () => {
    const ended = new Promise(resolve => child.once('exit', resolve))
    if (child.exitCode === null && child.kill('SIGTERM')) await ended
    rmSync(dataFolder, { recursive: true, force: true })
  }
  await ready.catch(async (error: unknown) => {
    await stop()
    throw error
  })
  // Each file of the run is a process of its own.
  process.env['UYIM_SITE_FOLDER'] = dataFolder
  project.provide('site', { url, dataFolder, demo: readDemo(dataFolder) })
  return stop
}

function readDemo(folder: string): Demo {
  try {
    return JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as Demo
  } catch {
    return {}
  }
}
