import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '#server/start/postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'uyim-restart-'))
const port = await freePort()
const url = `http://localhost:${port}`

async function start(): Promise<{ child: ChildProcess; seconds: number; said: () => string }> {
  const begun = performance.now()
  const env = { ...process.env, NODE_ENV: 'production' as const, PORT: String(port), APP_URL: url, DATA_DIR: folder, DEMO: '0', PAGES_AT_ONCE: '2', DATABASE_URL: '', DATABASE_OWNER_URL: '' }
  const child = spawn(process.execPath, ['server/start/start.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('Uyim is at')) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', code => reject(new Error(`ended with ${code}: ${text}`)))
  })
  return { child, seconds: (performance.now() - begun) / 1000, said: () => text }
}

/** Programs of this run: whoever names its folder or has it among its settings. */
function programs(): string[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap(pid => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return line.includes(folder) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`DATA_DIR=${folder}`) ? [line.slice(0, 120)] : []
    } catch {
      return []
    }
  })
}

async function until(condition: () => boolean, seconds: number): Promise<void> {
  for (let waited = 0; waited < seconds * 10 && !condition(); waited += 1) await new Promise(resolve => setTimeout(resolve, 100))
}

async function stop(child: ChildProcess): Promise<number | null> {
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  child.kill('SIGINT')
  return ended
}

/** More pages than this server takes at once (PAGES_AT_ONCE): some are put off politely, and the doors stay open. */
async function overload(): Promise<void> {
  // Read to the end: until then a page keeps its place.
  const pages = await Promise.all(Array.from({ length: 40 }, async () => {
    const page = await fetch(`${url}/kk/sign-in`)
    return { status: page.status, headers: page.headers, text: await page.text() }
  }))
  const put = pages.filter(page => page.status === 503)
  expect(put.length).toBeGreaterThan(0)
  expect(pages.length - put.length).toBeGreaterThan(0)
  expect(put[0]?.headers.get('retry-after')).toBe('3')
  expect(put[0]?.text).toContain('lang="kk"')
  expect((await fetch(`${url}/api/health`)).status).toBe(200)
  expect((await fetch(`${url}/kk/sign-in`)).status).toBe(200)
}

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a killed run leaves nothing that the next start does not put right; Ctrl-C ends everything', async () => {
  const first = await start()
  expect((await fetch(`${url}/api/ready`)).status).toBe(200)
  await overload()
  expect(await stop(first.child)).toBe(0)
  await until(() => programs().length === 0, 60)
  expect(programs(), 'nothing runs after Ctrl-C').toEqual([])
  expect(readdirSync(folder)).not.toContain('start.pid')

  const second = await start()
  second.child.kill('SIGKILL')
  await until(() => programs().every(line => line.includes('/postgres')), 60)
  expect(programs().filter(line => !line.includes('/postgres') && !line.startsWith('postgres:')), 'server and worker end with their starter').toEqual([])

  const third = await start()
  expect(third.said()).toContain('killed run')
  // The quicker of the two: a neighbour's work on the same processors is no fault of the start.
  expect(Math.min(second.seconds, third.seconds), 'a second start takes under ten seconds').toBeLessThan(10)
  expect((await fetch(`${url}/api/ready`)).status).toBe(200)
  expect(await stop(third.child)).toBe(0)
  await until(() => programs().length === 0, 60)
  expect(programs()).toEqual([])
})
