import { describe, expect, it } from 'vitest'
import { seatsOfPerson } from '#server/meetings/ballots/rules.ts'
import { electorate } from '#server/meetings/roll/rules.ts'
import { checkOpening, checkTimes, checkVerified, commonTerms, firstOpeningDay, inLanguage, instantOf, meetingMachine, sharePercent, stateAt, weightDecimal, type VotingRule } from '#server/meetings/rules.ts'

const words = { uz: 'uz', kk: 'kk', ru: 'ru' }
const rule: VotingRule = {
  ruleId: 'r', questionType: 'general', scope: 'house', weight: 'ONE_PER_UNIT', coOwners: 'ONE_REPRESENTATIVE', quorum: { numerator: 1n, denominator: 2n, operator: 'GT' },
  majorityBase: 'ALL', majority: { numerator: 1n, denominator: 2n, operator: 'GT' }, noticeDays: 5, leastLevel: 2, act: words, source: words, verified: false,
}

describe('the life of a meeting', () => {
  it('goes only forward and never cancels what was opened', () => {
    expect(meetingMachine.states.toSorted()).toEqual(['CANCELLED', 'CLOSED', 'COUNTED', 'DRAFT', 'NOTICE_POSTED', 'NO_QUORUM', 'OPEN'])
    expect(meetingMachine.can('OPEN', 'cancel')).toBe(false)
    expect(meetingMachine.can('DRAFT', 'open')).toBe(false)
    expect(() => meetingMachine.next('COUNTED', 'close')).toThrow('common.conflict')
  })

  it('is over at its last moment, whoever has or has not counted', () => {
    const end = instantOf('2026-08-20T20:00')
    expect(end.toISOString()).toBe('2026-08-20T15:00:00.000Z')
    expect(stateAt('OPEN', end, new Date(end.getTime() - 1))).toBe('OPEN')
    expect(stateAt('OPEN', end, end)).toBe('CLOSED')
    expect(stateAt('CANCELLED', end, end)).toBe('CANCELLED')
  })
})

describe('notice (kazakhstan.md 7.11)', () => {
  const times = { posted: '2026-08-03', noticeDays: 5, opensAt: instantOf('2026-08-08T00:00'), closesAt: instantOf('2026-08-20T20:00') }

  it('counts five calendar days from the day it was hung up', () => {
    expect(firstOpeningDay('2026-08-03', 5)).toBe('2026-08-08')
    expect(firstOpeningDay('2026-12-28', 5)).toBe('2027-01-02')
    expect(() => checkTimes(times)).not.toThrow()
    expect(() => checkTimes({ ...times, opensAt: instantOf('2026-08-07T23:59') })).toThrow('meetings.noticeTooShort')
    expect(() => checkTimes({ ...times, closesAt: times.opensAt })).toThrow('meetings.endsBeforeItBegins')
    expect(() => checkTimes({ ...times, closesAt: instantOf('2026-10-10T00:00') })).toThrow('meetings.tooLong')
  })

  it('refuses opening on the fourth day and lets it on the fifth', () => {
    const facts = { ...times, state: 'NOTICE_POSTED' as const }
    expect(() => checkOpening({ ...facts, now: instantOf('2026-08-07T23:59') })).toThrow('meetings.noticeNotOver')
    expect(checkOpening({ ...facts, now: instantOf('2026-08-08T00:00') })).toBe('OPEN')
    expect(() => checkOpening({ ...facts, now: times.closesAt })).toThrow('meetings.timeIsOver')
    expect(() => checkOpening({ ...facts, opensAt: instantOf('2026-08-09T09:00'), now: instantOf('2026-08-08T12:00') })).toThrow('meetings.tooEarly')
    expect(() => checkOpening({ ...facts, state: 'OPEN', now: instantOf('2026-08-09T00:00') })).toThrow('common.conflict')
  })
})

describe('rules of law', () => {
  it('opens on unverified ones only in a demonstration or with a sign-off (settled 15)', () => {
    expect(() => checkVerified([rule], { demonstration: false }, null)).toThrow('meetings.rulesNotVerified')
    expect(() => checkVerified([rule], { demonstration: true }, null)).not.toThrow()
    expect(() => checkVerified([rule], { demonstration: false }, { lawyer: 'A' })).not.toThrow()
    expect(() => checkVerified([{ verified: true }], { demonstration: false }, null)).not.toThrow()
  })

  it('has one roll for one meeting', () => {
    expect(commonTerms([rule, { ...rule, noticeDays: 10 }])).toEqual({ weight: 'ONE_PER_UNIT', coOwners: 'ONE_REPRESENTATIVE', noticeDays: 10 })
    expect(() => commonTerms([rule, { ...rule, weight: 'AREA' }])).toThrow('meetings.rulesDiffer')
    expect(() => commonTerms([])).toThrow('meetings.noQuestions')
  })

  it('lets parking decide on parking', () => {
    expect(electorate('parkingTariff')).toEqual(['PARKING', 'STORAGE'])
    expect(electorate('house')).toEqual(['APARTMENT', 'NON_RESIDENTIAL'])
  })
})

describe('whose seat it is', () => {
  const seat = (seatNumber: number, ...ownerIds: string[]) => ({ premisesId: 'p', kind: 'APARTMENT', unit: '1', seat: seatNumber, ownerIds })
  const owning = (ownerId: string | null) => [{ premisesId: 'p', ownerId }]

  it('is the owner’s at the opening, and the co-owner’s own share', () => {
    expect(seatsOfPerson([seat(1, 'a', 'b')], owning('a')).own).toHaveLength(1)
    expect(seatsOfPerson([seat(1, 'a')], owning(null)).own).toHaveLength(1)
    expect(seatsOfPerson([seat(1)], owning('z')).own).toHaveLength(1)
    expect(seatsOfPerson([seat(1, 'a'), seat(2, 'b')], owning('b')).own.map(each => each.seat)).toEqual([2])
  })

  it('is not a later buyer’s, nor a co-owner’s whose share nobody has established', () => {
    expect(seatsOfPerson([seat(1, 'a')], owning('buyer')).obstacles).toEqual([{ premisesId: 'p', obstacle: 'notOwnerThen' }])
    expect(seatsOfPerson([seat(1, 'a'), seat(2, 'b')], owning(null)).obstacles).toEqual([{ premisesId: 'p', obstacle: 'shareUnknown' }])
    expect(seatsOfPerson([], owning('a'))).toEqual({ own: [], obstacles: [] })
  })
})

describe('what is shown', () => {
  it('shows square metres and votes exactly, and percent to two places', () => {
    expect(weightDecimal(6210n, 100n)).toBe('62.1')
    expect(weightDecimal(1n, 3n)).toBe('0.33')
    expect([sharePercent(1n, 36n), sharePercent(0n, 0n)]).toEqual(['2.78', '0'])
    expect(inLanguage(words, 'kk')).toBe('kk')
  })
})
