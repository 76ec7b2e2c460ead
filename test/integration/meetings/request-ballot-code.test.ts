import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { answersOf, openMeeting, ownerOf, readyBallot, seedRules, threeWords } from '#test/integration/meetings/arrange.ts'
import { asChair, giveGrant } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

const challengeOf = async (id: string) => (await db.sql<{ params: Record<string, string>; content_hash: string; template: string; state: string }>(
  'select params, content_hash, template, state from auth.code_challenges where challenge_id = $1', [id]))[0]!

describe('ask for the code of a ballot', () => {
  it('binds the code to the digest; the message names house, day of the meeting, unit and answers in words', async () => {
    const house = await makeHouse(db, { name: 'Абай 12' })
    const meeting = await openMeeting(house, await asChair(db, house))
    const owner = await ownerOf(db, house, house.premises[0])
    const ballot = await readyBallot(owner, meeting, { units: [house.premises[0]!], choices: ['FOR', 'AGAINST', 'ABSTAIN'] })
    expect(await challengeOf(ballot.challengeId)).toMatchObject({ template: 'vote', content_hash: ballot.digest, params: { house: 'Абай 12', meeting: 'собрание 10.08', unit: 'кв.1', answers: '1-за 2-против 3-возд' } })
  })

  it('tells a flat from a parking place of the same number, and cuts a long name of the house rather than an answer', async () => {
    const house = await makeHouse(db, { name: 'Жилой комплекс «Асыл тау», проспект Абылай хана, дом 12' })
    await db.sql(`update premises set number = '1', kind = 'NON_RESIDENTIAL' where premises_id = $1`, [house.premises[1]!.premisesId])
    const meeting = await openMeeting(house, await asChair(db, house))
    const owner = await ownerOf(db, house, house.premises[0])
    await giveGrant(db, owner.personId, { role: 'OWNER', scopeType: 'UNIT', scopeId: house.premises[1]!.premisesId, buildingId: house.buildingId, premisesId: house.premises[1]!.premisesId, level: 2 })
    const ballot = await readyBallot(owner, meeting, { units: house.premises.slice(0, 2), choices: ['FOR', 'AGAINST', 'FOR'] })
    expect((await challengeOf(ballot.challengeId)).params).toEqual({ house: 'Жилой комп.., дом 12', meeting: '10.08', unit: 'кв.1,пом.1', answers: '1,3-за 2-против' })
  })

  it('names four signs of the digest when there are more questions than fit', async () => {
    const house = await makeHouse(db)
    const items = Array.from({ length: 6 }, () => ({ itemId: newId(), questionType: 'general' as const, question: threeWords('Question') }))
    const meeting = await openMeeting(house, await asChair(db, house), { items })
    const owner = await ownerOf(db, house, house.premises[0])
    const frozen = await owner.caller.meetings.freezeBallot({ ...meeting.place, draftId: newId(), premisesIds: [house.premises[0]!.premisesId], answers: answersOf(meeting.input, ['FOR']) })
    const sent = await owner.caller.meetings.requestBallotCode({ ...meeting.place, draftId: frozen.draftId })
    expect((await challengeOf(sent.challengeId)).params['answers']).toBe(`голос ${frozen.shortDigest}`)
  })

  it('lets a newer draft’s code kill the older one, and refuses a code for a draft laid aside', async () => {
    const house = await makeHouse(db)
    const meeting = await openMeeting(house, await asChair(db, house))
    const owner = await ownerOf(db, house, house.premises[0])
    const first = await readyBallot(owner, meeting, { units: [house.premises[0]!], choices: ['FOR'] })
    await setNow('2026-08-10T10:02:00+05:00')
    const second = await readyBallot(owner, meeting, { units: [house.premises[0]!], choices: ['AGAINST'] })
    expect((await challengeOf(first.challengeId)).state).toBe('SUPERSEDED')
    expect((await challengeOf(second.challengeId)).state).toBe('OPEN')
    await expect(owner.caller.meetings.requestBallotCode({ ...meeting.place, draftId: first.draftId })).rejects.toMatchObject({ message: 'meetings.draftChanged' })
  })

  it('refuses another person’s draft as if it were not there', async () => {
    const house = await makeHouse(db)
    const meeting = await openMeeting(house, await asChair(db, house))
    const owner = await ownerOf(db, house, house.premises[0])
    const spouse = await ownerOf(db, house, house.premises[0])
    const ballot = await readyBallot(owner, meeting, { units: [house.premises[0]!], choices: ['FOR'] })
    await expect(spouse.caller.meetings.requestBallotCode({ ...meeting.place, draftId: ballot.draftId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(spouse.caller.meetings.draft({ ...meeting.place, draftId: ballot.draftId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
