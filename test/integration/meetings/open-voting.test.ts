import { beforeAll, describe, expect, it } from 'vitest'
import { createHash } from 'node:crypto'
import { canonicalJson, type Canonical } from '#server/meetings/log/rules.ts'
import { newId } from '#server/kernel/ids.ts'
import { openDueMeetings } from '#server/meetings/jobs.ts'
import { noticeDay, noticeOf, openMeeting, ownerOf, seedRules, threeWords } from '#test/integration/meetings/arrange.ts'
import { asChair, asCouncil, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})

describe('open voting', () => {
  it('is refused before the notice days are over, in a demonstration house too (kazakhstan.md 7.11)', async () => {
    const house = await makeHouse(db, { demonstration: true })
    const chair = await asChair(db, house)
    await setNow(noticeDay)
    const input = noticeOf(house, { opensAt: '2026-08-08T00:00' })
    await chair.caller.meetings.announceMeeting(input)
    await setNow('2026-08-07T23:59:00+05:00')
    await expect(chair.caller.meetings.openVoting(input)).rejects.toMatchObject({ code: 'CONFLICT', message: 'meetings.noticeNotOver' })
    await setNow('2026-08-08T00:00:00+05:00')
    expect(await chair.caller.meetings.openVoting(input)).toMatchObject({ state: 'OPEN', seats: 4, weight: 4n, denominator: 1n })
    await expect(chair.caller.meetings.openVoting(input)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('is refused before the hour of the notice, after its end, and to those who do not convene', async () => {
    const house = await makeHouse(db)
    await setNow(noticeDay)
    const chair = await asChair(db, house)
    const owner = await asOwner(db, house, house.premises[0]!)
    const stranger = await asChair(db, await makeHouse(db))
    const input = noticeOf(house)
    await chair.caller.meetings.announceMeeting(input)
    await setNow('2026-08-10T08:59:00+05:00')
    await expect(chair.caller.meetings.openVoting(input)).rejects.toMatchObject({ message: 'meetings.tooEarly' })
    await setNow('2026-08-20T20:00:00+05:00')
    await expect(chair.caller.meetings.openVoting(input)).rejects.toMatchObject({ message: 'meetings.timeIsOver' })
    await expect(owner.caller.meetings.openVoting(input)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'meetings.mayNotConvene' })
    await expect(stranger.caller.meetings.openVoting(input)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(chair.caller.meetings.openVoting({ ...input, meetingId: newId() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('freezes manifest, rules and roll under one hash and writes the house’s log', async () => {
    const house = await makeHouse(db)
    const chair = await asChair(db, house)
    const { place, input } = await openMeeting(house, chair)
    const [row] = await db.sql<{ manifest: Canonical; manifest_hash: string; roll_root: string }>(
      'select manifest, manifest_hash, roll_root from meetings where meeting_id = $1', [place.meetingId])
    expect(createHash('sha256').update(canonicalJson(row!.manifest)).digest('hex')).toBe(row!.manifest_hash)
    const russian = createHash('sha256').update(input.items[0]!.question.ru).digest('hex')
    expect(JSON.stringify(row!.manifest)).toContain(russian)
    expect(await db.sql('select kind, leaf from log_leaves where building_id = $1', [place.buildingId])).toEqual([
      { kind: 'open', leaf: canonicalJson({ v: 1, t: 'open', m: place.meetingId, mh: row!.manifest_hash, rollRoot: row!.roll_root }) }])
    await expect(db.sql(`update meetings set title = '{"uz":"x","kk":"x","ru":"x"}' where meeting_id = $1`, [place.meetingId])).rejects.toThrow(/append-only/)
    await expect(db.sql(`update meetings set manifest_hash = repeat('0', 64) where meeting_id = $1`, [place.meetingId])).rejects.toThrow(/append-only/)
    // A correction of the law's data changes no meeting that is under way.
    await db.sql(`update voting_rules set majority_numerator = 99 where rule_id = 'kz-2025-10-overhaul'`)
    const view = await chair.caller.meetings.show({ meetingId: place.meetingId })
    expect(view.agenda[0]?.rule.majority).toEqual({ numerator: 2n, denominator: 3n, operator: 'GE' })
    await seedRules()
  })

  it('gives parking tariffs to owners of parking only, the house to owners of flats (kazakhstan.md 7.8)', async () => {
    const house = await makeHouse(db)
    const parking = house.premises[3]!
    await db.sql(`update premises set kind = 'PARKING' where premises_id = $1`, [parking.premisesId])
    const chair = await asChair(db, house)
    const whole = await openMeeting(house, chair)
    const [lot, flat] = [await ownerOf(db, house, parking), await ownerOf(db, house, house.premises[0])]
    expect(await lot.caller.meetings.show(whole.place)).toMatchObject({ standing: 'NOT_IN_ROLL', seats: [], meeting: { rollSeats: 3 } })
    const item = { itemId: newId(), questionType: 'tariff' as const, question: threeWords('Parking') }
    const narrow = await openMeeting(house, chair, { scope: 'parkingTariff', items: [item] })
    expect(await lot.caller.meetings.show(narrow.place)).toMatchObject({ standing: 'MAY_VOTE', seats: [{ unit: '4', weight: 1n }], meeting: { rollSeats: 1 } })
    expect(await flat.caller.meetings.show(narrow.place)).toMatchObject({ standing: 'NOT_IN_ROLL' })
  })

  it('weighs by area with the shares of co-owners exact (uzbekistan.md AT-UZ-29)', async () => {
    const house = await makeHouse(db, { country: 'UZ', areas: ['46.80', '32.50', '58.70', '47.25'] })
    const [first] = house.premises
    const other = newId()
    await db.sql(`insert into owners (building_id, owner_id, full_name) values ($1, $2, 'Second')`, [house.buildingId, other])
    await db.sql(`update ownerships set share_denominator = 3 where premises_id = $1`, [first!.premisesId])
    await db.sql(`insert into ownerships (building_id, ownership_id, premises_id, owner_id, share_numerator, share_denominator, valid_from) values ($1, $2, $3, $4, 2, 3, '2020-01-01')`,
      [house.buildingId, newId(), first!.premisesId, other])
    const item = { itemId: newId(), questionType: 'overhaul' as const, question: threeWords('Roof') }
    const { place } = await openMeeting(house, await asChair(db, house), { opensAt: '2026-08-13T09:00', items: [item] })
    const seats = await db.sql<{ unit: string; weight: string }>('select unit, weight::text from meeting_seats where meeting_id = $1 order by unit, weight', [place.meetingId])
    expect(seats).toEqual([{ unit: '1', weight: '4680' }, { unit: '1', weight: '9360' }, { unit: '2', weight: '9750' }, { unit: '3', weight: '17610' }, { unit: '4', weight: '14175' }])
    expect(await db.sql('select roll_weight::text, weight_denominator::text from meetings where meeting_id = $1', [place.meetingId])).toEqual([{ roll_weight: '55575', weight_denominator: '300' }])
  })

  it('comes by itself at the hour of the notice, and waits where a lawyer’s word is awaited', async () => {
    await setNow(noticeDay)
    const [show, real] = [await makeHouse(db, { demonstration: true }), await makeHouse(db, { demonstration: false })]
    const [input, waiting] = [noticeOf(show), noticeOf(real)]
    const member = await asCouncil(db, real)
    await (await asChair(db, show)).caller.meetings.announceMeeting(input)
    await member.caller.meetings.announceMeeting(waiting)
    const stateOf = async (meetingId: string) => (await db.sql<{ state: string }>('select state from meetings where meeting_id = $1', [meetingId]))[0]!.state
    await setNow('2026-08-10T08:59:59+05:00')
    await openDueMeetings()
    expect(await stateOf(input.meetingId)).toBe('NOTICE_POSTED')
    await setNow('2026-08-10T09:00:00+05:00')
    await openDueMeetings()
    expect([await stateOf(input.meetingId), await stateOf(waiting.meetingId)]).toEqual(['OPEN', 'NOTICE_POSTED'])
    expect(await db.sql(`select service from audit_entries where building_id = $1 and action = 'meetings.openVoting'`, [show.buildingId])).toEqual([{ service: 'worker' }])
    expect(await openDueMeetings()).toBe(0)
    await expect(member.caller.meetings.openVoting(waiting)).rejects.toMatchObject({ message: 'meetings.rulesNotVerified' })
  })

  it('opens a real house on unverified rules only after a lawyer’s sign-off (settled 15)', async () => {
    const house = await makeHouse(db, { demonstration: false })
    await setNow(noticeDay)
    const member = await asCouncil(db, house)
    const input = noticeOf(house)
    await member.caller.meetings.announceMeeting(input)
    await setNow('2026-08-10T10:00:00+05:00')
    await expect(member.caller.meetings.openVoting(input)).rejects.toMatchObject({ message: 'meetings.rulesNotVerified' })
  })
})
