import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { log } from '#server/infra/log.ts'
import { asManager, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
let keeper: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  keeper = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
})

const outcome = (phone: string) => createCaller({ request: freshBrowser() }).identity.requestCode({ phone }).then(() => 'sent', (error: Error) => error.message)
const limit = (name: string, scope: string, value: number) => db.sql(`insert into code_limits values ($1, $2, '2026-01-02', $3, 'test')`, [name, scope, value])

describe('a limit of one-time codes (identity 1.2)', () => {
  it('is raised by whoever keeps the service of that country, with a paper, and then the stop is over', async () => {
    vi.spyOn(log, 'error').mockImplementation(() => undefined)
    await limit('MONEY_DAY', 'KZ', 0)
    expect(await outcome(freshPhone())).toBe('identity.codesMoneySpent')
    const wanted = { name: 'MONEY_DAY' as const, scope: 'KZ', value: '5000', basis: 'Приказ № 7' }
    const manager = await asManager(db, house)
    const abroad = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
    for (const person of [manager, abroad]) await expect(person.caller.identity.setCodeLimit(wanted)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(keeper.caller.identity.setCodeLimit({ ...wanted, scope: '+7701' })).rejects.toMatchObject({ message: 'identity.codeLimitScope' })
    expect(await outcome(freshPhone())).toBe('identity.codesMoneySpent')
    await keeper.caller.identity.setCodeLimit(wanted)
    try {
      expect((await keeper.caller.identity.codeState()).stops).toEqual([])
      expect([await outcome(freshPhone()), await outcome(freshPhone()), await outcome(freshPhone())]).toEqual(['sent', 'sent', 'identity.codesMoneySpent'])
      expect((await keeper.caller.identity.codeState()).stops).toMatchObject([{ cause: 'MONEY' }])
      expect(await db.sql(`select ground, after from audit_entries where action = 'identity.setCodeLimit'`)).toEqual([{ ground: 'Приказ № 7', after: { name: 'MONEY_DAY', value: '5000' } }])
    } finally {
      await db.sql(`delete from code_limits where source = 'Приказ № 7'`)
    }
  })
})
