import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asChair, asManager, asOwner, asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})

const put = (personId: string) => db.sql(`insert into inbox_messages (building_id, person_id, message_id, premises_id, dedupe_key, template, happened_at, received_at) values ($1, $2, $3, $4, $5, 'billsIssued', now(), now())`,
  [house.buildingId, personId, newId(), house.premises[0]!.premisesId, newId()])

describe('the inbox', () => {
  it('counts what is new until the person has looked', async () => {
    const owner = await asOwner(db, house, house.premises[0]!)
    await put(owner.personId)
    await put(owner.personId)
    expect(await owner.caller.notifications.unread()).toBe(2)
    expect(await owner.caller.notifications.openInbox()).toEqual({ read: 2 })
    expect(await owner.caller.notifications.openInbox()).toEqual({ read: 0 })
    expect(await owner.caller.notifications.unread()).toBe(0)
    expect(await db.sql(`select 1 from audit_entries where action = 'notifications.openInbox' and person_id = $1`, [owner.personId])).toHaveLength(1)
  })

  it('is nobody else’s: neither the chair nor the manager nor the other person of the flat sees or opens it', async () => {
    const owner = await asOwner(db, house, house.premises[0]!)
    await put(owner.personId)
    for (const actor of [await asChair(db, house), await asManager(db, house), await asOwner(db, house, house.premises[0]!)]) {
      expect((await actor.caller.notifications.inbox({})).letters).toEqual([])
      expect(await actor.caller.notifications.openInbox()).toEqual({ read: 0 })
      expect(await openTransaction(actor.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from inbox_messages`)).toEqual([])
    }
    expect(await owner.caller.notifications.unread()).toBe(1)
  })

  it('is refused to a stranger', async () => {
    await expect(asStranger().caller.notifications.openInbox()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await asStranger().caller.notifications.unread()).toBe(0)
  })
})
