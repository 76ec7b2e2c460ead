// What a request may become, until when, and when two people mean the same thing.
import { addWorkingDays, isWorkingDay, nextWorkingDay, type WorkingCalendar } from '#server/kernel/calendar.ts'
import { addDays, addPeriods, compareDates, daysInPeriod, localDateOf, localMinutesOf, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'

/** The lifecycle of uzbekistan.md 2.6.1. An executor can only report done; closing is the resident's, or silence's. */
export const requestMachine = defineMachine({
  initial: 'RECEIVED',
  final: ['CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED'],
  moves: [
    ['RECEIVED', 'register', 'REGISTERED'],
    ['REGISTERED', 'assign', 'ROUTED'], ['ROUTED', 'assign', 'ROUTED'], ['IN_WORK', 'assign', 'ROUTED'], ['EXTENDED', 'assign', 'ROUTED'], ['REOPENED', 'assign', 'ROUTED'],
    ['ROUTED', 'start', 'IN_WORK'], ['REOPENED', 'start', 'IN_WORK'],
    ['ROUTED', 'extend', 'EXTENDED'], ['IN_WORK', 'extend', 'EXTENDED'], ['REGISTERED', 'extend', 'EXTENDED'],
    ['ROUTED', 'reportDone', 'DONE_BY_EXECUTOR'], ['IN_WORK', 'reportDone', 'DONE_BY_EXECUTOR'], ['EXTENDED', 'reportDone', 'DONE_BY_EXECUTOR'], ['REOPENED', 'reportDone', 'DONE_BY_EXECUTOR'],
    ['REGISTERED', 'answer', 'ANSWERED'], ['ROUTED', 'answer', 'ANSWERED'], ['IN_WORK', 'answer', 'ANSWERED'], ['EXTENDED', 'answer', 'ANSWERED'],
    ['REOPENED', 'answer', 'ANSWERED'], ['DONE_BY_EXECUTOR', 'answer', 'ANSWERED'],
    ['DONE_BY_EXECUTOR', 'accept', 'CLOSED'], ['ANSWERED', 'accept', 'CLOSED'],
    ['DONE_BY_EXECUTOR', 'reject', 'REOPENED'], ['ANSWERED', 'reject', 'REOPENED'],
    ['DONE_BY_EXECUTOR', 'silence', 'CLOSED'], ['ANSWERED', 'silence', 'CLOSED'],
    ['REGISTERED', 'transfer', 'FORWARDED_OUT'], ['ROUTED', 'transfer', 'FORWARDED_OUT'],
    ['REGISTERED', 'decline', 'NOT_CONSIDERED'], ['RECEIVED', 'decline', 'NOT_CONSIDERED'],
  ],
})
export type RequestState = (typeof requestMachine.states)[number]
export type RequestMove = (typeof requestMachine.events)[number]

/** Traces that leave the state as it is. */
export const remarks = ['file', 'join'] as const
export type Remark = (typeof remarks)[number]

export function isOpen(state: string): boolean {
  return !requestMachine.final.some(each => each === state)
}

/** The own promise of the service has passed and nobody has said 'done' or answered; told by the day, a promise till midnight belongs to the day before. */
export function promiseBroken({ state, serviceDueAt }: { readonly state: string; readonly serviceDueAt: Date }, today: LocalDate): boolean {
  return isOpen(state) && state !== 'DONE_BY_EXECUTOR' && state !== 'ANSWERED' && localDateOf(new Date(serviceDueAt.getTime() - 1)) < today
}

/** The state is nothing but the fold of the events. */
export function foldEvents(events: readonly string[]): RequestState {
  return events.reduce<RequestState>((state, event) => {
    const move = requestMachine.events.find(each => each === event)
    return move === undefined ? state : requestMachine.next(state, move)
  }, requestMachine.initial)
}

export const categories = ['WATER', 'HEATING', 'ELECTRICITY', 'GAS', 'SEWERAGE', 'LIFT', 'ROOF', 'CLEANING', 'WASTE', 'DOORS', 'YARD', 'NOISE', 'BILL', 'OTHER'] as const
export type Category = (typeof categories)[number]
export const places = ['FLAT', 'ENTRANCE', 'LIFT', 'BASEMENT', 'ROOF', 'FACADE', 'YARD'] as const
export type Place = (typeof places)[number]
export const kinds = ['APPLICATION', 'COMPLAINT', 'PROPOSAL'] as const
export type RequestKind = (typeof kinds)[number]

export type CategoryFacts = { readonly category: Category; readonly emergencyPossible: boolean; readonly places: readonly Place[] }

export type TermUnit = 'MINUTES' | 'HOURS' | 'CALENDAR_DAYS' | 'WORKING_DAYS' | 'MONTHS'
export type RequestTerm = {
  readonly amount: number
  readonly unit: TermUnit
  /** An end on a rest day goes to the next working day; null: the law was not read on this, both ends are shown. */
  readonly endMoves: boolean | null
  readonly ground: string
  readonly verified: boolean
}

export type DueDates = { readonly dueOn: LocalDate; readonly dueOnIfMoved: LocalDate; readonly moves: boolean | null; readonly ground: string; readonly verified: boolean }

/** When a request came and by when it is answered: by the law, and by what the service promised. */
export type Terms = {
  receivedAt: Date
  registeredOn: string
  dueOn: string
  dueOnIfMoved: string
  dueMoves: boolean | null
  dueVerified: boolean
  dueGround: string
  extendedTo: string | null
  serviceDueAt: Date
  emergency: boolean
}

/** The last day of a term counted from the day of receipt. */
export function dueDates(from: LocalDate, term: RequestTerm, calendar: WorkingCalendar): DueDates {
  const dueOn = endOf(from, term, calendar)
  return { dueOn, dueOnIfMoved: nextWorkingDay(dueOn, calendar), moves: term.endMoves, ground: term.ground, verified: term.verified }
}

/** The day that is promised: the moved one only where the law is known to move it. */
export function effectiveDue(due: { readonly dueOn: LocalDate; readonly dueOnIfMoved: LocalDate; readonly moves: boolean | null }): LocalDate {
  return due.moves === true ? due.dueOnIfMoved : due.dueOn
}

export function endOf(from: LocalDate, term: Pick<RequestTerm, 'amount' | 'unit'>, calendar: WorkingCalendar): LocalDate {
  if (term.unit === 'WORKING_DAYS') return addWorkingDays(from, term.amount, calendar)
  if (term.unit === 'CALENDAR_DAYS') return addDays(from, term.amount)
  if (term.unit === 'MONTHS') return addMonths(from, term.amount)
  throw new RangeError(`${term.unit} do not end on a day`)
}

function addMonths(from: LocalDate, months: number): LocalDate {
  const period = addPeriods(periodOf(from), months)
  return `${period}-${String(Math.min(Number(from.slice(8, 10)), daysInPeriod(period))).padStart(2, '0')}`
}

const minute = 60_000
const zoneMinutes = 300

/** When the service has promised to be there, as an instant in milliseconds: a day's promise ends at its midnight. */
export function serviceDueAt(receivedAt: Date, term: RequestTerm, calendar: WorkingCalendar): number {
  if (term.unit === 'MINUTES') return receivedAt.getTime() + term.amount * minute
  if (term.unit === 'HOURS') return receivedAt.getTime() + term.amount * 60 * minute
  const day = dueDates(localDateOf(receivedAt, zoneMinutes), term, calendar)
  return Date.parse(`${addDays(effectiveDue({ dueOn: day.dueOn, dueOnIfMoved: day.dueOnIfMoved, moves: day.moves }), 1)}T00:00:00Z`) - zoneMinutes * minute
}

const officeCloses = 18 * 60

/** Registered the same day; after hours and on rest days the next working day (ZRU-445). An emergency does not wait. */
export function registeredOn(receivedAt: Date, emergency: boolean, calendar: WorkingCalendar): LocalDate {
  const day = localDateOf(receivedAt, zoneMinutes)
  if (emergency) return day
  const closed = localMinutesOf(receivedAt, zoneMinutes) >= officeCloses
  return isWorkingDay(day, calendar) && !closed ? day : nextWorkingDay(addDays(day, 1), calendar)
}

/** Of several rows that fit, the most particular and the latest. */
export function chooseTerm<Row extends RequestTerm & { readonly category: string; readonly kind: string; readonly emergency: boolean; readonly validFrom: LocalDate }>(
  rows: readonly Row[], request: { readonly category: string; readonly kind: string; readonly emergency: boolean; readonly on: LocalDate }): Row | null {
  const fitting = rows.filter(row => (row.category === '' || row.category === request.category) && (row.kind === '' || row.kind === request.kind)
    && (!row.emergency || request.emergency) && compareDates(row.validFrom, request.on) <= 0)
  const weight = (row: Row) => (row.emergency ? 4 : 0) + (row.category === '' ? 0 : 2) + (row.kind === '' ? 0 : 1)
  return fitting.toSorted((a, b) => weight(b) - weight(a) || compareDates(b.validFrom, a.validFrom))[0] ?? null
}

/** Neighbours mean the same thing when category and place are the same within two days. */
export const sameWithinHours = 48

/** Signs of danger in the three languages: then the emergency question is asked even before it is found. */
const dangerWords = /газ[а-яёәіңғүұқөһ]* (?:иіс|шық|пахн)|пахнет газом|запах газа|газ иіс|gaz hidi|затап|заливает|топит|прорв|су басты|su bos|искр|ұшқын|uchqun|застрял|тұрып қал|qolib ket/iu

export function soundsDangerous(text: string): boolean {
  return dangerWords.test(text)
}

/** What is said at once, before anything is sent: gas is told to leave and call, the rest to mark an emergency. */
export function urgencyOf(request: { readonly text: string; readonly category: string; readonly emergency: boolean }): 'GAS' | 'URGENT' | null {
  const gas = request.category === 'GAS'
  if (gas && (request.emergency || soundsDangerous(request.text))) return 'GAS'
  return soundsDangerous(request.text) && !request.emergency ? 'URGENT' : null
}

/** The category that the first words suggest; the person decides. */
const hints: readonly (readonly [Category, RegExp])[] = [
  ['GAS', /газ|gaz/iu],
  ['LIFT', /лифт|lift/iu],
  ['HEATING', /отоплен|батаре|жылу|жылыт|isit|radiator/iu],
  ['ELECTRICITY', /свет|электр|лампоч|жарық|шам|chiroq|elektr|tok /iu],
  ['SEWERAGE', /канализац|засор|кәріз|kanaliz|oqova/iu],
  ['ROOF', /крыш|кровл|шатыр|tom /iu],
  ['WATER', /вод|кран|труб|су |құбыр|suv|quvur/iu],
  ['WASTE', /мусор|қоқыс|chiqindi|axlat/iu],
  ['CLEANING', /уборк|грязн|тазала|лас|tozala|iflos/iu],
  ['DOORS', /двер|домофон|есік|eshik/iu],
  ['NOISE', /шум|шу |shovqin/iu],
  ['BILL', /счет|счёт|квитанц|түбіртек|kvitansiya|hisob/iu],
  ['YARD', /двор|парковк|аула|hovli/iu],
]

export function suggestCategory(text: string): Category | null {
  return hints.find(([, pattern]) => pattern.test(text))?.[0] ?? null
}
