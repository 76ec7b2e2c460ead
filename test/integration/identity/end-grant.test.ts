import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantEnded, grantEndedPayload } from '#server/identity/events.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asChair, asCouncil, asManager, asOwner, asPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { holdShape } from '#test/support/events.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 6 })
})
// What was announced has the promised shape.
afterAll(() => holdShape(db, grantEnded, grantEndedPayload))

const visible = async (request: Parameters<typeof openTransaction>[0]) => (await openTransaction(request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from premises`)).length

describe('the seven grounds on which a right ends (order 172, clause 20)', () => {
  it('the holder waives their own: the flat is gone from that second, in SQL too (ground 3)', async () => {
    const owner = await asOwner(db, house, house.premises[0]!)
    expect(await visible(owner.request)).toBe(1)
    await owner.caller.identity.endGrant({ grantId: owner.grantId ?? '', ground: 'WAIVED_BY_HOLDER' })
    expect(await visible(owner.request)).toBe(0)
    expect(await owner.caller.identity.me()).toMatchObject({ homes: [], level: 0 })
  })

  it('the giver revokes, and what was given from it falls in the same second (grounds 2 and 4)', async () => {
    const unit = house.premises[1]!
    const owner = await asOwner(db, house, unit)
    const tenant = await signIn(freshBrowser(), freshPhone())
    const grantId = newId()
    await owner.caller.identity.giveGrant({ grantId, role: 'TENANT', scopeType: 'UNIT', scopeId: unit.premisesId, phone: tenant.phone, basis: 'contract' })
    expect(await visible(tenant.request)).toBe(1)
    await owner.caller.identity.endGrant({ grantId: owner.grantId ?? '', ground: 'WAIVED_BY_HOLDER' })
    expect(await visible(tenant.request)).toBe(0)
    const { serviceTransaction } = await import('#server/infra/context.ts')
    await serviceTransaction('worker', ctx => ctx.db.$executeRaw`select count(*) from auth.settle_ended_grants()`)
    const [row] = await db.sql<{ ended_ground: string }>('select ended_ground from auth.grants where grant_id = $1', [grantId])
    expect(row?.ended_ground).toBe('GRANTOR_ACCESS_ENDED')
  })

  it('by its term, without anybody doing anything (ground 1)', async () => {
    const owner = await asOwner(db, house, house.premises[2]!)
    await db.sql(`update auth.grants set valid_to = now() + interval '1 hour' where grant_id = $1`, [owner.grantId])
    expect(await visible(owner.request)).toBe(1)
    try {
      await db.shiftClock(3_600_001)
      expect(await visible(owner.request)).toBe(0)
    } finally {
      await db.shiftClock(0)
    }
  })

  it('when its basis ended (ground 5): the manager ends a chair’s right', async () => {
    const chair = await asChair(db, house)
    const manager = await asManager(db, house)
    await manager.caller.identity.endGrant({ grantId: chair.grantId ?? '', ground: 'BASIS_ENDED_OR_ABSENT', note: 'term of the chair is over' })
    expect((await chair.caller.identity.me())?.roles).toEqual([])
    const [trace] = await db.sql<{ ground: string; before: { role: string } }>(`select ground, before from audit_entries where action = 'identity.endGrant' and subject_id = $1`, [chair.grantId])
    expect(trace).toMatchObject({ ground: 'BASIS_ENDED_OR_ABSENT', before: { role: 'CHAIR' } })
  })

  it('for false information or by law only the administrator (grounds 6 and 7)', async () => {
    const member = await asCouncil(db, house)
    const manager = await asManager(db, house)
    await expect(manager.caller.identity.endGrant({ grantId: member.grantId ?? '', ground: 'FALSE_INFORMATION' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const administrator = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
    await expect(administrator.caller.identity.endGrant({ grantId: member.grantId ?? '', ground: 'FALSE_INFORMATION' })).rejects.toMatchObject({ message: 'identity.noteNeeded' })
    await administrator.caller.identity.endGrant({ grantId: member.grantId ?? '', ground: 'FALSE_INFORMATION', note: 'application 12' })
    expect((await member.caller.identity.me())?.roles).toEqual([])
  })

  it('is not found for whoever has nothing to do with it, and for the twin house', async () => {
    const owner = await asOwner(db, house, house.premises[3]!)
    const neighbour = await asOwner(db, house, house.premises[4]!)
    const foreign = await asManager(db, await makeHouse(db))
    const chair = await asChair(db, house)
    for (const actor of [neighbour, foreign]) await expect(actor.caller.identity.endGrant({ grantId: owner.grantId ?? '', ground: 'REVOKED_BY_GRANTOR' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(foreign.caller.identity.endGrant({ grantId: chair.grantId ?? '', ground: 'REVOKED_BY_GRANTOR' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(owner.caller.identity.endGrant({ grantId: owner.grantId ?? '', ground: 'OTHER_BY_LAW' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await owner.caller.identity.me())?.homes).toHaveLength(1)
  })

  it('a transaction that is already running sees the end at its next statement', async () => {
    const owner = await asOwner(db, house, house.premises[5]!)
    const counts = await openTransaction(owner.request, async ctx => {
      const before = await ctx.db.$queryRaw<unknown[]>`select 1 from premises`
      await db.sql(`update auth.grants set ended_at = now(), ended_ground = 'OTHER_BY_LAW' where grant_id = $1`, [owner.grantId])
      const after = await ctx.db.$queryRaw<unknown[]>`select 1 from premises`
      return [before.length, after.length]
    })
    expect(counts).toEqual([1, 0])
  })
})
