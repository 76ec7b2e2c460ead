import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { ballotTag } from '#server/meetings/ballots/rules.ts'
import { hex, leafHash, rootByProof, type Bytes } from '#server/meetings/log/rules.ts'
import { closeDueMeetings } from '#server/meetings/jobs.ts'
import { apart, lastMoment, openMeeting, ownerOf, readyBallot, secret, seedRules, vote, votingDay } from '#test/integration/meetings/arrange.ts'
import { asChair, asManager, giveGrant } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

const hash = (bytes: Bytes): Bytes => createHash('sha256').update(bytes).digest()
const bytesOf = (text: string): Bytes => Buffer.from(text, 'hex')
const countBallots = async (meetingId: string) => (await db.sql<{ n: number }>('select count(*)::int as n from ballots where meeting_id = $1', [meetingId]))[0]!.n

async function arranged(flats = 4) {
  const house = await makeHouse(db, { flats })
  const chair = await asChair(db, house)
  const meeting = await openMeeting(house, chair)
  return { house, chair, meeting, flat: house.premises[0]!, owner: await ownerOf(db, house, house.premises[0]) }
}

describe('cast a ballot', () => {
  it('stores vote, evidence and leaf, and answers with a receipt that proves itself', async () => {
    const { house, meeting, flat, owner } = await arranged()
    const receipt = await vote(owner, meeting, { units: [flat], choices: ['FOR', 'AGAINST', 'ABSTAIN'] })
    expect(receipt).toMatchObject({ choices: ['FOR', 'AGAINST', 'ABSTAIN'], seats: [{ unit: '1', weight: 1n, leafIndex: 1 }] })
    const [seat] = receipt.seats
    expect(seat!.tag).toBe(ballotTag(hash, meeting.place.meetingId, { seat: { kind: 'APARTMENT', unit: '1', seat: 1 }, secret }))
    const root = rootByProof(hash, leafHash(hash, seat!.leaf), { index: seat!.leafIndex, size: seat!.proof.size, path: seat!.proof.path.map(bytesOf) })
    expect(root && hex(root)).toBe(seat!.proof.root)
    expect(seat!.leaf).not.toContain(flat.premisesId)
    expect(seat!.leaf).not.toContain(owner.personId)
    const [evidence] = await db.sql<{ level: number; evidence: Record<string, unknown> }>('select level, evidence from ballot_evidence where building_id = $1', [house.buildingId])
    expect(evidence).toMatchObject({ level: 2, evidence: { person: owner.personId, grant: owner.grantId, digest: receipt.digest } })
    expect(JSON.stringify(evidence)).not.toContain(owner.phone)
    expect(await owner.caller.meetings.show({ meetingId: meeting.place.meetingId })).toMatchObject({ standing: 'VOTED', turnout: { seats: 1, weight: 1n }, results: null })
    const [event] = await db.sql<{ payload: Record<string, unknown> }>(`select payload from event_queue where building_id = $1 and name = 'meetings.ballotCast'`, [house.buildingId])
    expect(event!.payload).toMatchObject({ personId: owner.personId, premisesIds: [flat.premisesId], units: '1' })
    const traces = JSON.stringify([event, await db.sql(`select after from audit_entries where building_id = $1 and action = 'meetings.castBallot'`, [house.buildingId])])
    expect(traces).not.toMatch(/FOR|AGAINST|"for"|FNA/)
  })

  it('gives twenty parallel sendings of one ballot one row and the same receipt (V19)', async () => {
    const { meeting, flat, owner } = await arranged()
    const ballot = await readyBallot(owner, meeting, { units: [flat], choices: ['FOR'] })
    const receipts = await Promise.all(Array.from({ length: 20 }, () => owner.caller.meetings.castBallot(ballot)))
    expect(new Set(receipts.map(receipt => JSON.stringify(receipt, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))).size).toBe(1)
    expect(await countBallots(meeting.place.meetingId)).toBe(1)
    expect(await owner.caller.meetings.castBallot(ballot)).toEqual(receipts[0])
    expect(await db.sql(`select count(*)::int as n from log_leaves where meeting_id = $1 and kind = 'vote'`, [meeting.place.meetingId])).toEqual([{ n: 1 }])
  })

  it('takes one of twenty different ballots of twenty co-owners for one seat (I7)', async () => {
    const { house, meeting, flat } = await arranged()
    const people: Awaited<ReturnType<typeof ownerOf>>[] = []
    for (let index = 0; index < 20; index += 1) people.push(await ownerOf(db, house, flat))
    const ballots = []
    for (const [index, person] of people.entries()) ballots.push(await readyBallot(person, meeting, { units: [flat], choices: [index % 2 === 0 ? 'FOR' : 'AGAINST'] }))
    const answers = await Promise.allSettled(ballots.map((ballot, index) => people[index]!.caller.meetings.castBallot(ballot)))
    expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'CONFLICT', message: 'meetings.alreadyVoted' })
    expect(await countBallots(meeting.place.meetingId)).toBe(1)
  })

  it('keeps one gapless log under parallel votes of a whole house, and each receipt holds', async () => {
    const { house, meeting } = await arranged(16)
    const ballots = []
    for (const unit of house.premises) {
      const person = await ownerOf(db, house, unit)
      ballots.push({ person, ballot: await readyBallot(person, meeting, { units: [unit], choices: ['FOR', 'ABSTAIN'] }) })
    }
    const receipts = await Promise.all(ballots.map(({ person, ballot }) => person.caller.meetings.castBallot(ballot)))
    expect(receipts.map(receipt => receipt.seats[0]!.leafIndex).sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
    const leaves = await db.sql<{ leaf: string; hash: string }>(`select leaf, encode(leaf_hash, 'hex') as hash from log_leaves where building_id = $1 order by leaf_index`, [house.buildingId])
    expect(leaves.every(row => hex(leafHash(hash, row.leaf)) === row.hash)).toBe(true)
    const [size] = await db.sql<{ leaves: string }>('select leaves::text from log_sizes where building_id = $1', [house.buildingId])
    expect(size!.leaves).toBe('17')
  })

  it('votes for several units of one person in one batch with one code (kazakhstan.md 7.7)', async () => {
    const { house, meeting, flat, owner } = await arranged()
    const second = house.premises[1]!
    await giveGrant(db, owner.personId, { role: 'OWNER', scopeType: 'UNIT', scopeId: second.premisesId, buildingId: house.buildingId, premisesId: second.premisesId, level: 2 })
    const receipt = await vote(apart(owner), meeting, { units: [flat, second], choices: ['FOR'] })
    expect(receipt.seats.map(seat => [seat.unit, seat.leafIndex])).toEqual([['1', 1], ['2', 2]])
    expect(new Set(receipt.seats.map(seat => seat.tag)).size).toBe(2)
    expect(await owner.caller.meetings.show({ meetingId: meeting.place.meetingId })).toMatchObject({ turnout: { seats: 2, weight: 2n } })
  })

  it('refuses a code after any edit of the answers, a wrong code, and another digest', async () => {
    const { meeting, flat, owner } = await arranged()
    const first = await readyBallot(owner, meeting, { units: [flat], choices: ['FOR'] })
    await expect(owner.caller.meetings.castBallot({ ...first, digest: '0'.repeat(64) })).rejects.toMatchObject({ message: 'meetings.draftChanged' })
    await expect(owner.caller.meetings.castBallot({ ...first, code: first.code === '000000' ? '000001' : '000000' })).rejects.toMatchObject({ message: 'identity.codeWrong' })
    await setNow('2026-08-10T10:02:00+05:00')
    const edited = await readyBallot(owner, meeting, { units: [flat], choices: ['AGAINST'] })
    await expect(owner.caller.meetings.castBallot(first)).rejects.toMatchObject({ message: 'meetings.draftChanged' })
    await expect(owner.caller.meetings.castBallot({ ...edited, challengeId: first.challengeId, code: first.code })).rejects.toMatchObject({ message: 'identity.codeDead' })
    expect(await countBallots(meeting.place.meetingId)).toBe(0)
    await expect(owner.caller.meetings.castBallot(edited)).resolves.toMatchObject({ choices: ['AGAINST', 'AGAINST', 'AGAINST'] })
    await expect(readyBallot(owner, meeting, { units: [flat], choices: ['FOR'] })).rejects.toMatchObject({ message: 'meetings.alreadyVoted' })
  })

  it('refuses a device that became new, an ownership that ended and a level that fell, between the code and the press', async () => {
    const { meeting, flat, owner } = await arranged()
    const ballot = await readyBallot(owner, meeting, { units: [flat], choices: ['FOR'] })
    await db.sql(`update auth.sessions set fresh_until = 'infinity' where person_id = $1`, [owner.personId])
    await expect(owner.caller.meetings.castBallot(ballot)).rejects.toMatchObject({ message: 'meetings.deviceTooNew' })
    await db.sql('update auth.sessions set fresh_until = null where person_id = $1', [owner.personId])
    await db.sql('update auth.grants set level = 1 where person_id = $1', [owner.personId])
    await expect(owner.caller.meetings.castBallot(ballot)).rejects.toMatchObject({ message: 'meetings.levelTooLow' })
    await db.sql(`update auth.grants set level = 2, ended_at = now(), ended_ground = 'BASIS_ENDED_OR_ABSENT' where person_id = $1`, [owner.personId])
    await expect(owner.caller.meetings.castBallot(ballot)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await countBallots(meeting.place.meetingId)).toBe(0)
  })

  it('takes the last millisecond and refuses the end itself by the database’s clock (V20)', async () => {
    const { house, meeting, flat, owner } = await arranged()
    const other = await ownerOf(db, house, house.premises[1])
    await setNow(new Date(new Date(lastMoment).getTime() - 60_000))
    const [early, late] = [await readyBallot(owner, meeting, { units: [flat], choices: ['FOR'] }), await readyBallot(other, meeting, { units: [house.premises[1]!], choices: ['FOR'] })]
    await setNow(new Date(new Date(lastMoment).getTime() - 5_000))
    await expect(owner.caller.meetings.castBallot(early)).resolves.toMatchObject({ seats: [{ unit: '1' }] })
    await setNow(lastMoment)
    await expect(other.caller.meetings.castBallot(late)).rejects.toMatchObject({ message: 'meetings.timeIsOver' })
    await expect(db.sql(`insert into ballots (building_id, meeting_id, premises_id, seat, ballot_id, draft_id, weight, choices, tag, evidence_hash, leaf_index, proof, person_id, cast_at)
      select building_id, meeting_id, $2, 1, $3, $3, 1, 'FFF', 'x', evidence_hash, 9, proof, person_id, app.now() from ballots where meeting_id = $1`,
      [meeting.place.meetingId, house.premises[1]!.premisesId, newId()])).rejects.toThrow(/not open/)
    await closeDueMeetings()
    await setNow(votingDay)
    await expect(other.caller.meetings.castBallot(late)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await countBallots(meeting.place.meetingId)).toBe(1)
  })

  it('shows nobody how others voted before the end: neighbour, co-owner, council, manager', async () => {
    const { house, chair, meeting, flat, owner } = await arranged()
    await vote(owner, meeting, { units: [flat], choices: ['AGAINST'] })
    const spouse = await ownerOf(db, house, flat)
    const neighbour = await ownerOf(db, house, house.premises[1])
    const { meetingId } = meeting.place
    for (const person of [spouse, neighbour, chair, await asManager(db, house)]) {
      const view = await person.caller.meetings.show({ meetingId })
      expect(view).toMatchObject({ turnout: { seats: 1, weight: 1n }, results: null })
      expect(await person.caller.meetings.receipts({ meetingId })).toMatchObject({ receipts: [] })
    }
    expect(await spouse.caller.meetings.show({ meetingId })).toMatchObject({ standing: 'VOTED', seats: [{ voted: true, votedByMe: false }] })
    // A co-owner is not told 'you have voted'.
    expect((await spouse.caller.meetings.listMine())[0]).toMatchObject({ ownSeats: 1, votedSeats: 1, votedByMe: 0 })
    expect((await owner.caller.meetings.listMine())[0]).toMatchObject({ votedSeats: 1, votedByMe: 1 })
    expect((await owner.caller.meetings.receipts({ meetingId })).receipts).toHaveLength(1)
  })

  it('is unchangeable and undeletable even for the owner of the tables (V28)', async () => {
    const { house, meeting, flat, owner } = await arranged()
    await vote(owner, meeting, { units: [flat], choices: ['FOR'] })
    for (const table of ['ballots', 'ballot_evidence', 'log_leaves', 'meeting_seats']) {
      await expect(db.sql(`delete from ${table} where building_id = $1`, [house.buildingId])).rejects.toThrow(/append-only/)
    }
    await expect(db.sql(`update ballots set choices = 'NNN' where building_id = $1`, [house.buildingId])).rejects.toThrow(/append-only/)
  })
})
