import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { normaliseUz } from '#server/kernel/text.ts'
import { requestMoved, requestPassedToSupplier, type RequestAnnounced } from '#server/requests/events.ts'
import type { MayMove, Side } from '#server/requests/policy.ts'
import { requestForMove, waitingPeople, type MovableRequest } from '#server/requests/queries.ts'
import { endOf, requestMachine, type RequestMove, type RequestState } from '#server/requests/rules.ts'
import { termFor, workingCalendar } from '#server/requests/terms/queries.ts'
import { appendEvent } from '#server/requests/timeline/queries.ts'

export type Move = {
  move: RequestMove
  may: MayMove
  note?: string
  /** Small facts for the sentence of the timeline: names of bodies and days, never of persons. */
  params?: Record<string, string>
  onBehalf?: { callerName: string; reason: string } | undefined
  executorOrganisationId?: string
  extendedTo?: string
  toSupplier?: boolean
}
export type Moved = { requestId: string; number: number; state: RequestState; dueOn: string; silenceEndsOn: string | null }

/** Every step of a request: authorised, moved by the table, written as an event, traced, announced. The term of the law never moves. */
export async function moveRequest(ctx: Context, request: { buildingId: string; requestId: string }, given: Move): Promise<Moved> {
  const step = { ...given, note: normaliseUz(given.note ?? '') }
  await ctx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${request.requestId}, 12))`
  const before = await requestForMove(ctx.db, request)
  const side = step.may(ctx.actor, { reach: before.reach, onBehalf: step.onBehalf !== undefined })
  const registered = await registerFirst(ctx, before, side)
  const state = requestMachine.next(registered.state, step.move)
  const silenceEndsOn = state === 'DONE_BY_EXECUTOR' || state === 'ANSWERED' ? await silenceEnd(ctx, before) : null
  const extendedTo = step.extendedTo ?? before.extendedTo
  await appendEvent(ctx, before, { seq: registered.lastSeq + 1, event: step.move, state, side, note: step.note, params: step.params ?? {} })
  await ctx.db.$executeRaw`update requests set state = ${state}, changed_at = app.now(), silence_ends_on = ${silenceEndsOn}::date, extended_to = ${extendedTo}::date,
      executor_organisation_id = coalesce(${step.executorOrganisationId ?? null}::uuid, executor_organisation_id)
    where building_id = ${before.buildingId}::uuid and request_id = ${before.requestId}::uuid`
  await record(ctx, {
    action: `requests.${step.move}`, buildingId: before.buildingId, premisesId: before.premisesId, subjectType: 'request', subjectId: before.requestId,
    before: { state: before.state, extendedTo: before.extendedTo }, after: { state, extendedTo, note: step.note, executorOrganisationId: step.executorOrganisationId, onBehalf: step.onBehalf },
    ...(step.onBehalf ? { ground: `${step.onBehalf.callerName}: ${step.onBehalf.reason}` } : {}),
  })
  await announce(ctx, before, { ...step, state, seq: registered.lastSeq + 1, silenceEndsOn, extendedTo })
  return { requestId: before.requestId, number: before.number, state, dueOn: before.dueOn, silenceEndsOn }
}

// A request that came after hours is registered at the first touch of the desk.
async function registerFirst(ctx: Context, request: MovableRequest, side: Side): Promise<{ state: RequestState; lastSeq: number }> {
  if (request.state !== 'RECEIVED' || side !== 'STAFF') return request
  const state = requestMachine.next(request.state, 'register')
  await appendEvent(ctx, request, { seq: request.lastSeq + 1, event: 'register', state, side: 'STAFF', note: '', params: { number: String(request.number) } })
  return { state, lastSeq: request.lastSeq + 1 }
}

async function silenceEnd(ctx: Context, request: MovableRequest): Promise<string> {
  const { country, category, kind, emergency } = request
  const term = await termFor(ctx.db, 'SILENCE', { country, category, kind, emergency, on: ctx.today })
  return endOf(ctx.today, term, await workingCalendar(ctx.db, country, ctx.today))
}

type Announced = Omit<Move, 'extendedTo'> & { state: RequestState; seq: number; silenceEndsOn: string | null; extendedTo: string | null }

async function announce(ctx: Context, request: MovableRequest, step: Announced): Promise<void> {
  const payload: RequestAnnounced = {
    requestId: request.requestId, number: request.number, category: request.category, place: request.place, emergency: request.emergency, state: step.state, event: step.move,
    seq: step.seq, note: step.note ?? '', dueOn: request.dueOn, extendedTo: step.extendedTo, silenceEndsOn: step.silenceEndsOn, executorOrganisationId: step.executorOrganisationId ?? null,
    ...(await waitingPeople(ctx, request)),
  }
  await emit(ctx, { name: step.toSupplier ? requestPassedToSupplier : requestMoved, buildingId: request.buildingId, payload })
}
