import { readFileSync } from 'node:fs'
import { afterAll, expect, vi } from 'vitest'
import { createTestDatabase, dropTestDatabase } from '#test/support/database.ts'

// Before the test file is imported, so that server/infra/env.ts reads these.
const database = await createTestDatabase()
process.env['DATABASE_URL'] = database.url
process.env['DATABASE_OWNER_URL'] = database.ownerUrl

// Where files share a process, one that replaces a module loads all anew, and leaves nothing of it to the next.
const replaces = readFileSync(expect.getState().testPath ?? '', 'utf8').includes('vi.mock(')
if (replaces) vi.resetModules()

afterAll(async () => {
  if (replaces) vi.resetModules()
  await dropTestDatabase()
})
