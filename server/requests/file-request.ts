import 'server-only'
import { record } from '#server/audit/record.ts'
import { storeFile } from '#server/documents/store-file.ts'
import type { Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, DomainError, invalid } from '#server/kernel/errors.ts'
import { normaliseUz } from '#server/kernel/text.ts'
import { requestFiled, type RequestAnnounced } from '#server/requests/events.ts'
import { canFileRequest, type Side } from '#server/requests/policy.ts'
import { houseForFiling } from '#server/requests/queries.ts'
import { dueDates, registeredOn, requestMachine, serviceDueAt, type DueDates, type RequestState } from '#server/requests/rules.ts'
import type { FiledRequest, FileRequestInput } from '#server/requests/schema.ts'
import { categoryFacts, termFor, workingCalendar } from '#server/requests/terms/queries.ts'
import { appendEvent } from '#server/requests/timeline/queries.ts'

type Filing = { premisesId: string; side: Side; country: string; contentHash: string; due: DueDates; serviceDueAt: Date; registeredOn: string; state: RequestState }

/** A request from the phone or through the desk. The same id and content again is the same request, however often it arrives. */
export async function fileRequest(ctx: Context, given: FileRequestInput): Promise<FiledRequest> {
  const input = { ...given, text: normaliseUz(given.text) }
  const premisesId = input.onBehalfOf?.premisesId ?? input.premisesId ?? null
  const house = await houseForFiling(ctx.db, input.buildingId, premisesId)
  const side = canFileRequest(house, input.onBehalfOf !== undefined)
  if (premisesId === null) throw invalid('requests.premisesMissing')
  const contentHash = sha256(JSON.stringify([input.buildingId, premisesId, input.category, input.place, input.entrance ?? null, input.emergency, input.text, input.photos.map(sha256)]))
  const stored = await claimId(ctx, input, { premisesId, contentHash })
  if (stored) return stored
  await assertMeaning(ctx, input)
  const filing = { premisesId, side, country: house.country, contentHash, ...(await termsOf(ctx, input, house.country)) }
  await insertDetails(ctx, input, filing)
  const number = await insertRequest(ctx, input, filing)
  const about = { buildingId: input.buildingId, requestId: input.requestId }
  await appendEvent(ctx, about, { seq: 1, event: 'file', state: requestMachine.initial, side, note: '', params: { number: String(number) } })
  if (filing.state === 'REGISTERED') await appendEvent(ctx, about, { seq: 2, event: 'register', state: 'REGISTERED', side: 'SYSTEM', note: '', params: { number: String(number) } })
  await keepPhotos(ctx, input, premisesId)
  await trace(ctx, input, { ...filing, number })
  const filed = await filedRequest(ctx, input.requestId)
  if (!filed) throw new Error('a request just filed is not there')
  return filed
}

/** Null: the id is ours now. Otherwise what it already names; the unique key makes a parallel copy wait for the first. */
async function claimId(ctx: Context, input: FileRequestInput, claim: { premisesId: string; contentHash: string }): Promise<FiledRequest | null> {
  const claimed = await ctx.db.$executeRaw`insert into request_ids (request_id, building_id, premises_id, content_hash)
    values (${input.requestId}::uuid, ${input.buildingId}::uuid, ${claim.premisesId}::uuid, ${claim.contentHash}) on conflict do nothing`
  if (claimed === 1) return null
  const rows = await ctx.db.$queryRaw<{ contentHash: string }[]>`select content_hash::text as "contentHash" from request_ids where request_id = ${input.requestId}::uuid`
  const stored = rows[0]?.contentHash === claim.contentHash ? await filedRequest(ctx, input.requestId) : null
  if (!stored) throw conflict('requests.requestIdTaken')
  return stored
}

async function filedRequest(ctx: Context, requestId: string): Promise<FiledRequest | null> {
  const rows = await ctx.db.$queryRaw<FiledRequest[]>`
    select r.request_id as "requestId", r.building_id as "buildingId", r.number, r.state, r.received_at as "receivedAt", r.registered_on::text as "registeredOn", r.due_on::text as "dueOn",
      r.due_on_if_moved::text as "dueOnIfMoved", r.due_moves as "dueMoves", r.due_verified as "dueVerified", r.service_due_at as "serviceDueAt", r.emergency
    from request_ids i join requests r on r.building_id = i.building_id and r.request_id = i.request_id where i.request_id = ${requestId}::uuid`
  return rows[0] ?? null
}

