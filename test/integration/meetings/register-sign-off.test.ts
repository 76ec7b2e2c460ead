import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { paperLimits } from '#server/meetings/schema.ts'
import { noticeDay, noticeOf, seedRules } from '#test/integration/meetings/arrange.ts'
import { asAccountant, asChair, asManager, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

const said = { lawyer: 'Lawyer A. B.', signedOn: '2026-08-01', document: 'Opinion No 7' }
const pdf = new TextEncoder().encode('%PDF-1.7 the rules are the law')
const words = { ...said, paperId: newId(), bytes: pdf }

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
    expect(await manager.caller.meetings.registerSignOff({ ...input, ...words })).toMatchObject({ ...said, paperId: words.paperId, recordedBy: manager.personId })
    await expect(chair.caller.meetings.openVoting(input)).resolves.toMatchObject({ state: 'OPEN' })
    await expect(manager.caller.meetings.registerSignOff({ ...input, ...words, lawyer: 'Another' })).rejects.toMatchObject({ message: 'meetings.alreadyOpened' })
    await setNow('2026-08-20T20:00:00+05:00')
    await chair.caller.meetings.closeVoting(input)
    const rows = await db.sql<{ rule: { signOff: object } }>('select rule from meeting_results where meeting_id = $1', [input.meetingId])
    expect(rows.map(row => row.rule.signOff)).toEqual([expect.objectContaining(said), expect.objectContaining(said), expect.objectContaining(said)])
  })

  it('is refused to the chair, the accountant, another organisation, and for a day to come', async () => {
    const { house, chair, input } = await announced()
    await expect(chair.caller.meetings.registerSignOff({ ...input, ...words })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect((await asAccountant(db, house)).caller.meetings.registerSignOff({ ...input, ...words })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect((await asManager(db, await makeHouse(db))).caller.meetings.registerSignOff({ ...input, ...words })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect((await asManager(db, house)).caller.meetings.registerSignOff({ ...input, ...words, signedOn: '2026-08-04' })).rejects.toMatchObject({ message: 'meetings.signedInTheFuture' })
  })

  it('is refused without the opinion itself, and with a file that is no opinion; nothing is recorded then', async () => {
    const { house, input } = await announced()
    const manager = await asManager(db, house)
    await expect(manager.caller.meetings.registerSignOff({ ...input, ...said })).rejects.toMatchObject({ message: 'meetings.signOffPaperNeeded' })
    await expect(manager.caller.meetings.registerSignOff({ ...input, ...words, bytes: new Uint8Array(0) })).rejects.toMatchObject({ message: 'documents.fileEmpty' })
    await expect(manager.caller.meetings.registerSignOff({ ...input, ...words, bytes: new TextEncoder().encode('MZ program') })).rejects.toMatchObject({ message: 'documents.fileKindUnknown' })
    await expect(manager.caller.meetings.registerSignOff({ ...input, ...words, bytes: new Uint8Array(paperLimits.bytes + 1) })).rejects.toMatchObject({ message: 'meetings.paperTooLarge' })
    expect((await manager.caller.meetings.listSignOffs()).meetings).toMatchObject([{ meetingId: input.meetingId, waits: true, open: true, signOff: null }])
  })
})

describe('the screen of sign-offs', () => {
  it('lists the rules of the country with their marks, the meetings that wait, and the words on record; the owners read the opinion', async () => {
    const { house, chair, input } = await announced()
    const manager = await asManager(db, house)
    const before = await manager.caller.meetings.listSignOffs()
    expect(before.laws.map(law => [law.country, law.rules.length, law.rules.some(rule => rule.verified)])).toEqual([['KZ', 9, false]])
    const paperId = newId()
    await manager.caller.meetings.registerSignOff({ ...input, ...words, paperId })
    expect((await manager.caller.meetings.listSignOffs()).meetings).toMatchObject([{ meetingId: input.meetingId, waits: false, open: true, signOff: { ...said, paperId } }])
    const owner = await asOwner(db, house, house.premises[0]!)
    expect((await owner.caller.meetings.show(input)).meeting.signOff).toMatchObject({ paperId })
    expect(await owner.caller.documents.files({ buildingId: house.buildingId, subjectType: 'signOff', subjectId: input.meetingId })).toMatchObject([{ fileId: paperId }])
    await expect(chair.caller.meetings.listSignOffs()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect((await asAccountant(db, house)).caller.meetings.listSignOffs()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('shows nothing of another organisation, and no demonstration waits', async () => {
    const { input } = await announced()
    const show = await makeHouse(db, { demonstration: true })
    const other = await asManager(db, show)
    await (await asChair(db, show)).caller.meetings.announceMeeting(noticeOf(show))
    const seen = await other.caller.meetings.listSignOffs()
    expect(seen.meetings).toEqual([])
    expect(JSON.stringify(seen.meetings)).not.toContain(input.meetingId)
  })
})
