import { beforeAll, describe, expect, it } from 'vitest'
import { noticeDay, noticeOf, openMeeting, seedRules } from '#test/integration/meetings/arrange.ts'
import { asChair, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

describe('cancel a meeting', () => {
  it('takes the notice down with its reason, and nothing can be done with the meeting after that', async () => {
    const house = await makeHouse(db)
    await setNow(noticeDay)
    const chair = await asChair(db, house)
    const input = noticeOf(house)
    await chair.caller.meetings.announceMeeting(input)
    expect(await chair.caller.meetings.cancelMeeting({ ...input, reason: 'The hall is closed' })).toEqual({ state: 'CANCELLED' })
    expect(await db.sql(`select ground from audit_entries where building_id = $1 and action = 'meetings.cancelMeeting'`, [house.buildingId])).toEqual([{ ground: 'The hall is closed' }])
    await setNow('2026-08-10T10:00:00+05:00')
    await expect(chair.caller.meetings.openVoting(input)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(chair.caller.meetings.cancelMeeting({ ...input, reason: 'Again' })).rejects.toMatchObject({ message: 'meetings.alreadyOpened' })
  })

  it('is refused once voting is open, to owners, and to the twin house', async () => {
    const house = await makeHouse(db)
    const chair = await asChair(db, house)
    const { place } = await openMeeting(house, chair)
    await expect(chair.caller.meetings.cancelMeeting({ ...place, reason: 'We are losing' })).rejects.toMatchObject({ code: 'CONFLICT', message: 'meetings.alreadyOpened' })
    const owner = await asOwner(db, house, house.premises[0]!)
    await expect(owner.caller.meetings.cancelMeeting({ ...place, reason: 'No' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const twin = await asChair(db, await makeHouse(db))
    await expect(twin.caller.meetings.cancelMeeting({ ...place, reason: 'No' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
