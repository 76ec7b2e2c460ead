import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { noticeDay, noticeOf, seedRules, threeWords } from '#test/integration/meetings/arrange.ts'
import { asChair, asCouncil, asManager, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRules()
})
beforeEach(() => setNow(noticeDay))

describe('announce a meeting (kazakhstan.md 4.2)', () => {
  it('hangs up the notice with questions in three languages, numbers it and tells the house', async () => {
    const house = await makeHouse(db)
    const chair = await asChair(db, house)
    const input = noticeOf(house, { title: { uz: "O'zbekcha", kk: 'Жиналыс', ru: 'Собрание' } })
    expect(await chair.caller.meetings.announceMeeting(input)).toEqual({ meetingId: input.meetingId, number: 1 })
    const owner = await asOwner(db, house, house.premises[0]!)
    const view = await owner.caller.meetings.show({ meetingId: input.meetingId })
    expect(view.meeting).toMatchObject({ state: 'NOTICE_POSTED', weight: 'ONE_PER_UNIT', noticeDays: 5, initiator: 'CHAIR', title: { uz: 'O\u02BBzbekcha' } })
    expect(view.agenda.map(item => [item.position, item.rule.ruleId])).toEqual([[1, 'kz-2025-10-overhaul'], [2, 'kz-2025-10-tariff'], [3, 'kz-2025-10-general']])
    expect(view.agenda[1]?.rule.majority).toEqual({ numerator: 51n, denominator: 100n, operator: 'GE' })
    expect(view).toMatchObject({ standing: 'NOT_OPEN', turnout: null, results: null })
    expect(await db.sql('select name from event_queue where building_id = $1', [house.buildingId])).toEqual([{ name: 'meetings.announced' }])
    expect(await db.sql('select action, person_id from audit_entries where building_id = $1', [house.buildingId])).toEqual([{ action: 'meetings.announceMeeting', person_id: chair.personId }])
  })

  it('takes the same announcement again for the same meeting, and another under its id for a conflict', async () => {
    const house = await makeHouse(db)
    const member = await asCouncil(db, house)
    const input = noticeOf(house)
    const twice = await Promise.all([member.caller.meetings.announceMeeting(input), member.caller.meetings.announceMeeting(input)])
    expect(twice).toEqual([{ meetingId: input.meetingId, number: 1 }, { meetingId: input.meetingId, number: 1 }])
    await expect(member.caller.meetings.announceMeeting({ ...input, title: threeWords('Something else') })).rejects.toMatchObject({ message: 'meetings.idTaken' })
    const second = noticeOf(house)
    expect(await (await asManager(db, house)).caller.meetings.announceMeeting(second)).toMatchObject({ number: 2 })
  })

  it('refuses owners, tenants and strangers', async () => {
    const house = await makeHouse(db)
    const owner = await asOwner(db, house, house.premises[0]!)
    await expect(owner.caller.meetings.announceMeeting(noticeOf(house))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'meetings.mayNotConvene' })
    const tenant = await asTenant(db, house, house.premises[1]!)
    await expect(tenant.caller.meetings.announceMeeting(noticeOf(house))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(asStranger().caller.meetings.announceMeeting(noticeOf(house))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('does not exist for the twin house', async () => {
    const house = await makeHouse(db)
    const twin = await makeHouse(db)
    const chair = await asChair(db, house)
    const input = noticeOf(house)
    await chair.caller.meetings.announceMeeting(input)
    const neighbour = await asChair(db, twin)
    await expect(neighbour.caller.meetings.announceMeeting(noticeOf(house))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(neighbour.caller.meetings.show({ meetingId: input.meetingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(JSON.stringify(await neighbour.caller.meetings.listConvened())).not.toContain(input.meetingId)
    expect(await neighbour.caller.meetings.listMine()).toEqual([])
    await expect(neighbour.caller.meetings.listRules({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const manager = await asManager(db, twin)
    await expect(manager.caller.meetings.announceMeeting(noticeOf(house))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('refuses a notice shorter than the law’s days, times that cannot be, and questions that one roll cannot answer', async () => {
    const house = await makeHouse(db)
    const chair = await asChair(db, house)
    const refuse = (change: Parameters<typeof noticeOf>[1], code: string) =>
      expect(chair.caller.meetings.announceMeeting(noticeOf(house, change))).rejects.toMatchObject({ message: code })
    await refuse({ opensAt: '2026-08-07T23:00' }, 'meetings.noticeTooShort')
    await refuse({ opensAt: '2026-08-10T09:00', closesAt: '2026-08-10T09:00' }, 'meetings.endsBeforeItBegins')
    await refuse({ closesAt: '2026-12-01T09:00' }, 'meetings.tooLong')
    await refuse({ scope: 'parkingTariff' }, 'meetings.noRule')
    const item = { itemId: newId(), questionType: 'general' as const, question: threeWords('Twice?') }
    await refuse({ items: [item, item] }, 'meetings.questionTwice')
    await expect(chair.caller.meetings.announceMeeting(noticeOf(house, { opensAt: '2026-02-30T09:00' }))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const uz = await makeHouse(db, { country: 'UZ' })
    const uzChair = await asChair(db, uz)
    await expect(uzChair.caller.meetings.announceMeeting(noticeOf(uz, { opensAt: '2026-08-12T09:00', items: [item] }))).rejects.toMatchObject({ message: 'meetings.noticeTooShort' })
    await expect(uzChair.caller.meetings.announceMeeting(noticeOf(uz, { opensAt: '2026-08-13T09:00', items: [item] }))).resolves.toMatchObject({ number: 1 })
  })
})
