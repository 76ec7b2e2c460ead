import { beforeAll, describe, expect, it } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { asOwner, asStranger, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let first: ActingPerson
let second: ActingPerson

beforeAll(async () => {
  const db = await testDatabase()
  const house = await makeHouse(db)
  first = await asOwner(db, house, house.premises[0]!)
  second = await asOwner(db, house, house.premises[1]!)
})

const keyOf = async (person: ActingPerson) => (await person.caller.identity.outboxKey()).personKey
const under = (request: ActingPerson['request'], person: string | null) => createCaller({ request: { ...request, person } })

describe('a letter kept in a phone for one person (settled 17)', () => {
  it('goes under the session of that person', async () => {
    await expect(under(first.request, await keyOf(first)).meters.listMine()).resolves.toEqual([])
  })

  it('is refused under the session of another, in procedures with a transaction and in those of several', async () => {
    const key = await keyOf(first)
    await expect(under(second.request, key).meters.listMine()).rejects.toMatchObject({ code: 'CONFLICT', message: 'common.otherPerson' })
    await expect(under(second.request, key).documents.check({ code: '' })).rejects.toMatchObject({ code: 'CONFLICT', message: 'common.otherPerson' })
  })

  it('waits for a sign-in where nobody is signed in', async () => {
    await expect(under(asStranger().request, await keyOf(first)).meters.listMine()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('is named by its header', async () => {
    expect(await scopeOfRequest(new Request('http://uyim.test/api/trpc', { headers: { 'x-uyim-person': 'abc' } }))).toMatchObject({ person: 'abc' })
    expect(await scopeOfRequest(new Request('http://uyim.test/api/trpc'))).toMatchObject({ person: null })
  })
})
