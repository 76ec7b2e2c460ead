import { conflict, invalid } from '#server/kernel/errors.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'
import { addDays, compareDates, localDateOf, type LocalDate } from '#server/kernel/period.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'
import { decimalOf, type Decimal } from '#server/kernel/quantity.ts'
import { paperLimits, type Choice, type CoOwners, type QuestionType, type Scope, type Trilingual, type WeightKind } from '#server/meetings/schema.ts'

/** kazakhstan.md 4.2; minutes, absentee continuation and contest come with the paper channel. */
export const meetingMachine = defineMachine({
  initial: 'DRAFT',
  final: ['COUNTED', 'NO_QUORUM', 'CANCELLED'],
  moves: [
    ['DRAFT', 'post', 'NOTICE_POSTED'],
    ['DRAFT', 'cancel', 'CANCELLED'],
    ['NOTICE_POSTED', 'cancel', 'CANCELLED'],
    ['NOTICE_POSTED', 'open', 'OPEN'],
    // Votes that were cast are never dropped: an open meeting runs to its end.
    ['OPEN', 'close', 'CLOSED'],
    ['CLOSED', 'count', 'COUNTED'],
    ['CLOSED', 'fail', 'NO_QUORUM'],
  ],
})
export type MeetingState = (typeof meetingMachine.states)[number]

/** As the clock has it: nothing is open past its end, whether or not somebody has counted yet. */
export function stateAt(state: MeetingState, closesAt: Date, now: Date): MeetingState {
  return state === 'OPEN' && now >= closesAt ? 'CLOSED' : state
}

/** Votes are taken in an open meeting before its end; otherwise the sentence says which of the two it is. */
export function checkVotable(meeting: { readonly state: MeetingState; readonly closesAt: Date }, now: Date): void {
  const state = stateAt(meeting.state, meeting.closesAt, now)
  if (state === 'OPEN') return
  if (state === 'DRAFT' || state === 'NOTICE_POSTED') throw conflict('meetings.notOpenYet')
  throw state === 'CANCELLED' ? conflict('meetings.wasCancelled') : conflict('meetings.timeIsOver')
}

/** The strictest question of a meeting says how well a voter must be known. */
export function leastLevelOf(agenda: readonly { readonly rule: { readonly leastLevel: number } }[]): number {
  return Math.max(2, ...agenda.map(item => item.rule.leastLevel))
}

export type Threshold = { readonly numerator: bigint; readonly denominator: bigint; readonly operator: 'GT' | 'GE' }

export type VotingRule = {
  readonly ruleId: string
  readonly questionType: QuestionType
  readonly scope: Scope
  readonly weight: WeightKind
  readonly coOwners: CoOwners
  readonly quorum: Threshold
  readonly majorityBase: 'ALL' | 'PRESENT'
  readonly majority: Threshold
  readonly noticeDays: number
  readonly leastLevel: number
  readonly act: Trilingual
  readonly source: Trilingual
  readonly verified: boolean
}

/** part/whole against the threshold, multiplied out: 101 of 200 is more than 1/2 and is not 51/100. */
export function reaches(part: bigint, whole: bigint, threshold: Threshold): boolean {
  const left = part * threshold.denominator
  const right = whole * threshold.numerator
  return threshold.operator === 'GT' ? left > right : left >= right
}

/** The least weight that reaches the threshold. */
export function leastNeeded(whole: bigint, threshold: Threshold): bigint {
  const product = whole * threshold.numerator
  if (threshold.operator === 'GT') return product / threshold.denominator + 1n
  return (product + threshold.denominator - 1n) / threshold.denominator
}

export type Sums = { readonly for: bigint; readonly against: bigint; readonly abstain: bigint; readonly all: bigint }
export type Outcome = 'ADOPTED' | 'NOT_ADOPTED' | 'NO_QUORUM'
export type Judgement = { readonly outcome: Outcome; readonly present: bigint; readonly quorumNeeded: bigint; readonly base: bigint; readonly needed: bigint }

/** Quorum first; then those in favour against the base that the rule names. */
export function judge(sums: Sums, rule: Pick<VotingRule, 'quorum' | 'majority' | 'majorityBase'>): Judgement {
  const present = sums.for + sums.against + sums.abstain
  const base = rule.majorityBase === 'ALL' ? sums.all : present
  const facts = { present, quorumNeeded: leastNeeded(sums.all, rule.quorum), base, needed: leastNeeded(base, rule.majority) }
  if (!reaches(present, sums.all, rule.quorum)) return { ...facts, outcome: 'NO_QUORUM' }
  return { ...facts, outcome: sums.for > 0n && reaches(sums.for, base, rule.majority) ? 'ADOPTED' : 'NOT_ADOPTED' }
}

