import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { answersOf, openMeeting, ownerOf, seedRules } from '#test/integration/meetings/arrange.ts'
import { asChair, asManager, asOwner, asPerson, asStranger, asTenant, giveGrant } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

async function arranged() {
  const house = await makeHouse(db)
  const chair = await asChair(db, house)
  const meeting = await openMeeting(house, chair)
  const flat = house.premises[0]!
  const draft = (change: object = {}) => ({ ...meeting.place, draftId: newId(), premisesIds: [flat.premisesId], answers: answersOf(meeting.input, ['FOR', 'AGAINST', 'ABSTAIN']), ...change })
  return { house, chair, meeting, flat, draft }
}

describe('freeze a ballot (identity 1.4)', () => {
  it('gives one digest for one content and another for any edit, and lays the older draft aside', async () => {
    const { house, meeting, flat, draft } = await arranged()
    const owner = await ownerOf(db, house, flat)
    const first = draft()
    const frozen = await owner.caller.meetings.freezeBallot(first)
    expect(frozen).toMatchObject({ draftId: first.draftId, digest: expect.stringMatching(/^[0-9a-f]{64}$/), shortDigest: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}$/), units: ['1'] })
    expect(await owner.caller.meetings.freezeBallot(first)).toEqual(frozen)
    await expect(owner.caller.meetings.freezeBallot({ ...first, answers: answersOf(meeting.input, ['AGAINST']) })).rejects.toMatchObject({ message: 'meetings.draftChanged' })
    const second = await owner.caller.meetings.freezeBallot(draft({ answers: answersOf(meeting.input, ['AGAINST']) }))
    expect(second.digest).not.toBe(frozen.digest)
    expect(await owner.caller.meetings.draft({ ...meeting.place, draftId: first.draftId })).toMatchObject({ state: 'SUPERSEDED', answers: [{ choice: 'FOR' }, { choice: 'AGAINST' }, { choice: 'ABSTAIN' }] })
    const trail = JSON.stringify(await db.sql('select after from audit_entries where building_id = $1 and person_id = $2', [house.buildingId, owner.personId]))
    expect(trail).not.toMatch(/FOR|AGAINST|FNA|digest/)
  })

  it('takes many drafts of one person at once and keeps one frozen', async () => {
    const { house, meeting, flat, draft } = await arranged()
    const owner = await ownerOf(db, house, flat)
    const same = draft()
    await Promise.all([same, same, draft(), draft({ answers: answersOf(meeting.input, ['FOR']) })].map(each => owner.caller.meetings.freezeBallot(each).catch((error: { message: string }) => expect(error.message).toBe('meetings.draftChanged'))))
    expect(await db.sql(`select count(*)::int as n from ballot_drafts where meeting_id = $1 and state = 'FROZEN'`, [meeting.place.meetingId])).toEqual([{ n: 1 }])
  })

  it('refuses whoever may not vote and says why', async () => {
    const { house, chair, flat, draft } = await arranged()
    const refused = (person: { caller: ReturnType<typeof asStranger>['caller'] }, facts: object) => expect(person.caller.meetings.freezeBallot(draft())).rejects.toMatchObject(facts)
    await refused(await asTenant(db, house, flat), { code: 'FORBIDDEN', message: 'meetings.tenantCannotVote' })
    await refused(await asOwner(db, house, flat, { level: 1 }), { code: 'FORBIDDEN', message: 'meetings.levelTooLow' })
    await refused(await asOwner(db, house, flat, { fresh: true }), { code: 'FORBIDDEN', message: 'meetings.deviceTooNew' })
    await refused(await asOwner(db, house, house.premises[1]!), { code: 'NOT_FOUND' })
    await refused(chair, { code: 'NOT_FOUND' })
    await refused(await asManager(db, house), { code: 'NOT_FOUND' })
    await refused(asStranger(), { code: 'UNAUTHORIZED' })
    // Nothing of what they chose, but that they tried (kazakhstan.md 7.6).
    expect(await db.sql(`select after ->> 'refused' as refused from audit_entries where building_id = $1 and after ? 'refused' order by at`, [house.buildingId]))
      .toEqual([{ refused: 'meetings.tenantCannotVote' }, { refused: 'meetings.levelTooLow' }, { refused: 'meetings.deviceTooNew' }])
    expect(await db.sql('select 1 from ballot_drafts where building_id = $1', [house.buildingId])).toEqual([])
    const twin = await makeHouse(db)
    await refused(await asOwner(db, twin, twin.premises[0]!), { code: 'NOT_FOUND' })
  })

  it('asks every question to be answered once, and only those of the agenda', async () => {
    const { house, meeting, flat, draft } = await arranged()
    const owner = await ownerOf(db, house, flat)
    const answers = answersOf(meeting.input, ['FOR'])
    const refused = (given: object[]) => expect(owner.caller.meetings.freezeBallot(draft({ answers: given }))).rejects.toMatchObject({ message: 'meetings.answersIncomplete' })
    await refused(answers.slice(1))
    await refused([...answers, answers[0]!])
    await refused(answers.map((answer, index) => (index === 0 ? { ...answer, itemId: newId() } : answer)))
  })

  it('is refused before the opening and from the last moment on', async () => {
    const { house, flat, draft } = await arranged()
    const owner = await ownerOf(db, house, flat)
    await setNow('2026-08-20T20:00:00+05:00')
    await expect(owner.caller.meetings.freezeBallot(draft())).rejects.toMatchObject({ code: 'CONFLICT', message: 'meetings.timeIsOver' })
  })

  it('gives a seat to who owned it when voting opened, and a share to its own co-owner', async () => {
    const { house, flat, draft } = await arranged()
    const buyer = await asPerson(db, null, { level: 2 })
    await giveGrant(db, buyer.personId, { role: 'OWNER', scopeType: 'UNIT', scopeId: flat.premisesId, buildingId: house.buildingId, premisesId: flat.premisesId, level: 2 })
    await db.sql(`update auth.grants set basis_type = 'OWNER', basis_id = $2 where person_id = $1`, [buyer.personId, newId()])
    await expect(buyer.caller.meetings.freezeBallot(draft())).rejects.toMatchObject({ message: 'meetings.notOwnerThen' })
    await db.sql(`update auth.grants set basis_id = $2 where person_id = $1`, [buyer.personId, flat.ownerId])
    await expect(buyer.caller.meetings.freezeBallot(draft())).resolves.toMatchObject({ units: ['1'] })
  })
})
