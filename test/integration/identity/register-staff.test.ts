import { beforeAll, describe, expect, it } from 'vitest'
import { generate } from 'otplib'
import { createCaller } from '#server/api/root.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})

const clerk = (login: string, organisationId = house.organisationId) =>
  ({ grantId: newId(), organisationId, role: 'CLERK' as const, name: 'Ахметова Гүлнар', login, password: 'a long enough password', basis: 'order 12' })

describe('a manager takes on staff (identity 1.8)', () => {
  it('with login, password and one-time keys that work', async () => {
    const manager = await asManager(db, house)
    const made = await manager.caller.identity.registerStaff(clerk('gulnar.a'))
    const browser = freshBrowser()
    const { sid } = await openStaffSession(browser, { login: 'Gulnar.A', password: 'a long enough password', oneTimeKey: await generate({ secret: made.totpSecret }) })
    const me = await createCaller({ request: { ...browser, sid } }).identity.me()
    expect(me).toMatchObject({ name: 'Ахметова Гүлнар', kind: 'STAFF', roles: [{ role: 'CLERK', organisationId: house.organisationId }] })
    const [row] = await db.sql<{ row: string }>('select c::text as row from auth.staff_credentials c where login = $1', ['gulnar.a'])
    expect(row?.row).not.toContain(made.totpSecret)
  })

  it('whose rights fall with the manager’s', async () => {
    const manager = await asManager(db, house)
    const input = clerk('falls.too')
    await manager.caller.identity.registerStaff(input)
    await db.sql(`update auth.grants set ended_at = now(), ended_ground = 'TERM_EXPIRED' where grant_id = $1`, [manager.grantId])
    const [row] = await db.sql<{ alive: boolean }>('select auth.grant_is_live($1) as alive', [input.grantId])
    expect(row?.alive).toBe(false)
  })

  it('refuses a password from the lists of leaked ones and one with the person’s own name, and makes nobody (identity 1.8)', async () => {
    const manager = await asManager(db, house)
    for (const password of ['Password2026!', 'qwerty123456', '123456789012']) {
      await expect(manager.caller.identity.registerStaff({ ...clerk('common.word'), password })).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'identity.passwordCommon' })
    }
    await expect(manager.caller.identity.registerStaff({ ...clerk('own.name'), password: 'ахметова 12 июль' })).rejects.toMatchObject({ message: 'identity.passwordPersonal' })
    expect(await db.sql(`select 1 from auth.staff_credentials where login in ('common.word', 'own.name')`)).toEqual([])
    await expect((await asClerk(db, house)).caller.identity.registerStaff({ ...clerk('by.clerk'), password: 'Password2026!' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('refuses a taken login, a short password, another organisation, clerks and residents', async () => {
    const manager = await asManager(db, house)
    await manager.caller.identity.registerStaff(clerk('taken'))
    await expect(manager.caller.identity.registerStaff(clerk('taken'))).rejects.toMatchObject({ message: 'identity.loginTaken' })
    await expect(manager.caller.identity.registerStaff({ ...clerk('short'), password: 'short' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(manager.caller.identity.registerStaff(clerk('foreign', newId()))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect((await asClerk(db, house)).caller.identity.registerStaff(clerk('by.clerk'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect((await asOwner(db, house, house.premises[0]!)).caller.identity.registerStaff(clerk('by.owner'))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
