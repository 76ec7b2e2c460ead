import { describe, expect, it } from 'vitest'
import { flagsOf, judgeReading, monthOf, shownRegister, unanswered, usualRange, type JudgeContext, type MeterFacts, type PreviousReading } from '#server/meters/rules.ts'

const meter: MeterFacts = { service: 'COLD_WATER', unit: 'm3', registers: 1, digits: 5, decimals: 3, installedOn: '2024-01-10', removedOn: null, verifiedUntil: '2028-01-10' }
const window = { fromDay: 20, toDay: 30, graceDays: 3 }
const previous: PreviousReading = { values: ['471'], takenOn: '2026-10-25', period: '2026-10' }

function context(change: Partial<JudgeContext> = {}): JudgeContext {
  return { meter, window, today: '2026-11-24', usual: { low: '9', high: '12' }, laterTakenOn: null, ...change }
}
function judge(value: string | string[], change: Partial<JudgeContext> & { previous?: PreviousReading | null; takenOn?: string } = {}) {
  const { previous: before = previous, takenOn = '2026-11-24', ...rest } = change
  return judgeReading(before, { values: typeof value === 'string' ? [value] : value, takenOn }, context(rest))
}

describe('a reading that needs no question', () => {
  it('counts from the last one, leading zeros or not', () => {
    expect(judge('00482')).toMatchObject({ kind: 'fine', values: ['482'], consumption: '11', parts: ['11'], period: '2026-11', late: false, notes: [] })
  })
  it('takes a decimal comma and a point alike', () => {
    expect(judge('482,5')).toMatchObject({ kind: 'fine', consumption: '11.5' })
    expect(judge('482.5')).toMatchObject({ kind: 'fine', consumption: '11.5' })
  })
  it('takes zero consumption as legal and says so', () => {
    expect(judge('471')).toMatchObject({ kind: 'fine', consumption: '0', notes: ['zero'] })
  })
  it('takes the first reading of a meter as its beginning', () => {
    expect(judge('471', { previous: null })).toMatchObject({ kind: 'fine', consumption: '0', notes: ['firstReading'] })
  })
  it('leaves out red figures that the meter does not count, and says so', () => {
    expect(judge('482,531', { meter: { ...meter, decimals: 0 } })).toMatchObject({ kind: 'fine', values: ['482'], notes: ['decimalsLeftOut'] })
  })
  it('sums one to four registers', () => {
    const electric = { ...meter, service: 'ELECTRICITY' as const, registers: 2, decimals: 0 }
    expect(judge(['1100', '540'], { meter: electric, previous: { ...previous, values: ['1000', '500'] }, usual: { low: '100', high: '150' } }))
      .toMatchObject({ kind: 'fine', parts: ['100', '40'], consumption: '140' })
  })
})

describe('a reading that the person is asked about', () => {
  it('asks about a value below the last one and does not count it until staff settles it', () => {
    const verdict = judge('417')
    expect(verdict).toMatchObject({ kind: 'asks', consumption: null, questions: [{ code: 'lowerThanLast', params: { last: '00471', given: '00417' } }] })
    if (verdict.kind === 'refused') throw new Error('refused')
    expect(flagsOf(verdict, [])).toEqual(['lowerThanLast'])
    expect(flagsOf(verdict, ['lowerThanLast'])).toEqual(['lowerThanLast'])
  })
  it('takes a meter that went through its nines for a roll-over, and counts it once confirmed', () => {
    const verdict = judge('00004', { previous: { ...previous, values: ['99993'] } })
    expect(verdict).toMatchObject({ kind: 'asks', consumption: '11', questions: [{ code: 'rolledOver' }] })
    if (verdict.kind === 'refused') throw new Error('refused')
    expect(unanswered(verdict, ['rolledOver'])).toEqual([])
    expect(flagsOf(verdict, ['rolledOver'])).toEqual([])
  })
  it('asks about a jump against the usual consumption', () => {
    expect(judge('571')).toMatchObject({ kind: 'asks', questions: [{ code: 'jump', params: { consumption: '100', usual: '9–12' } }] })
  })
  it('does not take two readings in one week for a jump', () => {
    expect(judge('482', { previous: { ...previous, takenOn: '2026-11-22' } }).kind).toBe('fine')
  })
  it('asks about a jump without history only when it is beyond any flat', () => {
    expect(judge('520', { usual: null }).kind).toBe('fine')
    expect(judge('571', { usual: null })).toMatchObject({ questions: [{ code: 'jump' }] })
  })
  it('asks about a date that has not come and means today', () => {
    expect(judge('482', { takenOn: '2026-11-27' })).toMatchObject({ kind: 'asks', takenOn: '2026-11-24', questions: [{ code: 'futureDate', params: { date: '27.11.2026', today: '24.11.2026' } }] })
  })
  it('asks when the verification has run out, and counts it once confirmed', () => {
    const verdict = judge('482', { meter: { ...meter, verifiedUntil: '2026-11-01' } })
    expect(verdict).toMatchObject({ kind: 'asks', consumption: '11', questions: [{ code: 'verificationExpired', params: { date: '01.11.2026' } }] })
  })
})

