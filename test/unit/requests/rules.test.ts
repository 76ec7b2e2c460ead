import { describe, expect, it } from 'vitest'
import { calendarOf } from '#server/kernel/calendar.ts'
import { chooseTerm, dueDates, effectiveDue, endOf, foldEvents, isOpen, promiseBroken, registeredOn, requestMachine, serviceDueAt, soundsDangerous, suggestCategory, urgencyOf, type RequestTerm } from '#server/requests/rules.ts'

// Moved days of 2026 that the cases touch (kazakhstan.md 4.10; uzbekistan.md).
const kz = calendarOf('KZ', ['2026-03-23', '2026-03-24', '2026-03-25', '2026-05-07', '2026-05-11', '2026-08-31'].map(day => ({ country: 'KZ', day, working: false })))
const uz = calendarOf('UZ', [{ country: 'UZ', day: '2026-09-01', working: false }])
const term = (amount: number, unit: RequestTerm['unit'], endMoves: boolean | null = null): RequestTerm => ({ amount, unit, endMoves, ground: '', verified: true })

describe('the deadline of the law', () => {
  it('AT-UZ-12: 15 calendar days from receipt on Saturday 5 September end on Sunday the 20th; both ends are known', () => {
    const due = dueDates('2026-09-05', term(15, 'CALENDAR_DAYS'), uz)
    expect(due).toMatchObject({ dueOn: '2026-09-20', dueOnIfMoved: '2026-09-21', moves: null })
    expect(effectiveDue(due)).toBe('2026-09-20')
    expect(effectiveDue({ ...due, moves: true })).toBe('2026-09-21')
  })
  it('counts working days by the calendar of the year', () => {
    expect(endOf('2026-03-18', { amount: 5, unit: 'WORKING_DAYS' }, kz)).toBe('2026-03-30')
    expect(endOf('2026-05-06', { amount: 5, unit: 'WORKING_DAYS' }, kz)).toBe('2026-05-15')
  })
  it('ends a month on the same day, or on the last day of a shorter month', () => {
    expect(endOf('2026-01-31', { amount: 1, unit: 'MONTHS' }, uz)).toBe('2026-02-28')
    expect(endOf('2026-09-05', { amount: 1, unit: 'MONTHS' }, uz)).toBe('2026-10-05')
  })
  it('promises an emergency in minutes and other work by midnight of the day', () => {
    const at = new Date('2026-09-05T18:10:00Z')
    expect(new Date(serviceDueAt(at, term(60, 'MINUTES', false), uz)).toISOString()).toBe('2026-09-05T19:10:00.000Z')
    expect(new Date(serviceDueAt(at, term(2, 'HOURS', false), uz)).toISOString()).toBe('2026-09-05T20:10:00.000Z')
    expect(new Date(serviceDueAt(at, term(3, 'CALENDAR_DAYS', false), uz)).toISOString()).toBe('2026-09-08T19:00:00.000Z')
  })
  it('takes the most particular and the latest row', () => {
    const row = (category: string, kind: string, emergency: boolean, validFrom: string, amount: number) => ({ ...term(amount, 'CALENDAR_DAYS'), category, kind, emergency, validFrom })
    const rows = [row('', '', false, '2000-01-01', 15), row('', '', false, '2026-01-01', 10), row('LIFT', '', false, '2000-01-01', 1), row('', '', true, '2000-01-01', 0), row('', '', false, '2027-01-01', 5)]
    const ask = (category: string, emergency = false) => chooseTerm(rows, { category, kind: 'APPLICATION', emergency, on: '2026-09-05' })?.amount
    expect([ask('WATER'), ask('LIFT'), ask('LIFT', true)]).toEqual([10, 1, 0])
  })
})

describe('registration', () => {
  it.each([
    ['2026-09-04T05:00:00Z', false, '2026-09-04', 'a working day'],
    ['2026-09-04T13:30:00Z', false, '2026-09-07', 'after hours on Friday'],
    ['2026-09-05T18:10:00Z', false, '2026-09-07', 'Saturday 23:10'],
    ['2026-08-31T14:00:00Z', false, '2026-09-02', 'before a holiday'],
    ['2026-09-05T18:10:00Z', true, '2026-09-05', 'an emergency does not wait'],
  ])('%s, emergency %s: %s (%s)', (at, emergency, day) => {
    expect(registeredOn(new Date(at), emergency, uz)).toBe(day)
  })
})

describe('the lifecycle', () => {
  it('an executor can only report done; the resident or silence closes', () => {
    const closing = requestMachine.states.flatMap(state => requestMachine.events.filter(event => requestMachine.can(state, event) && requestMachine.next(state, event) === 'CLOSED'))
    expect(new Set(closing)).toEqual(new Set(['accept', 'silence']))
  })
  it('not done opens again, and again it can be done', () => {
    expect(foldEvents(['file', 'register', 'assign', 'start', 'reportDone', 'reject'])).toBe('REOPENED')
    expect(foldEvents(['file', 'register', 'assign', 'join', 'reportDone', 'reject', 'assign', 'reportDone', 'accept'])).toBe('CLOSED')
    expect(isOpen('REOPENED')).toBe(true)
    expect(isOpen('CLOSED')).toBe(false)
  })
  it('refuses a move that the table does not have', () => {
    expect(() => foldEvents(['file', 'register', 'accept'])).toThrow('common.conflict')
  })
})

describe('first words', () => {
  it.each([
    ['Пахнет газом в подъезде', 'GAS', true], ['Газ иісі шығып тұр', 'GAS', true], ['Gaz hidi kelyapti', 'GAS', true], ['Лифт застрял', 'LIFT', true],
    ['Подъездде жарық жоқ', 'ELECTRICITY', false], ['Kran oqyapti, suv', 'WATER', false], ['Не вывозят мусор', 'WASTE', false], ['Затапливает подвал водой', 'WATER', true], ['Спасибо', null, false],
  ])('%s: %s, dangerous %s', (text, category, dangerous) => {
    expect(suggestCategory(text)).toBe(category)
    expect(soundsDangerous(text)).toBe(dangerous)
  })

  it('tells gas to leave and call, other danger to mark an emergency, the rest nothing', () => {
    expect(urgencyOf({ text: 'Пахнет газом', category: 'GAS', emergency: false })).toBe('GAS')
    expect(urgencyOf({ text: 'Газ', category: 'GAS', emergency: true })).toBe('GAS')
    expect(urgencyOf({ text: 'Лифт застрял', category: 'LIFT', emergency: false })).toBe('URGENT')
    expect(urgencyOf({ text: 'Лифт застрял', category: 'LIFT', emergency: true })).toBeNull()
    expect(urgencyOf({ text: 'Грязно', category: 'CLEANING', emergency: false })).toBeNull()
  })
})

describe('the own promise', () => {
  // 20 November ends in Tashkent and Almaty at 19:00 UTC.
  const midnight = new Date('2026-11-20T19:00:00Z')
  it.each([
    ['IN_WORK', midnight, '2026-11-20', false],
    ['IN_WORK', midnight, '2026-11-21', true],
    ['ROUTED', new Date('2026-11-20T17:41:00Z'), '2026-11-20', false],
    ['ROUTED', new Date('2026-11-20T17:41:00Z'), '2026-11-21', true],
    ['DONE_BY_EXECUTOR', midnight, '2026-11-25', false],
    ['CLOSED', midnight, '2026-11-25', false],
  ] as const)('%s promised by %s is on %s broken: %s', (state, serviceDueAt, today, broken) => {
    expect(promiseBroken({ state, serviceDueAt }, today)).toBe(broken)
  })
})