async function assertMeaning(ctx: Context, input: FileRequestInput): Promise<void> {
  if (input.text === '' && input.photos.length === 0) throw invalid('requests.sayOrShow')
  const facts = (await categoryFacts(ctx.db, ctx.today)).find(each => each.category === input.category)
  if (!facts) throw invalid('requests.categoryClosed')
  if (!facts.places.includes(input.place)) throw invalid('requests.placeDoesNotFit')
  if (input.emergency && !facts.emergencyPossible) throw invalid('requests.noEmergencyHere')
}

async function termsOf(ctx: Context, input: FileRequestInput, country: string): Promise<Pick<Filing, 'due' | 'serviceDueAt' | 'registeredOn' | 'state'>> {
  const question = { country, category: input.category, kind: input.kind, emergency: input.emergency, on: ctx.today }
  const calendar = await workingCalendar(ctx.db, country, ctx.today)
  const registered = registeredOn(ctx.now, input.emergency, calendar)
  return {
    due: dueDates(ctx.today, await termFor(ctx.db, 'ANSWER', question), calendar),
    serviceDueAt: new Date(serviceDueAt(ctx.now, await termFor(ctx.db, 'SERVICE', question), calendar)),
    registeredOn: registered, state: registered === ctx.today ? 'REGISTERED' : 'RECEIVED',
  }
}

async function insertDetails(ctx: Context, input: FileRequestInput, { premisesId, side }: Filing): Promise<void> {
  await ctx.db.$executeRaw`insert into request_details (building_id, request_id, premises_id, person_id, filed_by, channel, caller_name, on_behalf_reason, locale, text, submitted_at)
    values (${input.buildingId}::uuid, ${input.requestId}::uuid, ${premisesId}::uuid, ${side === 'RESIDENT' ? ctx.actor.personId : null}::uuid, ${ctx.actor.personId}::uuid,
      ${side === 'RESIDENT' ? 'PWA' : 'PHONE'}, ${input.onBehalfOf?.callerName ?? ''}, ${input.onBehalfOf?.reason ?? ''}, ${ctx.locale}, ${input.text}, ${new Date(input.submittedAt)})`
}

/** Numbers run without gaps per house: one filing at a time takes the next. */
async function insertRequest(ctx: Context, input: FileRequestInput, { due, ...filing }: Filing): Promise<number> {
  await ctx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${input.buildingId}, 13))`
  const rows = await ctx.db.$queryRaw<{ number: number }[]>`
    insert into requests (building_id, request_id, number, category, kind, place, entrance, floor, emergency, state, received_at, registered_on, due_on, due_on_if_moved, due_moves,
      due_verified, due_ground, service_due_at)
    select ${input.buildingId}::uuid, ${input.requestId}::uuid, coalesce((select max(number) from requests where building_id = ${input.buildingId}::uuid), 0) + 1, ${input.category}, ${input.kind},
      ${input.place}, ${input.entrance ?? null}, ${input.floor ?? null}, ${input.emergency}, ${filing.state}, app.now(), ${filing.registeredOn}::date, ${due.dueOn}::date,
      ${due.dueOnIfMoved}::date, ${due.moves}, ${due.verified}, ${due.ground}, ${filing.serviceDueAt}
    returning number`
  const number = rows[0]?.number
  if (number === undefined) throw new Error('a request got no number')
  return number
}

/** A photo that cannot be read must not cost the request: it is left out. */
async function keepPhotos(ctx: Context, input: FileRequestInput, premisesId: string): Promise<void> {
  for (const photo of input.photos) {
    try {
      await storeFile(ctx, { buildingId: input.buildingId, premisesId, kind: 'REQUEST_PHOTO', subjectType: 'request', subjectId: input.requestId, bytes: Buffer.from(photo, 'base64') })
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'invalid') throw error
    }
  }
}

async function trace(ctx: Context, input: FileRequestInput, { premisesId, side, number, due, state }: Filing & { number: number }): Promise<void> {
  const { photos, onBehalfOf, ...said } = input
  await record(ctx, {
    action: 'requests.fileRequest', buildingId: input.buildingId, premisesId, subjectType: 'request', subjectId: input.requestId,
    after: { ...said, photos: photos.length, number, side, onBehalfOf }, ...(onBehalfOf ? { ground: `${onBehalfOf.callerName}: ${onBehalfOf.reason}` } : {}),
  })
  const payload: RequestAnnounced = {
    requestId: input.requestId, number, category: input.category, place: input.place, emergency: input.emergency, state, event: 'file', seq: 1, note: '', dueOn: due.dueOn, extendedTo: null,
    silenceEndsOn: null, personIds: side === 'RESIDENT' && ctx.actor.personId ? [ctx.actor.personId] : [], premisesIds: [premisesId], executorOrganisationId: null,
  }
  await emit(ctx, { name: requestFiled, buildingId: input.buildingId, payload })
}
