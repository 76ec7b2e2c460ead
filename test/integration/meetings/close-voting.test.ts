import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { insertBallots } from '#server/meetings/ballots/queries.ts'
import { closeDueMeetings } from '#server/meetings/jobs.ts'
import { hex, leafHash, rootOf, type Bytes } from '#server/meetings/log/rules.ts'
import { leavesOf } from '#server/meetings/log/queries.ts'
import { agendaOf } from '#server/meetings/queries.ts'
import { tallyBallots } from '#server/meetings/tally/queries.ts'
import { lastMoment, openMeeting, ownerOf, seedRules, threeWords, vote, type OpenMeeting } from '#test/integration/meetings/arrange.ts'
import { asChair, asManager, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestPremises } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

const hash = (bytes: Bytes): Bytes => createHash('sha256').update(bytes).digest()

/** Ballots past the phone, for whole houses at once; `choices` is one letter per question. */
async function manyBallots(meeting: OpenMeeting, units: readonly TestPremises[], choices: (index: number) => string): Promise<void> {
  await serviceTransaction('seed', async ctx => {
    const agenda = (await agendaOf(ctx, meeting.place)).map(item => item.itemId)
    for (const [index, unit] of units.entries()) {
      await insertBallots(ctx, meeting.place, {
        ballotId: newId(), draftId: newId(), personId: newId(), agenda, choices: choices(index), manifestHash: '', digest: '', secret: String(index).padStart(43, 'A'),
        proof: { challengeId: newId(), phone: '' }, castAt: ctx.now,
        seats: [{ premisesId: unit.premisesId, kind: unit.kind, unit: unit.number, seat: 1, weight: 1n, grantId: null, level: 2 }],
      })
    }
  })
}

