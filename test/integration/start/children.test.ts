import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChild } from '#server/start/children.ts'
import { cleanUp } from '#server/start/cleanup.ts'

test('whoever faces the network has the application\'s role and not the owner\'s password (settled 3)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uyim-child-'))
  const file = join(folder, 'env')
  process.env['DATABASE_OWNER_URL'] = 'postgresql://uyim_owner:secret@127.0.0.1/uyim'
  try {
    const program = `require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env)); process.send({ ready: true }); setInterval(() => undefined, 1000)`
    await startChild({ name: 'child', args: ['-e', program], env: { DATABASE_URL: 'postgresql://uyim_app@127.0.0.1/uyim' }, log: join(folder, 'child.log'), onGone: () => undefined })
    const seen = readFileSync(file, 'utf8')
    expect(seen).toContain('uyim_app')
    expect(seen).not.toContain('uyim_owner')
  } finally {
    delete process.env['DATABASE_OWNER_URL']
    await cleanUp()
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['says why', `console.log('the reason'); process.exit(3)`, /fell three times in a row \(3\)[.] Its last lines are kept in .*child[.]log[.] Put right .* start Uyim again/, 'the reason'],
  ['is ended by the system', `process.kill(process.pid, 'SIGKILL')`, /fell three times in a row \(SIGKILL\)[.] It said nothing: .* log of the child is .*child[.]log/, ''],
])('a program that %s and falls three times names its log and what to do', async (_, fall, message, kept) => {
  const folder = mkdtempSync(join(tmpdir(), 'uyim-child-'))
  const log = join(folder, 'child.log')
  try {
    const gone = new Promise<string>((resolve, reject) => {
      startChild({ name: 'child', args: ['-e', `process.send({ ready: true }, () => { ${fall} })`], env: {}, log, onGone: resolve }).catch(reject)
    })
    const said = await gone
    expect(said).toMatch(message)
    expect(said).toContain(log)
    expect(readFileSync(log, 'utf8').trim()).toBe(kept)
    expect(statSync(log).mode & 0o077).toBe(0)
  } finally {
    await cleanUp()
    rmSync(folder, { recursive: true })
  }
})

test('a program that does not start at all names its log too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uyim-child-'))
  const log = join(folder, 'child.log')
  try {
    await expect(startChild({ name: 'child', args: ['-e', `throw new Error('no such table')`], env: {}, log, onGone: () => undefined })).rejects.toThrow(`did not start (1). Its last lines are kept in ${log}.`)
    expect(readFileSync(log, 'utf8')).toContain('no such table')
  } finally {
    await cleanUp()
    rmSync(folder, { recursive: true })
  }
})
