import { generate } from 'otplib'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'
import { newId } from '#server/kernel/ids.ts'
import { asManager, asOwner } from '#test/support/actors.ts'
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

async function clerk(): Promise<{ login: string; caller: ReturnType<typeof createCaller> }> {
  const login = `clerk.${newId().slice(-8)}`
  const { totpSecret } = await (await asManager(db, house)).caller.identity.registerStaff({ grantId: newId(), organisationId: house.organisationId, role: 'CLERK', name: 'Clerk', login, password, basis: 'order' })
  return { login, caller: await signedIn(login, await generate({ secret: totpSecret })) }
}

async function signedIn(login: string, oneTimeKey: string, word = password): Promise<ReturnType<typeof createCaller>> {
  const browser = freshBrowser()
  const { sid } = await openStaffSession(browser, { login, password: word, oneTimeKey })
  return createCaller({ request: { ...browser, sid } })
}

describe('recovery codes of staff (identity 1.8)', () => {
  it('ten of 120 bits; each opens once in place of the one-time key, however it is typed', async () => {
    const { login, caller } = await clerk()
    const { codes } = await caller.identity.issueRecoveryCodes()
    expect(codes).toHaveLength(10)
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
    const again = await signedIn(login, codes[0]!.toLowerCase().replaceAll('-', ' '))
    expect(await again.identity.keys()).toEqual({ codesLeft: 9, mayChange: true })
    await expect(signedIn(login, codes[0]!)).rejects.toMatchObject({ code: 'identity.staffWrong' })
    const [kept] = await db.sql<{ all: string }>('select string_agg(r::text, $1) as all from auth.recovery_codes r', [','])
    for (const code of codes) expect(kept?.all).not.toContain(code.replaceAll('-', ''))
  })

  it('is nothing without the password, nor for another login; failures count like wrong keys', async () => {
    const [mine, other] = [await clerk(), await clerk()]
    const { codes } = await mine.caller.identity.issueRecoveryCodes()
    await expect(signedIn(mine.login, codes[1]!, 'wrong password')).rejects.toMatchObject({ code: 'identity.staffWrong' })
    await expect(signedIn(other.login, codes[1]!)).rejects.toMatchObject({ code: 'identity.staffWrong' })
    for (let turn = 0; turn < 4; turn += 1) await expect(signedIn(other.login, codes[1]!)).rejects.toThrow()
    await expect(signedIn(other.login, codes[1]!)).rejects.toMatchObject({ code: 'identity.staffLocked' })
    expect(await signedIn(mine.login, codes[1]!)).toBeTruthy()
  })

  it('new codes kill the older ones', async () => {
    const { login, caller } = await clerk()
    const older = (await caller.identity.issueRecoveryCodes()).codes
    const newer = (await caller.identity.issueRecoveryCodes()).codes
    await expect(signedIn(login, older[0]!)).rejects.toMatchObject({ code: 'identity.staffWrong' })
    expect(await signedIn(login, newer[0]!)).toBeTruthy()
  })

  it('are refused to a session older than five minutes, and to whoever is no staff with a password', async () => {
    const { caller } = await clerk()
    try {
      await db.shiftClock(6 * 60_000)
      await expect(caller.identity.issueRecoveryCodes()).rejects.toMatchObject({ message: 'identity.keysNeedFreshSignIn' })
      expect((await caller.identity.keys()).mayChange).toBe(false)
    } finally {
      await db.shiftClock(0)
    }
    await expect((await asManager(db, house)).caller.identity.issueRecoveryCodes()).rejects.toMatchObject({ message: 'identity.keysNeedFreshSignIn' })
    await expect((await asOwner(db, house, house.premises[0]!)).caller.identity.issueRecoveryCodes()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
