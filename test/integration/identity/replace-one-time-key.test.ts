import { generate } from 'otplib'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'
import { newId } from '#server/kernel/ids.ts'
import { asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})

const password = 'correct horse battery'

describe('a new telephone for the one-time keys (identity 1.8)', () => {
  it('its keys open, those of the lost one no longer do', async () => {
    const login = `clerk.${newId().slice(-8)}`
    const { totpSecret } = await (await asManager(db, house)).caller.identity.registerStaff({ grantId: newId(), organisationId: house.organisationId, role: 'CLERK', name: 'Clerk', login, password, basis: 'order' })
    const browser = freshBrowser()
    const { sid } = await openStaffSession(browser, { login, password, oneTimeKey: await generate({ secret: totpSecret }) })
    const made = await createCaller({ request: { ...browser, sid } }).identity.replaceOneTimeKey()
    expect(made.totpAddress).toContain(made.totpSecret)
    await expect(openStaffSession(freshBrowser(), { login, password, oneTimeKey: await generate({ secret: totpSecret }) })).rejects.toMatchObject({ code: 'identity.staffWrong' })
    expect((await openStaffSession(freshBrowser(), { login, password, oneTimeKey: await generate({ secret: made.totpSecret }) })).sid).toBeTruthy()
  })

  it('is refused to a session without staff credentials of its own', async () => {
    await expect((await asManager(db, house)).caller.identity.replaceOneTimeKey()).rejects.toMatchObject({ message: 'identity.keysNeedFreshSignIn' })
  })
})