/** One meeting has one roll: its questions share who votes, by what weight, and how co-owners do. */
export function commonTerms(rules: readonly VotingRule[]): { weight: WeightKind; coOwners: CoOwners; noticeDays: number } {
  const [first, ...others] = rules
  if (!first) throw invalid('meetings.noQuestions')
  if (others.some(rule => rule.weight !== first.weight || rule.coOwners !== first.coOwners || rule.scope !== first.scope)) throw invalid('meetings.rulesDiffer')
  return { weight: first.weight, coOwners: first.coOwners, noticeDays: Math.max(...rules.map(rule => rule.noticeDays)) }
}

/** The first day on which voting may begin after the notice was hung up. */
export function firstOpeningDay(posted: LocalDate, noticeDays: number): LocalDate {
  return addDays(posted, noticeDays)
}

export const longestDays = 62

export type Times = { readonly posted: LocalDate; readonly noticeDays: number; readonly opensAt: Date; readonly closesAt: Date }

export function checkTimes({ posted, noticeDays, opensAt, closesAt }: Times): void {
  const first = firstOpeningDay(posted, noticeDays)
  if (compareDates(localDateOf(opensAt), first) < 0) throw invalid('meetings.noticeTooShort', { days: noticeDays, first: formatDate(first) })
  if (closesAt <= opensAt) throw invalid('meetings.endsBeforeItBegins')
  if (compareDates(localDateOf(closesAt), addDays(localDateOf(opensAt), longestDays)) > 0) throw invalid('meetings.tooLong', { days: longestDays })
}

export type OpeningFacts = Omit<Times, 'closesAt'> & { readonly closesAt: Date; readonly now: Date; readonly state: MeetingState }

/** The notice days first, also where everything else would do (kazakhstan.md 7.11). */
export function checkOpening({ state, posted, noticeDays, opensAt, closesAt, now }: OpeningFacts): MeetingState {
  const next = meetingMachine.next(state, 'open')
  const first = firstOpeningDay(posted, noticeDays)
  if (compareDates(localDateOf(now), first) < 0) throw conflict('meetings.noticeNotOver', { first: formatDate(first) })
  if (now < opensAt) throw conflict('meetings.tooEarly')
  if (now >= closesAt) throw conflict('meetings.timeIsOver')
  return next
}

/** Settled 15: unverified law opens only demonstrations, or meetings with a lawyer's sign-off on paper. */
export function checkVerified(rules: readonly { readonly verified: boolean }[], house: { demonstration: boolean }, signOff: unknown): void {
  if (rules.every(rule => rule.verified) || house.demonstration || signOff !== null) return
  throw conflict('meetings.rulesNotVerified')
}

/** Before anything is kept: an empty or too large paper is refused in words of its own; what its bytes are is judged where files are stored. */
export function judgePaper(bytes: Uint8Array): void {
  if (bytes.byteLength > paperLimits.bytes) throw invalid('meetings.paperTooLarge', { megabytes: paperLimits.bytes / 1024 / 1024 })
}

/** Papers come and go until the voting opens; what owners have read before voting does not change under them. */
export function checkPapersOpen(state: MeetingState): void {
  if (!meetingMachine.can(state, 'open') && !meetingMachine.can(state, 'post')) throw conflict('meetings.papersFrozen')
}

/** 'YYYY-MM-DDTHH:MM' on the wall clock of both countries. */
export function instantOf(local: string): Date {
  return new Date(`${local}:00+05:00`)
}

export function inLanguage(text: Trilingual, locale: Locale): string {
  return text[locale]
}

const letters: Record<Choice, string> = { FOR: 'F', AGAINST: 'N', ABSTAIN: 'A' }
const choiceOfLetter: Record<string, Choice> = { F: 'FOR', N: 'AGAINST', A: 'ABSTAIN' }

/** One letter per question in the order of the agenda; every question has exactly one answer. */
export function lettersOf(agenda: readonly string[], answers: readonly { itemId: string; choice: Choice }[]): string {
  const given = new Map(answers.map(answer => [answer.itemId, answer.choice]))
  if (given.size !== answers.length || given.size !== agenda.length) throw invalid('meetings.answersIncomplete')
  return agenda.map(itemId => {
    const choice = given.get(itemId)
    if (choice === undefined) throw invalid('meetings.answersIncomplete')
    return letters[choice]
  }).join('')
}

export function choicesOf(text: string): Choice[] {
  return [...text].map(letter => {
    const choice = choiceOfLetter[letter]
    if (choice === undefined) throw new TypeError(`not a choice: ${letter}`)
    return choice
  })
}

/** Weight in the unit people know: m² with two decimals, or votes. */
export function weightDecimal(weight: bigint, denominator: bigint): Decimal {
  return decimalOf({ numerator: weight, denominator }, 2)
}

/** Share in percent with two decimals, for showing only. */
export function sharePercent(part: bigint, whole: bigint): Decimal {
  return whole === 0n ? '0' : decimalOf({ numerator: part * 100n, denominator: whole }, 2)
}
