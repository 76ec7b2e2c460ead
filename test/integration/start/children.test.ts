import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
    await startChild({ name: 'child', args: ['-e', program], env: { DATABASE_URL: 'postgresql://uyim_app@127.0.0.1/uyim' }, onGone: () => undefined })
    const seen = readFileSync(file, 'utf8')
    expect(seen).toContain('uyim_app')
    expect(seen).not.toContain('uyim_owner')
  } finally {
    delete process.env['DATABASE_OWNER_URL']
    await cleanUp()
    rmSync(folder, { recursive: true })
  }
})
