import { beforeAll, describe, expect, it } from 'vitest'
import { noticeDay, noticeOf, seedRules } from '#test/integration/meetings/arrange.ts'
import { asAccountant, asChair, asManager } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

const words = { lawyer: 'Lawyer A. B.', signedOn: '2026-08-01', document: 'Opinion No 7' }

async function announced() {
  const house = await makeHouse(db, { demonstration: false })
  await setNow(noticeDay)
  const chair = await asChair(db, house)
  const input = noticeOf(house)
  await chair.caller.meetings.announceMeeting(input)
  return { house, chair, input }
}

describe('register a lawyer’s sign-off (settled 15)', () => {
  it('lets a real house open on unverified rules, and stands beside the result', async () => {
    const { house, chair, input } = await announced()
    const manager = await asManager(db, house)
    await setNow('2026-08-10T10:00:00+05:00')
    await expect(chair.caller.meetings.openVoting(input)).rejects.toMatchObject({ message: 'meetings.rulesNotVerified' })
    expect(await manager.caller.meetings.registerSignOff({ ...input, ...words })).toMatchObject({ ...words, recordedBy: manager.personId })
    await expect(chair.caller.meetings.openVoting(input)).resolves.toMatchObject({ state: 'OPEN' })
    await expect(manager.caller.meetings.registerSignOff({ ...input, ...words, lawyer: 'Another' })).rejects.toMatchObject({ message: 'meetings.alreadyOpened' })
    await setNow('2026-08-20T20:00:00+05:00')
    await chair.caller.meetings.closeVoting(input)
    const rows = await db.sql<{ rule: { signOff: object } }>('select rule from meeting_results where meeting_id = $1', [input.meetingId])
    expect(rows.map(row => row.rule.signOff)).toEqual([expect.objectContaining(words), expect.objectContaining(words), expect.objectContaining(words)])
  })

  it('is refused to the chair, the accountant, another organisation, and for a day to come', async () => {
    const { house, chair, input } = await announced()
    await expect(chair.caller.meetings.registerSignOff({ ...input, ...words })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect((await asAccountant(db, house)).caller.meetings.registerSignOff({ ...input, ...words })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect((await asManager(db, await makeHouse(db))).caller.meetings.registerSignOff({ ...input, ...words })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect((await asManager(db, house)).caller.meetings.registerSignOff({ ...input, ...words, signedOn: '2026-08-04' })).rejects.toMatchObject({ message: 'meetings.signedInTheFuture' })
  })
})
