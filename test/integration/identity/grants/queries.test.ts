import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { asAccountant, asChair, asClerk, asCouncil, asManager, asOwner, asPerson, asStranger, giveGrant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 6 })
  twin = await makeHouse(db)
})

const ofHouse = (at: TestHouse) => ({ scopeType: 'BUILDING' as const, scopeId: at.buildingId })
const ofStaff = (at: TestHouse) => ({ scopeType: 'ORGANISATION' as const, scopeId: at.organisationId })
const council = (at: TestHouse, phone: string, role: 'COUNCIL_MEMBER' | 'CHAIR' = 'COUNCIL_MEMBER') =>
  ({ grantId: newId(), role, ...ofHouse(at), buildingId: at.buildingId, phone, basis: 'minutes No 2 of 01.10.2026' })

describe('the list of rights, from giving to ending', () => {
  it('a manager gives a seat in the council to the end of a day, sees it on its paper, ends it, and sees on which ground it ended', async () => {
    const manager = await asManager(db, house)
    const owner = await asOwner(db, house, house.premises[0]!)
    const input = { ...council(house, owner.phone), lastDay: '2099-12-31' }
    await manager.caller.identity.giveGrant(input)
    const before = await manager.caller.identity.grants(ofHouse(house))
    expect(before).toMatchObject({ mayGive: ['COUNCIL_MEMBER', 'CHAIR'] })
    const line = before.live.find(each => each.grantId === input.grantId)
    expect(line).toMatchObject({ role: 'COUNCIL_MEMBER', basis: 'minutes No 2 of 01.10.2026', mine: false, grounds: ['REVOKED_BY_GRANTOR', 'BASIS_ENDED_OR_ABSENT'] })
    expect(line?.until?.toISOString()).toBe('2099-12-31T19:00:00.000Z')
    expect(line?.maskedPhone).not.toContain(owner.phone.slice(-7))
    await manager.caller.identity.endGrant({ grantId: input.grantId, ground: 'BASIS_ENDED_OR_ABSENT' })
    const after = await manager.caller.identity.grants(ofHouse(house))
    expect(after.live.some(each => each.grantId === input.grantId)).toBe(false)
    expect(after.ended).toMatchObject([{ grantId: input.grantId, ground: 'BASIS_ENDED_OR_ABSENT' }])
  })

  it('a chair takes members in and lets them go, but neither makes nor ends a chair', async () => {
    const [chair, other] = [await asChair(db, house), await asChair(db, house)]
    const owner = await asOwner(db, house, house.premises[1]!)
    const { mayGive, live } = await chair.caller.identity.grants(ofHouse(house))
    expect(mayGive).toEqual(['COUNCIL_MEMBER'])
    expect(live.find(each => each.grantId === other.grantId)).toMatchObject({ grounds: [] })
    expect(live.find(each => each.grantId === chair.grantId)).toMatchObject({ mine: true, grounds: ['WAIVED_BY_HOLDER'] })
    const input = council(house, owner.phone)
    await chair.caller.identity.giveGrant(input)
    await chair.caller.identity.endGrant({ grantId: input.grantId, ground: 'REVOKED_BY_GRANTOR' })
    await expect(chair.caller.identity.giveGrant(council(house, owner.phone, 'CHAIR'))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(chair.caller.identity.endGrant({ grantId: other.grantId!, ground: 'REVOKED_BY_GRANTOR' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('being a manager elsewhere makes nobody more than a chair here', async () => {
    const chair = await asChair(db, house)
    await db.sql(`update auth.sessions set kind = 'STAFF' where person_id = $1`, [chair.personId])
    await giveGrant(db, chair.personId, { role: 'MANAGER', scopeType: 'ORGANISATION', scopeId: twin.organisationId })
    const owner = await asOwner(db, house, house.premises[2]!)
    await expect(chair.caller.identity.giveGrant(council(house, owner.phone, 'CHAIR'))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await chair.caller.identity.grants(ofHouse(house))).mayGive).toEqual(['COUNCIL_MEMBER'])
  })

  it('a manager sees the staff of the organisation and is ended by the administrator alone', async () => {
    const [manager, peer, clerk] = [await asManager(db, house), await asManager(db, house), await asClerk(db, house)]
    const { live, mayGive } = await manager.caller.identity.grants(ofStaff(house))
    expect(mayGive).toEqual(['CLERK', 'ACCOUNTANT'])
    expect(live.find(each => each.grantId === clerk.grantId)?.grounds).toContain('BASIS_ENDED_OR_ABSENT')
    expect(live.find(each => each.grantId === peer.grantId)?.grounds).toEqual([])
    await expect(manager.caller.identity.endGrant({ grantId: peer.grantId!, ground: 'REVOKED_BY_GRANTOR' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const administrator = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
    expect((await administrator.caller.identity.grants(ofStaff(house))).mayGive).toEqual(['MANAGER'])
    await administrator.caller.identity.endGrant({ grantId: peer.grantId!, ground: 'OTHER_BY_LAW', note: 'order 7' })
    expect((await peer.caller.identity.me())?.roles).toEqual([])
  })

  it('refuses the same role twice, a term that is over, a role for another kind of place', async () => {
    const manager = await asManager(db, house)
    const owner = await asOwner(db, house, house.premises[3]!)
    const input = council(house, owner.phone)
    await manager.caller.identity.giveGrant(input)
    await manager.caller.identity.giveGrant(input)
    await expect(manager.caller.identity.giveGrant(council(house, owner.phone))).rejects.toMatchObject({ message: 'identity.roleHeld' })
    await expect(manager.caller.identity.giveGrant({ ...council(house, owner.phone, 'CHAIR'), lastDay: '2026-01-01' })).rejects.toMatchObject({ message: 'identity.grantTerm' })
    await manager.caller.identity.giveGrant({ ...council(house, owner.phone, 'CHAIR'), lastDay: localDateOf(new Date()) })
    await expect(manager.caller.identity.giveGrant({ ...council(house, owner.phone), ...ofStaff(house) })).rejects.toMatchObject({ message: 'identity.grantScope' })
  })
})

describe('who is not shown a list', () => {
  it('a stranger, staff and people without the right, and everybody of another house', async () => {
    const unit = house.premises[4]!
    await expect(asStranger().caller.identity.grants(ofHouse(house))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    for (const inside of [await asOwner(db, house, unit), await asCouncil(db, house), await asClerk(db, house), await asAccountant(db, house)]) {
      await expect(inside.caller.identity.grants(ofHouse(house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await expect(inside.caller.identity.grants(ofStaff(house))).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect((await inside.caller.identity.grantPlaces({})).places).toEqual([])
    }
    for (const foreign of [await asManager(db, twin), await asChair(db, twin), await asPerson(db, null)]) {
      await expect(foreign.caller.identity.grants(ofHouse(house))).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(foreign.caller.identity.grants(ofStaff(house))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  })

  it('the places are one’s own: organisations and houses of a manager, the house of a chair', async () => {
    expect((await (await asManager(db, house)).caller.identity.grantPlaces({})).places).toMatchObject([ofStaff(house), ofHouse(house)])
    expect((await (await asChair(db, house)).caller.identity.grantPlaces({})).places).toMatchObject([ofHouse(house)])
    expect((await (await asManager(db, house)).caller.identity.grantPlaces({ text: 'no such house' })).places).toEqual([])
  })
})
