import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownerConfirmed, ownerConfirmedPayload } from '#server/identity/events.ts'
import { asChair, asCouncil, asManager, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { holdShape } from '#test/support/events.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 8 })
})
// What was announced has the promised shape.
afterAll(() => holdShape(db, ownerConfirmed, ownerConfirmedPayload))

async function claim(index: number) {
  const unit = house.premises[index]!
  const owner = await asOwner(db, house, unit, { level: 1 })
  const input = { buildingId: house.buildingId, grantId: owner.grantId ?? '', ownerId: unit.ownerId, documentType: 'ID_CARD' as const, documentNumber: 'N 0412 33-21' }
  return { owner, unit, input }
}

describe('an owner confirmed by two council members (identity 1.5, L2a)', () => {
  it('the first word waits, the second makes level 2 in grant and session', async () => {
    const { owner, input } = await claim(0)
    const [chair, member] = [await asChair(db, house), await asCouncil(db, house)]
    const before = await chair.caller.identity.claims({ buildingId: house.buildingId })
    expect(before.claims.map(each => each.grantId)).toContain(owner.grantId)
    expect(await chair.caller.identity.confirmOwner(input)).toEqual({ state: 'WAITING_SECOND' })
    expect((await owner.caller.identity.me())?.homes[0]?.level).toBe(1)
    expect(await member.caller.identity.confirmOwner({ ...input, documentNumber: 'n04123321' })).toEqual({ state: 'CONFIRMED' })
    expect(await owner.caller.identity.me()).toMatchObject({ level: 2, homes: [{ level: 2 }] })
    const [evidence] = await db.sql<{ confirmed_by: string[]; evidence_hash: string }>(`select confirmed_by, evidence_hash from link_evidence where grant_id = $1 and method = 'COUNCIL'`, [owner.grantId])
    expect(new Set(evidence?.confirmed_by)).toEqual(new Set([chair.personId, member.personId]))
    expect(evidence?.evidence_hash).not.toContain('3321')
    expect((await chair.caller.identity.claims({ buildingId: house.buildingId })).claims.map(each => each.grantId)).not.toContain(owner.grantId)
  })

  it('refuses the same member twice, and words that differ', async () => {
    const { input } = await claim(1)
    const [chair, member] = [await asChair(db, house), await asCouncil(db, house)]
    await chair.caller.identity.confirmOwner(input)
    await expect(chair.caller.identity.confirmOwner(input)).rejects.toMatchObject({ message: 'identity.secondMemberNeeded' })
    await expect(member.caller.identity.confirmOwner({ ...input, documentNumber: '999' })).rejects.toMatchObject({ message: 'identity.confirmationsDiffer' })
  })

  it('three members at the same moment make it once, two of them are enough', async () => {
    const { owner, input } = await claim(2)
    const members = [await asCouncil(db, house), await asCouncil(db, house), await asChair(db, house)]
    const results = await Promise.allSettled(members.map(member => member.caller.identity.confirmOwner(input)))
    expect(results.map(result => (result.status === 'fulfilled' ? result.value.state : 'REFUSED')).sort()).toEqual(['CONFIRMED', 'REFUSED', 'WAITING_SECOND'])
    expect(await db.sql('select 1 from link_evidence where grant_id = $1', [owner.grantId])).toHaveLength(1)
  })

  it('refuses oneself, an owner who is not in the register of that flat, a member who is not confirmed, and a new device', async () => {
    const { owner, input } = await claim(3)
    const chair = await asChair(db, house)
    await expect(chair.caller.identity.confirmOwner({ ...input, ownerId: house.premises[4]!.ownerId })).rejects.toMatchObject({ message: 'identity.ownerNotRegistered' })
    await db.sql(`insert into auth.grants (grant_id, person_id, role, scope_type, scope_id, building_id, level) values (gen_random_uuid(), $1, 'CHAIR', 'BUILDING', $2::text, $2::uuid, 2)`, [owner.personId, house.buildingId])
    await expect(owner.caller.identity.confirmOwner(input)).rejects.toMatchObject({ message: 'identity.ownConfirmation' })
    await db.sql('update auth.grants set level = 1 where grant_id = $1', [chair.grantId])
    await expect(chair.caller.identity.confirmOwner(input)).rejects.toMatchObject({ message: 'identity.memberNotConfirmed' })
    await db.sql(`update auth.grants set level = 2 where grant_id = $1`, [chair.grantId])
    await db.sql(`update auth.sessions set fresh_until = now() + interval '1 hour' where person_id = $1`, [chair.personId])
    await expect(chair.caller.identity.confirmOwner(input)).rejects.toMatchObject({ message: 'identity.deviceTooNew' })
  })

  it('is forbidden to neighbours and to the manager, and not found for the council of the twin house', async () => {
    const { input } = await claim(5)
    const neighbour = await asOwner(db, house, house.premises[6]!)
    await expect(neighbour.caller.identity.confirmOwner(input)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(neighbour.caller.identity.claims({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect((await asManager(db, house)).caller.identity.confirmOwner(input)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const twin = await makeHouse(db)
    const foreign = await asChair(db, twin)
    await expect(foreign.caller.identity.confirmOwner(input)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(foreign.caller.identity.confirmOwner({ ...input, buildingId: twin.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(foreign.caller.identity.claims({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('SQL itself shows the words only to the council of the house', async () => {
    const { openTransaction } = await import('#server/infra/context.ts')
    const twin = await makeHouse(db)
    for (const actor of [await asChair(db, twin), await asOwner(db, house, house.premises[7]!)]) {
      expect(await openTransaction(actor.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from owner_confirmations union all select 1 from link_evidence union all select 1 from invitations`)).toEqual([])
    }
  })
})
