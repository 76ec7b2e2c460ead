import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { noticeDay, noticeOf, seedRules } from '#test/integration/meetings/arrange.ts'
import { asChair, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

describe('withdraw a paper of a meeting', () => {
  it('takes it off its question before the voting opens, once, by those who convene; the trail keeps it', async () => {
    const house = await makeHouse(db)
    await setNow(noticeDay)
    const chair = await asChair(db, house)
    const owner = await asOwner(db, house, house.premises[0]!)
    const input = noticeOf(house)
    const place = { buildingId: house.buildingId, meetingId: input.meetingId }
    await chair.caller.meetings.announceMeeting(input)
    const paper = { ...place, itemId: input.items[0]!.itemId, paperId: newId(), title: 'Estimate', bytes: new TextEncoder().encode('%PDF-1.4 withdraw') }
    await chair.caller.meetings.storePaper(paper)
    await expect(owner.caller.meetings.withdrawPaper({ ...place, paperId: paper.paperId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await chair.caller.meetings.withdrawPaper({ ...place, paperId: paper.paperId })).toEqual({ paperId: paper.paperId })
    expect((await owner.caller.meetings.show(place)).agenda.flatMap(item => item.papers)).toEqual([])
    await expect(chair.caller.meetings.withdrawPaper({ ...place, paperId: paper.paperId })).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'meetings.paperNotFound' })
    await expect(chair.caller.meetings.storePaper(paper)).rejects.toMatchObject({ code: 'CONFLICT', message: 'documents.fileIdTaken' })
    expect(await db.sql(`select before ->> 'title' as title from audit_entries where building_id = $1 and action = 'meetings.withdrawPaper'`, [house.buildingId])).toEqual([{ title: 'Estimate' }])
  })
})
