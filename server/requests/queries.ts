import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { Db } from '#server/infra/db.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { FileReach, RequestReach } from '#server/requests/policy.ts'
import { sameWithinHours, type Category, type Place, type RequestKind, type RequestState, type Terms } from '#server/requests/rules.ts'
import type { QueueInput } from '#server/requests/schema.ts'

export type HouseFacts = { readonly buildingId: string; readonly country: string }

export async function houseForFiling(db: Db, buildingId: string, premisesId: string | null): Promise<HouseFacts & FileReach> {
  const rows = await db.$queryRaw<(HouseFacts & FileReach)[]>`
    select b.building_id as "buildingId", b.country::text as country,
      exists (select 1 from premises p where p.building_id = b.building_id and p.premises_id = ${premisesId}::uuid and p.premises_id = any(auth.premises('{request.file}'))) as lives,
      (auth.reaches('{request.file}', b.building_id) or auth.service_has('{seed}'))
        and exists (select 1 from premises p where p.building_id = b.building_id and p.premises_id = ${premisesId}::uuid) as "mayFileForOthers"
    from buildings b where b.building_id = ${buildingId}::uuid`
  if (!rows[0]) throw notFound()
  return rows[0]
}

/** What the whole house may see of a request. */
export type BoardRow = Terms & {
  buildingId: string
  requestId: string
  number: number
  category: Category
  kind: RequestKind
  place: Place
  entrance: number | null
  floor: number | null
  state: RequestState
  silenceEndsOn: string | null
  joined: number
  mine: boolean
  joinedByMe: boolean
}

type Which = { buildingId?: string; requestId?: string; category?: string; place?: string; premises?: string[] | null; open?: boolean; hours?: number | null; limit?: number }

async function boardRows(db: Db, which: Which): Promise<BoardRow[]> {
  const { buildingId = null, requestId = null, category = null, place = null, premises = null, open = false, hours = null, limit = 100 } = which
  return db.$queryRaw<BoardRow[]>`
    select r.building_id as "buildingId", r.request_id as "requestId", r.number, r.category, r.kind, r.place, r.entrance, r.floor, r.emergency, r.state,
      r.received_at as "receivedAt", r.registered_on::text as "registeredOn", r.due_on::text as "dueOn", r.due_on_if_moved::text as "dueOnIfMoved", r.due_moves as "dueMoves",
      r.due_verified as "dueVerified", r.due_ground as "dueGround", r.extended_to::text as "extendedTo", r.service_due_at as "serviceDueAt", r.silence_ends_on::text as "silenceEndsOn",
      r.joined, m.mine, j.joined as "joinedByMe"
    from requests r
    cross join lateral (select exists (select 1 from request_details d where d.building_id = r.building_id and d.request_id = r.request_id
      and d.premises_id = any(auth.premises('{request.file}'))) as mine) m
    cross join lateral (select exists (select 1 from request_joins j where j.building_id = r.building_id and j.request_id = r.request_id
      and j.premises_id = any(auth.premises('{request.file}'))) as joined) j
    where (${buildingId}::uuid is null or r.building_id = ${buildingId}::uuid) and (${requestId}::uuid is null or r.request_id = ${requestId}::uuid)
      and (${category}::text is null or r.category = ${category}) and (${place}::text is null or r.place = ${place})
      and (not ${open} or r.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED'))
      and (${hours}::int is null or r.received_at > app.now() - make_interval(hours => ${hours}))
      and (${premises}::uuid[] is null or m.mine or j.joined)
    order by r.state in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED'), r.emergency desc, r.received_at desc limit ${limit}`
}

function myPremises(ctx: Context): string[] {
  return ctx.actor.grants.filter(grant => grant.scopeType === 'UNIT' && grant.rights.includes('request.file')).map(grant => grant.premisesId).filter(each => each !== null)
}

/** What I or my flat asked for, and what I joined. */
export async function listMine(ctx: Context): Promise<BoardRow[]> {
  const premises = myPremises(ctx)
  return premises.length === 0 ? [] : boardRows(ctx.db, { premises })
}

// Far more than a house ever has open: the oldest are the overdue ones, and a council must see them all.
const mostOpen = 1000

/** Open requests of a house, without persons. */
export async function listOfHouse(ctx: Context, buildingId: string): Promise<BoardRow[]> {
  await assertHouse(ctx.db, buildingId)
  return boardRows(ctx.db, { buildingId, open: true, limit: mostOpen })
}

/** Did neighbours say the same in the last two days? */
export async function listSimilar(ctx: Context, input: { buildingId: string; category: string; place: string }): Promise<BoardRow[]> {
  await assertHouse(ctx.db, input.buildingId)
  return boardRows(ctx.db, { ...input, open: true, hours: sameWithinHours, limit: 5 })
}