describe('close voting and count', () => {
  it('counts each question by its own rule: 101 and 102 of 200 are different answers (kazakhstan.md 7.10)', async () => {
    const house = await makeHouse(db, { flats: 200 })
    const items = [
      { itemId: newId(), questionType: 'general' as const, question: threeWords('More than 1/2') },
      { itemId: newId(), questionType: 'tariff' as const, question: threeWords('At least 51 %') },
      { itemId: newId(), questionType: 'managementMethod' as const, question: threeWords('At least 51 %, one more') },
    ]
    const chair = await asChair(db, house)
    const meeting = await openMeeting(house, chair, { items })
    await manyBallots(meeting, house.premises.slice(0, 150), index => `${index < 101 ? 'F' : 'N'}${index < 101 ? 'F' : 'A'}${index < 102 ? 'F' : 'N'}`)
    await setNow(lastMoment)
    expect(await chair.caller.meetings.closeVoting(meeting.place)).toEqual({ state: 'COUNTED' })
    const { results, meeting: kept } = await chair.caller.meetings.show({ meetingId: meeting.place.meetingId })
    expect(kept.state).toBe('COUNTED')
    expect(results?.map(each => [each.for, each.against, each.abstain, each.outcome, each.needed, each.base])).toEqual([
      [101n, 49n, 0n, 'ADOPTED', 101n, 200n], [101n, 0n, 49n, 'NOT_ADOPTED', 102n, 200n], [102n, 48n, 0n, 'ADOPTED', 102n, 200n]])
    const [row] = await db.sql<{ rule: Record<string, unknown> }>(`select rule from meeting_results where item_id = $1`, [items[1]!.itemId])
    expect(row!.rule).toMatchObject({ id: 'kz-2025-10-tariff', majority: { num: '51', den: '100', op: 'GE' }, verified: false, signOff: null, act: { ru: expect.stringContaining('94-I') } })
    const leaves = await serviceTransaction('meetings', ctx => leavesOf(ctx, house.buildingId))
    expect(leaves.at(-1)).toMatchObject({ kind: 'close', index: 151 })
    const [log] = await db.sql<{ peaks: string[] }>(`select array(select encode(p, 'hex') from unnest(peaks) p) as peaks from log_sizes where building_id = $1`, [house.buildingId])
    expect(log!.peaks).toHaveLength([...(152).toString(2)].filter(bit => bit === '1').length)
    expect(hex(rootOf(hash, leaves.map(each => leafHash(hash, each.leaf))))).toMatch(/^[0-9a-f]{64}$/)
  })

  it('says no quorum and adopts nothing when half or fewer took part', async () => {
    const house = await makeHouse(db, { flats: 4 })
    const chair = await asChair(db, house)
    const meeting = await openMeeting(house, chair)
    for (const unit of house.premises.slice(0, 2)) await vote(await ownerOf(db, house, unit), meeting, { units: [unit], choices: ['FOR'] })
    await setNow(lastMoment)
    expect(await closeDueMeetings()).toBeGreaterThan(0)
    const { results, meeting: kept } = await chair.caller.meetings.show({ meetingId: meeting.place.meetingId })
    expect(kept.state).toBe('NO_QUORUM')
    expect(results?.map(each => each.outcome)).toEqual(['NO_QUORUM', 'NO_QUORUM', 'NO_QUORUM'])
    expect(await chair.caller.meetings.closeVoting(meeting.place)).toEqual({ state: 'NO_QUORUM' })
    expect(await db.sql(`select count(*)::int as n from event_queue where building_id = $1 and name = 'meetings.counted'`, [house.buildingId])).toEqual([{ n: 1 }])
  })

  it('is over by the clock before anybody has counted, and shows the same result', async () => {
    const house = await makeHouse(db, { flats: 3 })
    const chair = await asChair(db, house)
    const meeting = await openMeeting(house, chair)
    for (const unit of house.premises.slice(0, 2)) await vote(await ownerOf(db, house, unit), meeting, { units: [unit], choices: ['FOR', 'AGAINST', 'ABSTAIN'] })
    await setNow(lastMoment)
    const owner = await asOwner(db, house, house.premises[2]!)
    const before = await owner.caller.meetings.show({ meetingId: meeting.place.meetingId })
    expect(before).toMatchObject({ meeting: { state: 'CLOSED' }, standing: 'NOT_OPEN', turnout: { seats: 2 } })
    await Promise.all([closeDueMeetings(), closeDueMeetings()])
    const after = await owner.caller.meetings.show({ meetingId: meeting.place.meetingId })
    expect(after.results).toEqual(before.results)
    expect(after.results?.map(each => each.outcome)).toEqual(['ADOPTED', 'NOT_ADOPTED', 'NOT_ADOPTED'])
    expect(await db.sql(`select count(*)::int as n from log_leaves where meeting_id = $1 and kind = 'close'`, [meeting.place.meetingId])).toEqual([{ n: 1 }])
  })

  it('is refused while voting goes on, to owners, and to the twin house', async () => {
    const house = await makeHouse(db)
    const chair = await asChair(db, house)
    const meeting = await openMeeting(house, chair)
    await expect(chair.caller.meetings.closeVoting(meeting.place)).rejects.toMatchObject({ code: 'CONFLICT', message: 'meetings.votingGoesOn' })
    await expect((await asOwner(db, house, house.premises[0]!)).caller.meetings.closeVoting(meeting.place)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect((await asManager(db, await makeHouse(db))).caller.meetings.closeVoting(meeting.place)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('counts area weights and shares exactly, against those present (uzbekistan.md 4.3)', async () => {
    const house = await makeHouse(db, { country: 'UZ', areas: ['50.00', '25.00', '25.01'], flats: 3 })
    const items = [{ itemId: newId(), questionType: 'tariff' as const, question: threeWords('Rate') }]
    const chair = await asChair(db, house)
    const meeting = await openMeeting(house, chair, { items, opensAt: '2026-08-13T09:00' })
    const [big, small, other] = house.premises
    await vote(await ownerOf(db, house, big), meeting, { units: [big!], choices: ['AGAINST'] })
    await vote(await ownerOf(db, house, small), meeting, { units: [small!], choices: ['FOR'] })
    await vote(await ownerOf(db, house, other), meeting, { units: [other!], choices: ['FOR'] })
    await setNow(lastMoment)
    await closeDueMeetings()
    const { results } = await chair.caller.meetings.show({ meetingId: meeting.place.meetingId })
    expect(results?.[0]).toMatchObject({ for: 5001n, against: 5000n, base: 10001n, needed: 5001n, outcome: 'ADOPTED' })
  })

  it('counts 1,000 flats × 10 questions in one statement', async () => {
    const house = await makeHouse(db, { flats: 1000 })
    const items = Array.from({ length: 10 }, (_, index) => ({ itemId: newId(), questionType: 'general' as const, question: threeWords(`Question ${index}`) }))
    const meeting = await openMeeting(house, await asChair(db, house), { items })
    await db.sql(`insert into ballots (building_id, meeting_id, premises_id, seat, ballot_id, draft_id, weight, choices, tag, evidence_hash, leaf_index, proof, person_id, cast_at)
      select s.building_id, s.meeting_id, s.premises_id, 1, s.premises_id, s.premises_id, 1, repeat(case when s.unit::int % 3 = 0 then 'F' when s.unit::int % 3 = 1 then 'N' else 'A' end, 10),
        s.premises_id::text, repeat('0', 64), 0, '{}', s.premises_id, app.now() from meeting_seats s where s.meeting_id = $1`, [meeting.place.meetingId])
    const times: { tally: number; nothing: number }[] = []
    await serviceTransaction('meetings', async ctx => {
      for (let run = 0; run < 7; run += 1) {
        const start = performance.now()
        await ctx.db.$queryRaw`select 1`
        const middle = performance.now()
        const rows = await tallyBallots(ctx, meeting.place)
        times.push({ nothing: middle - start, tally: performance.now() - middle })
        expect(rows.map(row => [row.weightFor, row.weightAgainst, row.weightAbstain])).toEqual(Array.from({ length: 10 }, () => [333n, 334n, 333n]))
      }
    })
    const middle = (pick: (each: (typeof times)[number]) => number) => times.map(pick).sort((a, b) => a - b)[3] ?? 0
    // The budget proper (speed-and-safety.md 3: 120 × `select 1`) is measured by npm run bench; here only that nothing went quadratic.
    expect(middle(each => each.tally)).toBeLessThan(Math.max(500, 300 * middle(each => each.nothing)))
  })
})
