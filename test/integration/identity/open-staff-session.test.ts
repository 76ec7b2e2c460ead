import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generate } from 'otplib'
import { createCaller } from '#server/api/root.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'
import { openTransaction } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'
import { newId } from '#server/kernel/ids.ts'
import { asManager } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
let staff: { login: string; secret: string }
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})
beforeEach(async () => {
  const login = `clerk.${newId().slice(-8)}`
  const made = await (await asManager(db, house)).caller.identity.registerStaff({ grantId: newId(), organisationId: house.organisationId, role: 'CLERK', name: 'Clerk', login, password, basis: 'order' })
  staff = { login, secret: made.totpSecret }
})

const password = 'correct horse battery'
const key = () => generate({ secret: staff.secret })

describe('staff sign-in', () => {
  it('uses each one-time key once', async () => {
    const oneTimeKey = await key()
    expect((await openStaffSession(freshBrowser(), { login: staff.login, password, oneTimeKey })).sid).toBeTruthy()
    await expect(openStaffSession(freshBrowser(), { login: staff.login, password, oneTimeKey })).rejects.toMatchObject({ code: 'identity.staffWrong' })
  })

  it('in the demonstration shows the key of the moment beside its table, and outside of it nothing', async () => {
    const strangers = createCaller({ request: freshBrowser() })
    await mkdir(env.DATA_DIR, { recursive: true })
    await writeFile(join(env.DATA_DIR, 'demo.json'), JSON.stringify({ people: [
      { country: 'KZ', role: 'resident', name: 'Resident', phone: freshPhone() }, { country: 'KZ', role: 'clerk', name: 'Clerk', login: staff.login, password, totpSecret: staff.secret },
    ] }))
    const before = env.DEMO
    try {
      Object.assign(env, { DEMO: false })
      expect(await strangers.identity.demoStaff()).toEqual([])
      Object.assign(env, { DEMO: true })
      const shown = await strangers.identity.demoStaff()
      expect(shown).toEqual([{ country: 'KZ', name: 'Clerk', login: staff.login, password, key: expect.stringMatching(/^\d{6}$/) as string }])
      expect((await openStaffSession(freshBrowser(), { login: staff.login, password, oneTimeKey: shown[0]?.key ?? '' })).sid).toBeTruthy()
    } finally {
      Object.assign(env, { DEMO: before })
    }
  })

  it('of parallel sign-ins with one key exactly one opens', async () => {
    const oneTimeKey = await key()
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => openStaffSession(freshBrowser(), { login: staff.login, password, oneTimeKey })))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('answers the same to an unknown login, a wrong password and a wrong key, and locks after five for a quarter of an hour', async () => {
    const oneTimeKey = await key()
    const tries = [{ login: 'nobody.at.all', password, oneTimeKey }, { login: staff.login, password: 'wrong', oneTimeKey }, { login: staff.login, password, oneTimeKey: '000000' }]
    for (const input of tries) await expect(openStaffSession(freshBrowser(), input)).rejects.toMatchObject({ code: 'identity.staffWrong' })
    for (let turn = 0; turn < 3; turn += 1) await expect(openStaffSession(freshBrowser(), { login: staff.login, password: 'wrong', oneTimeKey })).rejects.toThrow()
    await expect(openStaffSession(freshBrowser(), { login: staff.login, password, oneTimeKey })).rejects.toMatchObject({ code: 'identity.staffLocked' })
    for (let turn = 0; turn < 4; turn += 1) await expect(openStaffSession(freshBrowser(), { login: 'nobody.at.all', password, oneTimeKey })).rejects.toThrow()
    await expect(openStaffSession(freshBrowser(), { login: 'nobody.at.all', password, oneTimeKey })).rejects.toMatchObject({ code: 'identity.staffLocked' })
  })

  it('is the only session in which a role of staff lives: by a code by SMS the same person holds nothing of it', async () => {
    const [resident, phone] = [freshBrowser(), freshPhone()]
    const person = await signIn(resident, phone)
    await (await asManager(db, house)).caller.identity.giveGrant({ grantId: newId(), role: 'ACCOUNTANT', scopeType: 'ORGANISATION', scopeId: house.organisationId, phone, basis: 'order 3' })
    const seen = () => openTransaction(person.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from buildings`)
    expect(await seen()).toEqual([])
    expect((await person.caller.identity.me())?.roles).toEqual([])
    await expect(person.caller.billing.houses({ period: '2026-10' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await db.sql(`update auth.sessions set kind = 'STAFF' where person_id = $1`, [person.personId])
    expect(await seen()).toHaveLength(1)
  })

  it('ends after fifteen idle minutes', async () => {
    const browser = freshBrowser()
    const { sid } = await openStaffSession(browser, { login: staff.login, password, oneTimeKey: await key() })
    const caller = createCaller({ request: { ...browser, sid } })
    expect((await caller.identity.me())?.kind).toBe('STAFF')
    try {
      await db.shiftClock(16 * 60_000)
      expect(await caller.identity.me()).toBeNull()
    } finally {
      await db.shiftClock(0)
    }
  })

  it('acts as what it chose, and the trail names it', async () => {
    const browser = freshBrowser()
    const { sid, personId } = await openStaffSession(browser, { login: staff.login, password, oneTimeKey: await key() })
    const [grant] = await db.sql<{ grant_id: string }>('select grant_id from auth.grants where person_id = $1', [personId])
    const acting = createCaller({ request: { ...browser, sid, acting: grant!.grant_id } })
    expect((await acting.identity.me())?.actingGrantId).toBe(grant!.grant_id)
    await acting.identity.setLocale({ locale: 'uz' })
    const [trace] = await db.sql<{ grant_id: string }>(`select grant_id from audit_entries where person_id = $1 and action = 'identity.setLocale'`, [personId])
    expect(trace?.grant_id).toBe(grant!.grant_id)
  })
})