async function assertHouse(db: Db, buildingId: string): Promise<void> {
  const rows = await db.$queryRaw<{ found: boolean }[]>`select exists (select 1 from buildings where building_id = ${buildingId}::uuid) as found`
  if (!rows[0]?.found) throw notFound()
}

/** The flats from which this person may ask, with the entrances of their houses: what a form must know, also without a network. */
export type AskingPlace = { buildingId: string; premisesId: string; house: string; flat: string; entrance: number | null; floor: number | null; country: string }

export async function askingPlaces(ctx: Context): Promise<AskingPlace[]> {
  const premises = myPremises(ctx)
  if (premises.length === 0) return []
  return ctx.db.$queryRaw<AskingPlace[]>`
    select p.building_id as "buildingId", p.premises_id as "premisesId", b.name as house, p.number as flat, p.entrance, p.floor, b.country::text as country
    from premises p join buildings b on b.building_id = p.building_id where p.premises_id = any(${premises}::uuid[]) order by b.name, length(p.number), p.number`
}

export type TimelineEntry = { seq: number; at: Date; event: string; toState: RequestState; side: string; note: string; params: Record<string, string> }
export type RequestDetails = { premisesId: string; flat: string; text: string; channel: string; callerName: string; onBehalfReason: string; locale: string; photoIds: string[] }
export type RequestView = { request: BoardRow; details: RequestDetails | null; timeline: TimelineEntry[]; executor: string | null; reach: RequestReach }

export async function requestView(ctx: Context, input: { buildingId: string; requestId: string }): Promise<RequestView> {
  const request = (await boardRows(ctx.db, input))[0]
  if (!request) throw notFound('requests.notFound')
  const details = await ctx.db.$queryRaw<RequestDetails[]>`
    select d.premises_id as "premisesId", p.number as flat, d.text, d.channel, d.caller_name as "callerName", d.on_behalf_reason as "onBehalfReason", d.locale,
      array(select f.file_id::text from stored_files f where f.building_id = d.building_id and f.subject_type = 'request' and f.subject_id = d.request_id::text order by f.created_at, f.file_id) as "photoIds"
    from request_details d join premises p on p.building_id = d.building_id and p.premises_id = d.premises_id
    where d.building_id = ${input.buildingId}::uuid and d.request_id = ${input.requestId}::uuid`
  const timeline = await ctx.db.$queryRaw<TimelineEntry[]>`
    select seq, at, event, to_state as "toState", side, note, params from request_events
    where building_id = ${input.buildingId}::uuid and request_id = ${input.requestId}::uuid order by seq`
  const { reach, executor } = await requestForMove(ctx.db, input)
  return { request, details: details[0] ?? null, timeline, executor, reach }
}

export type MovableRequest = {
  buildingId: string
  requestId: string
  number: number
  country: string
  category: Category
  kind: RequestKind
  place: Place
  emergency: boolean
  state: RequestState
  receivedOn: string
  dueOn: string
  extendedTo: string | null
  premisesId: string | null
  executor: string | null
  lastSeq: number
  reach: RequestReach
}

type MovableRow = Omit<MovableRequest, 'reach'> & RequestReach

export async function requestForMove(db: Db, input: { buildingId: string; requestId: string }): Promise<MovableRequest> {
  const rows = await db.$queryRaw<MovableRow[]>`
    select r.building_id as "buildingId", r.request_id as "requestId", r.number, b.country::text as country, r.category, r.kind, r.place, r.emergency, r.state,
      (r.received_at at time zone interval '5 hours')::date::text as "receivedOn", r.due_on::text as "dueOn", r.extended_to::text as "extendedTo",
      d.premises_id as "premisesId", o.name as executor,
      coalesce((select max(e.seq) from request_events e where e.building_id = r.building_id and e.request_id = r.request_id), 0) as "lastSeq",
      coalesce(d.premises_id = any(auth.premises('{request.file}')), false) as mine,
      d.request_id is not null and auth.reaches('{request.answer}', r.building_id) as "mayAnswer",
      d.request_id is not null and auth.reaches('{request.execute}', r.building_id) as "mayExecute"
    from requests r join buildings b on b.building_id = r.building_id
    left join request_details d on d.building_id = r.building_id and d.request_id = r.request_id
    left join organisations o on o.organisation_id = r.executor_organisation_id
    where r.building_id = ${input.buildingId}::uuid and r.request_id = ${input.requestId}::uuid`
  const row = rows[0]
  if (!row) throw notFound('requests.notFound')
  const { mine, mayAnswer, mayExecute, ...request } = row
  return { ...request, reach: { mine, mayAnswer, mayExecute } }
}

