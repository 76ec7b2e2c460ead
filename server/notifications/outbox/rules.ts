import { defineMachine } from '#server/kernel/state-machine.ts'

export type Priority = 'CODE' | 'EMERGENCY' | 'SERVICE' | 'BILLING' | 'INFO'
export type Problem = 'AUTH' | 'BALANCE' | 'BAD_NUMBER' | 'BLOCKED_TEXT' | 'BLOCKED' | 'RATE' | 'TEMPORARY' | 'TIMEOUT' | 'DUPLICATE'

/** States of a message (messaging.md 1). A final one is never left: a late report cannot take back a delivery. */
export const messageMachine = defineMachine({
  initial: 'QUEUED',
  final: ['DELIVERED', 'FAILED', 'EXPIRED', 'SUPPRESSED', 'UNKNOWN'],
  moves: [
    ['QUEUED', 'claim', 'SENDING'], ['QUEUED', 'suppress', 'SUPPRESSED'], ['QUEUED', 'expire', 'EXPIRED'],
    ['SENDING', 'accept', 'ACCEPTED'], ['SENDING', 'putBack', 'QUEUED'], ['SENDING', 'fail', 'FAILED'], ['SENDING', 'suppress', 'SUPPRESSED'],
    ['SENDING', 'expire', 'EXPIRED'], ['SENDING', 'deliver', 'DELIVERED'],
    ['ACCEPTED', 'deliver', 'DELIVERED'], ['ACCEPTED', 'fail', 'FAILED'], ['ACCEPTED', 'expire', 'EXPIRED'], ['ACCEPTED', 'lose', 'UNKNOWN'],
  ],
})

const zone = 5 * 60
const morning = 8 * 60
const evening = 21 * 60
const minute = 60_000

/** Quiet hours 21:00-08:00 in UTC+5 for everything but codes and emergencies. */
export function notBefore(priority: Priority, now: Date): Date {
  if (priority === 'CODE' || priority === 'EMERGENCY') return now
  const local = Math.floor(now.getTime() / minute) + zone
  const ofDay = ((local % 1440) + 1440) % 1440
  if (ofDay >= morning && ofDay < evening) return now
  const wait = ofDay < morning ? morning - ofDay : 1440 - ofDay + morning
  return new Date((local - zone + wait) * minute)
}

const lives: Record<Priority, number> = { CODE: 10, EMERGENCY: 6 * 60, SERVICE: 48 * 60, BILLING: 72 * 60, INFO: 72 * 60 }
export function lifeMinutes(priority: Priority): number {
  return lives[priority]
}

export type Decision = { act: 'accept' } | { act: 'switch'; alarm: boolean } | { act: 'wait'; seconds: number } | { act: 'fail'; alarm: boolean } | { act: 'lose' }
export type Facts = { attempts: number; priority: Priority; hasOther: boolean }

const delays = [5, 30, 120]

function waiting({ attempts }: Facts, alarm: boolean): Decision {
  const seconds = delays[attempts - 1]
  return seconds === undefined ? { act: 'fail', alarm } : { act: 'wait', seconds }
}

const otherOr = (facts: Facts, decision: Decision): Decision => (facts.hasOther ? { act: 'switch', alarm: true } : decision)
const hiccup = (facts: Facts): Decision => (facts.attempts > delays.length && facts.hasOther ? { act: 'switch', alarm: false } : waiting(facts, false))

const decisions: Record<Problem, (facts: Facts) => Decision> = {
  DUPLICATE: () => ({ act: 'accept' }),
  BAD_NUMBER: () => ({ act: 'fail', alarm: false }),
  BLOCKED_TEXT: facts => otherOr(facts, { act: 'fail', alarm: true }),
  BLOCKED: facts => otherOr(facts, { act: 'fail', alarm: true }),
  BALANCE: facts => otherOr(facts, waiting(facts, true)),
  AUTH: facts => otherOr(facts, waiting(facts, true)),
  RATE: hiccup,
  TEMPORARY: hiccup,
  // After a silence the message may be on its way: only a code, which is the same code, and a word of danger go again.
  TIMEOUT: facts => (facts.priority === 'CODE' || facts.priority === 'EMERGENCY' ? hiccup(facts) : { act: 'lose' }),
}

/** What follows from a gateway's refusal: one without money is passed by at once, a hiccup is tried three times, a bad number never again. */
export function decide(problem: Problem, facts: Facts): Decision {
  return decisions[problem](facts)
}
