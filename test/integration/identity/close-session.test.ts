import { beforeAll, describe, expect, it } from 'vitest'
import { asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})

describe('signing out', () => {
  it('ends the session whatever its cookie still says, and leaves a trace', async () => {
    const person = await signIn(freshBrowser(), freshPhone())
    await person.caller.identity.signOut()
    await expect(person.caller.identity.devices()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await person.caller.identity.me()).toBeNull()
    expect(await db.sql(`select 1 from audit_entries where action = 'identity.closeSession' and person_id = $1`, [person.personId])).toHaveLength(1)
  })

  it('is refused to a stranger', async () => {
    await expect(asStranger().caller.identity.signOut()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
