import { afterAll } from 'vitest'
import { dropTestDatabase, testDatabase } from '#test/support/database.ts'

// Before the test file is imported, so that server/infra/env.ts reads these.
const database = await testDatabase()
process.env['DATABASE_URL'] = database.url
process.env['DATABASE_OWNER_URL'] = database.ownerUrl

afterAll(async () => {
  await dropTestDatabase()
})
