import fc from 'fast-check'
import { expect, it } from 'vitest'
import { calendarOf, isWorkingDay } from '#server/kernel/calendar.ts'
import { addDays, compareDates, localDateOf } from '#server/kernel/period.ts'
import { dueDates, foldEvents, isOpen, registeredOn, requestMachine } from '#server/requests/rules.ts'

const calendar = calendarOf('UZ', [{ country: 'UZ', day: '2026-01-01', working: false }, { country: 'UZ', day: '2026-09-01', working: false }])

it('the state is the fold of the events: any walk through the table gives the state that the steps gave, remarks or not', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(1000), fc.constantFrom('', 'join', 'file')), { maxLength: 40 }), picks => {
    let state = requestMachine.initial
    const events: string[] = ['file']
    for (const [pick, remark] of picks) {
      if (remark) events.push(remark)
      const moves = requestMachine.events.filter(event => requestMachine.can(state, event))
      const move = moves[pick % Math.max(1, moves.length)]
      if (move === undefined) {
        expect(isOpen(state)).toBe(false)
        break
      }
      events.push(move)
      state = requestMachine.next(state, move)
    }
    expect(foldEvents(events)).toBe(state)
  }))
})

it('every final state is final and every other one has a way out', () => {
  for (const state of requestMachine.states) expect(requestMachine.events.some(event => requestMachine.can(state, event))).toBe(isOpen(state))
})

it('a deadline is never before receipt, its moved end is a working day at most some days later, and registration is not before receipt', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 3_000_000 }), fc.nat(40), fc.constantFrom('CALENDAR_DAYS' as const, 'WORKING_DAYS' as const), fc.boolean(), (minutes, amount, unit, emergency) => {
    const at = new Date(Date.parse('2026-01-01T00:00:00Z') + minutes * 60_000)
    const from = localDateOf(at, 300)
    const due = dueDates(from, { amount, unit, endMoves: null, ground: '', verified: true }, calendar)
    expect(compareDates(due.dueOn, addDays(from, amount))).toBeGreaterThanOrEqual(0)
    expect(isWorkingDay(due.dueOnIfMoved, calendar)).toBe(true)
    expect(compareDates(due.dueOnIfMoved, due.dueOn)).toBeGreaterThanOrEqual(0)
    const registered = registeredOn(at, emergency, calendar)
    expect(compareDates(registered, from)).toBeGreaterThanOrEqual(0)
    if (!emergency) expect(isWorkingDay(registered, calendar)).toBe(true)
  }))
})
