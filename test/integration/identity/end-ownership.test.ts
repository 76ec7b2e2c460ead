import { beforeAll, describe, expect, it } from 'vitest'
import { endOwnership } from '#server/identity/end-ownership.ts'
import { jobs } from '#server/identity/jobs.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asManager, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})

describe('a flat is sold (clause 20, ground 5)', () => {
  it('the right that rested on the ownership ends, and the tenant’s with it; the co-owner keeps theirs', async () => {
    const unit = house.premises[0]!
    const [seller, coOwner] = [await asOwner(db, house, unit), await asOwner(db, house, unit)]
    await db.sql(`update auth.grants set basis_type = 'OWNER', basis_id = $2 where grant_id = $1`, [seller.grantId, unit.ownerId])
    await db.sql(`update auth.grants set basis_type = 'OWNER', basis_id = $2 where grant_id = $1`, [coOwner.grantId, newId()])
    const tenant = await signIn(freshBrowser(), freshPhone())
    await seller.caller.identity.giveGrant({ grantId: newId(), role: 'TENANT', scopeType: 'UNIT', scopeId: unit.premisesId, phone: tenant.phone, basis: 'contract' })
    await jobs.events?.['premises.ownershipTransferred']?.({ id: newId(), name: 'premises.ownershipTransferred', buildingId: house.buildingId, payload: { premisesId: unit.premisesId, left: [unit.ownerId], came: [] }, attempts: 1, createdAt: new Date() })
    expect((await seller.caller.identity.me())?.homes).toEqual([])
    expect((await tenant.caller.identity.me())?.homes).toEqual([])
    expect((await coOwner.caller.identity.me())?.homes).toHaveLength(1)
    const [trace] = await db.sql<{ ground: string }>(`select ground from audit_entries where action = 'identity.endOwnership'`)
    expect(trace?.ground).toBe('BASIS_ENDED_OR_ABSENT')
  })

  it('is nobody’s act but the job loop’s', async () => {
    const left = { buildingId: house.buildingId, premisesId: house.premises[1]!.premisesId, ownerIds: [house.premises[1]!.ownerId] }
    const manager = await asManager(db, house)
    await expect(openTransaction(manager.request, ctx => endOwnership(ctx, left))).rejects.toMatchObject({ kind: 'forbidden' })
    expect(await serviceTransaction('worker', ctx => endOwnership(ctx, left))).toBe(0)
  })
})