export type QueueRow = BoardRow & { premisesId: string; house: string; flat: string; text: string; overdue: boolean; executor: string | null }

const pageSize = 40

/** What waits for this desk, the most urgent first. */
export async function staffQueue(ctx: Context, { only, page }: QueueInput): Promise<{ rows: QueueRow[]; total: number }> {
  const organisations = ctx.actor.grants.filter(grant => grant.scopeType === 'ORGANISATION').map(grant => grant.scopeId)
  const rows = await ctx.db.$queryRaw<(QueueRow & { total: bigint })[]>`
    select r.building_id as "buildingId", r.request_id as "requestId", r.number, r.category, r.kind, r.place, r.entrance, r.floor, r.emergency, r.state,
      r.received_at as "receivedAt", r.registered_on::text as "registeredOn", r.due_on::text as "dueOn", r.due_on_if_moved::text as "dueOnIfMoved", r.due_moves as "dueMoves",
      r.due_verified as "dueVerified", r.due_ground as "dueGround", r.extended_to::text as "extendedTo", r.service_due_at as "serviceDueAt", r.silence_ends_on::text as "silenceEndsOn",
      r.joined, false as mine, false as "joinedByMe", p.premises_id as "premisesId", b.name as house, p.number as flat, left(d.text, 160) as text, o.name as executor,
      coalesce(r.extended_to, r.due_on) < app.today() and r.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED') as overdue, count(*) over () as total
    from requests r join buildings b on b.building_id = r.building_id
    join request_details d on d.building_id = r.building_id and d.request_id = r.request_id
    join premises p on p.building_id = d.building_id and p.premises_id = d.premises_id
    left join organisations o on o.organisation_id = r.executor_organisation_id
    where r.building_id = any((select auth.buildings('{request.answer,request.execute}'))::uuid[])
      and (${only} = 'ALL' or r.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED'))
      and (${only} <> 'OVERDUE' or coalesce(r.extended_to, r.due_on) < app.today())
      and (${only} <> 'EMERGENCY' or r.emergency)
      and (${only} <> 'MINE' or r.executor_organisation_id::text = any(${organisations}::text[]))
    order by r.emergency desc, r.state in ('DONE_BY_EXECUTOR', 'ANSWERED'), coalesce(r.extended_to, r.due_on), r.received_at
    limit ${pageSize} offset ${(page - 1) * pageSize}`
  return { rows: rows.map(({ total: _, ...row }) => row), total: Number(rows[0]?.total ?? 0) }
}

/** Organisations to which a request of the house may be given: its managers and its country's suppliers. */
export async function executorsOf(ctx: Context, buildingId: string): Promise<{ organisationId: string; name: string; kind: string }[]> {
  return ctx.db.$queryRaw<{ organisationId: string; name: string; kind: string }[]>`
    select distinct o.organisation_id as "organisationId", o.name, o.kind from organisations o join buildings b on b.building_id = ${buildingId}::uuid
    where o.country = b.country and (o.kind = 'SUPPLIER' or exists (select 1 from building_managements m where m.building_id = b.building_id and m.organisation_id = o.organisation_id
      and m.valid_from <= app.today() and coalesce(m.valid_to, 'infinity') >= app.today()))
    order by o.kind, o.name`
}

/** Figures of a house for its council and people: no persons. */
export async function countsOf(ctx: Context, buildingId: string): Promise<{ open: number; overdue: number; emergencies: number }> {
  await assertHouse(ctx.db, buildingId)
  const rows = await ctx.db.$queryRaw<{ open: number; overdue: number; emergencies: number }[]>`
    select count(*)::int as open, count(*) filter (where coalesce(extended_to, due_on) < app.today())::int as overdue, count(*) filter (where emergency)::int as emergencies
    from requests where building_id = ${buildingId}::uuid and state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED')`
  return rows[0] ?? { open: 0, overdue: 0, emergencies: 0 }
}

/** Everybody who waits for a word on a request; read by a machine actor because neighbours do not see each other. */
export async function waitingPeople(ctx: Context, input: { buildingId: string; requestId: string }): Promise<{ personIds: string[]; premisesIds: string[] }> {
  const rows = await asService(ctx, 'worker', inner => inner.db.$queryRaw<{ personId: string | null; premisesId: string }[]>`
    select person_id as "personId", premises_id as "premisesId" from request_details where building_id = ${input.buildingId}::uuid and request_id = ${input.requestId}::uuid
    union select person_id, premises_id from request_joins where building_id = ${input.buildingId}::uuid and request_id = ${input.requestId}::uuid`)
  return { personIds: [...new Set(rows.map(row => row.personId).filter(each => each !== null))], premisesIds: [...new Set(rows.map(row => row.premisesId))] }
}