describe('a reading that is impossible', () => {
  it.each([
    ['twelve', 'notANumber'], ['', 'notANumber'], ['004 82', 'notANumber'], ['-5', 'negative'], ['004820', 'fine'], ['482000', 'tooManyDigits'],
  ])('%s: %s', (value, code) => {
    const verdict = judge(value)
    expect(verdict.kind === 'refused' ? verdict.code : verdict.kind === 'asks' && value === '004820' ? 'fine' : verdict.kind).toBe(code)
  })
  it('refuses a register left out, a day before the meter came and a day after it left', () => {
    expect(judge('482', { meter: { ...meter, registers: 2 } })).toMatchObject({ code: 'registersMissing', params: { count: '2' } })
    expect(judge('482', { takenOn: '2023-12-31' })).toMatchObject({ code: 'beforeInstalled', params: { date: '10.01.2024' } })
    expect(judge('482', { meter: { ...meter, removedOn: '2026-11-01' } })).toMatchObject({ code: 'meterRemoved', params: { date: '01.11.2026' } })
  })
})

describe('the month a reading counts for', () => {
  it.each([
    ['2026-11-20', '2026-11-20', '2026-11', false, 'opens on the 20th'],
    ['2026-11-30', '2026-12-03', '2026-11', false, 'sent in the days of grace'],
    ['2026-11-30', '2026-12-04', '2026-12', true, 'long under way'],
    ['2026-12-31', '2026-12-31', '2027-01', true, 'after the last day of the window'],
    ['2026-11-05', '2026-11-05', '2026-11', false, 'early in the month'],
    ['2026-02-28', '2026-02-28', '2026-02', false, 'February has no 30th'],
    ['2026-11-24', '2027-02-10', '2027-02', true, 'months under way'],
  ])('taken %s, received %s: %s, late %s (%s)', (takenOn, receivedOn, period, late) => {
    expect(monthOf(takenOn, { receivedOn, window, lastPeriod: '2026-10' })).toEqual({ period, late })
  })
  it('in the days of grace counts for the month that nobody read', () => {
    expect(monthOf('2026-12-02', { receivedOn: '2026-12-02', window, lastPeriod: '2026-10' })).toEqual({ period: '2026-11', late: true })
    expect(monthOf('2026-12-02', { receivedOn: '2026-12-02', window, lastPeriod: '2026-11' })).toEqual({ period: '2026-12', late: false })
  })
  it('counts for the first month after the bills, and for its own where nothing is known of them', () => {
    expect(judge('482', { takenOn: '2026-11-30', today: '2026-11-30', billedThrough: '2026-11' })).toMatchObject({ period: '2026-12', late: true, notes: ['late'] })
    expect(judge('482', { takenOn: '2026-11-30', today: '2026-11-30', billedThrough: '2026-10' })).toMatchObject({ period: '2026-11', late: false })
    expect(judge('482', { takenOn: '2026-11-30', today: '2026-11-30' })).toMatchObject({ period: '2026-11', late: false })
    expect(monthOf('2026-12-02', { receivedOn: '2026-12-02', window, lastPeriod: '2026-10', billedThrough: '2026-12' })).toEqual({ period: '2027-01', late: true })
  })
  it('a reading older than one already here is kept without a question and does not count', () => {
    const verdict = judge('476', { laterTakenOn: '2026-11-28', takenOn: '2026-11-20', today: '2026-11-29' })
    expect(verdict).toMatchObject({ kind: 'fine', consumption: null, notes: ['olderThanLast'] })
    if (verdict.kind !== 'refused') expect(flagsOf(verdict, [])).toEqual(['olderThanLast'])
  })
})

describe('usual consumption', () => {
  it('leaves out the lowest and the highest month of five or more', () => {
    expect(usualRange([9, 10, 11, 12, 60].map(each => ({ consumption: String(each), days: 30 })))).toEqual({ low: '10', high: '12' })
  })
  it('says nothing under three months, and scales long gaps to 30 days', () => {
    expect(usualRange([{ consumption: '9', days: 30 }, { consumption: '9', days: 30 }])).toBeNull()
    expect(usualRange([{ consumption: '20', days: 60 }, { consumption: '9', days: 30 }, { consumption: '11', days: 30 }])).toEqual({ low: '9', high: '11' })
  })
})

it('shows registers as the device does', () => {
  expect(shownRegister('482', { digits: 5, decimals: 0 })).toBe('00482')
  expect(shownRegister('482.5', { digits: 5, decimals: 3 })).toBe('00482,500')
})
