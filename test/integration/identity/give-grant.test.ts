import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asChair, asManager, asOwner, asPerson, asTenant, giveGrant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 6 })
})

const tenantOf = (premisesId: string, phone: string) => ({ grantId: newId(), role: 'TENANT' as const, scopeType: 'UNIT' as const, scopeId: premisesId, phone, basis: 'rent contract' })
const councilOf = (buildingId: string, phone: string, role: 'COUNCIL_MEMBER' | 'CHAIR' = 'COUNCIL_MEMBER') =>
  ({ grantId: newId(), role, scopeType: 'BUILDING' as const, scopeId: buildingId, buildingId, phone, basis: 'minutes No 1 of 01.09.2026' })

describe('giving a right (identity 6.2)', () => {
  it('an owner lets a tenant in for a term; the tenant falls with the owner in the same second (ground 4)', async () => {
    const unit = house.premises[0]!
    const owner = await asOwner(db, house, unit)
    const tenant = await signIn(freshBrowser(), freshPhone())
    await owner.caller.identity.giveGrant(tenantOf(unit.premisesId, tenant.phone))
    expect((await tenant.caller.identity.me())?.homes).toMatchObject([{ premisesId: unit.premisesId, role: 'TENANT', level: 1 }])
    await db.sql(`update auth.grants set ended_at = now(), ended_ground = 'BASIS_ENDED_OR_ABSENT' where grant_id = $1`, [owner.grantId])
    expect((await tenant.caller.identity.me())?.homes).toEqual([])
  })

  it('a child never outlives its parent', async () => {
    const unit = house.premises[1]!
    const owner = await asOwner(db, house, unit)
    await db.sql(`update auth.grants set valid_to = now() + interval '10 days' where grant_id = $1`, [owner.grantId])
    const input = { ...tenantOf(unit.premisesId, freshPhone()), validTo: new Date(Date.now() + 90 * 86_400_000) }
    await owner.caller.identity.giveGrant(input)
    const [row] = await db.sql<{ inside: boolean }>('select c.valid_to <= p.valid_to as inside from auth.grants c join auth.grants p on p.grant_id = c.parent_grant_id where c.grant_id = $1', [input.grantId])
    expect(row?.inside).toBe(true)
  })

  it('the council is made of confirmed owners', async () => {
    const manager = await asManager(db, house)
    const owner = await asOwner(db, house, house.premises[2]!)
    await expect(manager.caller.identity.giveGrant(councilOf(house.buildingId, freshPhone()))).rejects.toMatchObject({ message: 'identity.councilOfOwners' })
    await manager.caller.identity.giveGrant(councilOf(house.buildingId, owner.phone, 'CHAIR'))
    expect((await owner.caller.identity.me())?.roles).toMatchObject([{ role: 'CHAIR', buildingId: house.buildingId, level: 2 }])
    const [trace] = await db.sql<{ grant_id: string | null; ground: string }>(`select grant_id, ground from audit_entries where action = 'identity.giveGrant' and person_id = $1 order by at desc`, [manager.personId])
    expect(trace?.ground).toBe('minutes No 1 of 01.09.2026')
  })

  it('refuses what the giver does not have', async () => {
    const [first, second] = [house.premises[3]!, house.premises[4]!]
    const owner = await asOwner(db, house, first)
    await expect(owner.caller.identity.giveGrant(tenantOf(second.premisesId, freshPhone()))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(owner.caller.identity.giveGrant(tenantOf(first.premisesId, owner.phone))).rejects.toMatchObject({ message: 'identity.grantToOneself' })
    await expect(owner.caller.identity.giveGrant(councilOf(house.buildingId, freshPhone()))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const claimed = await asOwner(db, house, second, { level: 1 })
    await expect(claimed.caller.identity.giveGrant(tenantOf(second.premisesId, freshPhone()))).rejects.toMatchObject({ message: 'identity.ownerNotConfirmed' })
    await expect((await asTenant(db, house, first)).caller.identity.giveGrant(tenantOf(first.premisesId, freshPhone()))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect((await asChair(db, house)).caller.identity.giveGrant(councilOf(house.buildingId, freshPhone(), 'CHAIR'))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(owner.caller.identity.giveGrant({ ...tenantOf(first.premisesId, '123'), scopeType: 'UNIT' })).rejects.toMatchObject({ message: 'identity.phoneShape' })
  })

  it('the manager of the twin house finds nothing here', async () => {
    const foreign = await asManager(db, await makeHouse(db))
    await expect(foreign.caller.identity.giveGrant(councilOf(house.buildingId, freshPhone()))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('only the administrator makes managers', async () => {
    const input = { grantId: newId(), role: 'MANAGER' as const, scopeType: 'ORGANISATION' as const, scopeId: house.organisationId, phone: freshPhone(), basis: 'contract' }
    await expect((await asManager(db, house)).caller.identity.giveGrant(input)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const administrator = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
    expect((await administrator.caller.identity.giveGrant(input)).grantId).toBe(input.grantId)
  })

  it('SQL refuses a child outside its parent, three steps down, and a right to oneself', async () => {
    const manager = await asManager(db, house)
    const child = (parent: string | null, scope: string) => db.sql(`insert into auth.grants (grant_id, person_id, role, scope_type, scope_id, parent_grant_id) values ($1, $2, 'CLERK', 'ORGANISATION', $3, $4)`, [newId(), manager.personId, scope, parent])
    await expect(child(manager.grantId, newId())).rejects.toThrow(/beyond its parent/)
    await expect(db.sql(`insert into auth.grants (grant_id, person_id, role, scope_type, scope_id, given_by) values ($1, $2, 'CLERK', 'ORGANISATION', 'x', $2)`, [newId(), manager.personId])).rejects.toThrow(/no_grant_to_oneself/)
    let parent = manager.grantId
    for (let depth = 0; depth < 2; depth += 1) {
      const id = newId()
      await db.sql(`insert into auth.grants (grant_id, person_id, role, scope_type, scope_id, parent_grant_id) values ($1, $2, 'CLERK', 'ORGANISATION', $3, $4)`, [id, manager.personId, house.organisationId, parent])
      parent = id
    }
    await expect(child(parent, house.organisationId)).rejects.toThrow(/too deep/)
    expect(await giveGrant(db, manager.personId, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: '75' })).toBeTruthy()
  })
})
