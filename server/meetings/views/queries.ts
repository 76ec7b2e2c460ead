import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { receiptsOf, findDraft, votedSeats, type Receipt } from '#server/meetings/ballots/queries.ts'
import { seatsOfPerson, shortDigest, type SeatName } from '#server/meetings/ballots/rules.ts'
import { mayConvene, mayListSignOffs, mayReadHouse } from '#server/meetings/policy.ts'
import { agendaOf, findHouse, meetingById, meetingsOf, rulesInForce, type AgendaItem, type House, type Meeting } from '#server/meetings/queries.ts'
import { ownGrants, seatsOfUnits, type RollSeat } from '#server/meetings/roll/queries.ts'
import { choicesOf, leastLevelOf, stateAt, type MeetingState, type VotingRule } from '#server/meetings/rules.ts'
import type { Choice, SignOff, Trilingual } from '#server/meetings/schema.ts'
import { countQuestions, storedQuestions, turnoutOf, type CountedQuestion, type Turnout } from '#server/meetings/tally/queries.ts'

function withClock(ctx: Context, meeting: Meeting): Meeting {
  return { ...meeting, state: stateAt(meeting.state, meeting.closesAt, ctx.now) }
}

function ownUnits(ctx: Context, buildingId: string, right: string): string[] {
  return ctx.actor.grants.flatMap(grant => grant.scopeType === 'UNIT' && grant.buildingId === buildingId && grant.premisesId !== null && grant.rights.includes(right) ? [grant.premisesId] : [])
}

export type Listed = Meeting & { house: string; questions: number; ownSeats: number; votedSeats: number; votedByMe: number }

/** Meetings of the houses where this person lives or owns: what is open first. */
export async function listMine(ctx: Context): Promise<Listed[]> {
  const houses = [...new Set(ctx.actor.grants.flatMap(grant => (grant.scopeType === 'UNIT' || grant.scopeType === 'BUILDING') && grant.buildingId !== null ? [grant.buildingId] : []))]
  return listed(ctx, houses)
}

async function listed(ctx: Context, buildingIds: readonly string[]): Promise<Listed[]> {
  const meetings = (await meetingsOf(ctx, buildingIds)).map(meeting => withClock(ctx, meeting))
  const facts = await ctx.db.$queryRaw<{ meetingId: string; house: string; questions: number }[]>`
    select i.meeting_id as "meetingId", b.name as house, count(*)::int as questions
    from agenda_items i join buildings b on b.building_id = i.building_id where i.building_id = any(${[...buildingIds]}::uuid[]) group by 1, 2`
  const list: Listed[] = []
  for (const meeting of meetings) {
    const own = meeting.state === 'OPEN' ? await ownSeats(ctx, meeting) : []
    const { house = '', questions = 0 } = facts.find(each => each.meetingId === meeting.meetingId) ?? {}
    list.push({ ...meeting, house, questions, ownSeats: own.length, votedSeats: own.filter(seat => seat.voted).length, votedByMe: own.filter(seat => seat.votedByMe).length })
  }
  return list
}

export type OwnSeat = RollSeat & { voted: boolean; votedByMe: boolean; votedAt: Date | null }

/** The seats this person's ownership gives in the frozen roll, and whether each has voted. */
async function ownSeats(ctx: Context, meeting: Meeting): Promise<OwnSeat[]> {
  const units = ownUnits(ctx, meeting.buildingId, 'vote.cast')
  if (units.length === 0 || meeting.rollSeats === null) return []
  const grants = (await ownGrants(ctx, meeting.buildingId)).filter(grant => units.includes(grant.premisesId))
  const { own } = seatsOfPerson(await seatsOfUnits(ctx, meeting, units), grants)
  const voted = await asService(ctx, 'meetings', inner => votedSeats(inner, meeting, units))
  return own.map(seat => {
    const ballot = voted.find(each => each.premisesId === seat.premisesId && each.seat === seat.seat)
    return { ...seat, voted: ballot !== undefined, votedByMe: ballot?.personId === ctx.actor.personId, votedAt: ballot?.castAt ?? null }
  })
}

/** Whether this person may vote now, or the one reason why not. */
export type Standing = 'MAY_VOTE' | 'VOTED' | 'TENANT' | 'NOT_CONFIRMED' | 'NEW_DEVICE' | 'NOT_IN_ROLL' | 'NOT_OPEN'

function standingOf(ctx: Context, meeting: Meeting, facts: { seats: readonly OwnSeat[]; leastLevel: number }): Standing {
  if (meeting.state !== 'OPEN') return 'NOT_OPEN'
  const mine = ctx.actor.grants.filter(grant => grant.scopeType === 'UNIT' && grant.buildingId === meeting.buildingId)
  const voting = mine.filter(grant => grant.rights.includes('vote.cast'))
  if (facts.seats.length > 0 && facts.seats.every(seat => seat.voted)) return 'VOTED'
  if (voting.length === 0) return mine.length > 0 ? 'TENANT' : 'NOT_IN_ROLL'
  if (facts.seats.length === 0) return 'NOT_IN_ROLL'
  if (voting.every(grant => grant.level < facts.leastLevel)) return 'NOT_CONFIRMED'
  return ctx.actor.fresh ? 'NEW_DEVICE' : 'MAY_VOTE'
}

export type MeetingView = {
  meeting: Meeting
  house: Pick<House, 'name' | 'country' | 'demonstration' | 'mayConvene'>
  agenda: AgendaItem[]
  turnout: Turnout | null
  seats: OwnSeat[]
  standing: Standing
  /** Only after the end. */
  results: CountedQuestion[] | null
}

export async function showMeeting(ctx: Context, input: { meetingId: string }): Promise<MeetingView> {
  const meeting = withClock(ctx, await meetingById(ctx, input.meetingId))
  const house = await findHouse(ctx, meeting.buildingId)
  mayReadHouse(ctx.actor, house)
  if (house === null) throw notFound()
  const agenda = await agendaOf(ctx, meeting)
  const seats = await ownSeats(ctx, meeting)
  // Over by the clock and not yet kept by the machine: counted on the spot, by the same statement.
  const counted = meeting.rollSeats === null ? null : await asService(ctx, 'meetings', async inner => ({
    turnout: await turnoutOf(inner, meeting), results: meeting.state === 'CLOSED' ? await countQuestions(inner, meeting, agenda) : null,
  }))
  const kept = meeting.state === 'COUNTED' || meeting.state === 'NO_QUORUM' ? await storedQuestions(ctx, meeting, agenda) : null
  return {
    meeting, agenda, seats, house: { name: house.name, country: house.country, demonstration: house.demonstration, mayConvene: house.mayConvene },
    turnout: counted?.turnout ?? null, results: kept ?? counted?.results ?? null,
    standing: standingOf(ctx, meeting, { seats, leastLevel: leastLevelOf(agenda) }),
  }
}

export type DraftView = { meeting: Meeting; house: string; draftId: string; digest: string; shortDigest: string; state: string; seats: (SeatName & { weight: bigint })[]; answers: { itemId: string; choice: Choice }[]; agenda: AgendaItem[] }

/** What is about to be confirmed, from the frozen draft itself: what you see is what you vote. */
export async function showDraft(ctx: Context, input: { meetingId: string; draftId: string }): Promise<DraftView> {
  const meeting = withClock(ctx, await meetingById(ctx, input.meetingId))
  const house = await findHouse(ctx, meeting.buildingId)
  mayReadHouse(ctx.actor, house)
  const draft = await findDraft(ctx, meeting, input.draftId)
  if (draft === null) throw notFound()
  const agenda = await agendaOf(ctx, meeting)
  const rolled = await seatsOfUnits(ctx, meeting, draft.seats.map(seat => seat.premisesId))
  const weightOf = (seat: SeatName) => rolled.find(each => each.premisesId === seat.premisesId && each.seat === seat.seat)?.weight ?? 0n
  return {
    meeting, agenda, house: house?.name ?? '', draftId: draft.draftId, digest: draft.digest, shortDigest: shortDigest(draft.digest), state: draft.state,
    seats: draft.seats.map(seat => ({ ...seat, weight: weightOf(seat) })),
    answers: choicesOf(draft.choices).map((choice, index) => ({ itemId: agenda[index]?.itemId ?? '', choice })),
  }
}

export type ReceiptView = { meeting: Meeting; house: string; agenda: AgendaItem[]; receipts: Receipt[] }

export async function showReceipts(ctx: Context, input: { meetingId: string }): Promise<ReceiptView> {
  const meeting = withClock(ctx, await meetingById(ctx, input.meetingId))
  const house = await findHouse(ctx, meeting.buildingId)
  mayReadHouse(ctx.actor, house)
  return { meeting, house: house?.name ?? '', agenda: await agendaOf(ctx, meeting), receipts: await receiptsOf(ctx, meeting) }
}

export type ConvenedHouse = { buildingId: string; name: string; country: 'UZ' | 'KZ'; meetings: (Meeting & { turnout: Turnout | null })[] }

/** Houses where this person convenes meetings, with the turnout of what is open. */
export async function listConvened(ctx: Context): Promise<ConvenedHouse[]> {
  const houses = await ctx.db.$queryRaw<{ buildingId: string; name: string; country: 'UZ' | 'KZ' }[]>`
    select building_id as "buildingId", name, country::text as country from buildings
    where building_id = any(auth.buildings('{meeting.convene}')) order by name limit 50`
  const meetings = (await meetingsOf(ctx, houses.map(house => house.buildingId))).map(meeting => withClock(ctx, meeting))
  const turnouts = await asService(ctx, 'meetings', async inner => {
    const found = new Map<string, Turnout>()
    for (const meeting of meetings) if (meeting.rollSeats !== null) found.set(meeting.meetingId, await turnoutOf(inner, meeting))
    return found
  })
  return houses.map(house => ({
    ...house, meetings: meetings.filter(meeting => meeting.buildingId === house.buildingId).map(meeting => ({ ...meeting, turnout: turnouts.get(meeting.meetingId) ?? null })),
  }))
}

/** Which kinds of questions the law of the house's country knows, for the form of the notice. */
export async function listRules(ctx: Context, input: { buildingId: string }): Promise<{ house: House; rules: VotingRule[] }> {
  const house = await findHouse(ctx, input.buildingId)
  mayConvene(ctx.actor, house)
  if (house === null) throw notFound()
  return { house, rules: await rulesInForce(ctx, house.country, ctx.today) }
}

export type SignOffMeeting = {
  buildingId: string; meetingId: string; house: string; number: number; title: Trilingual; state: MeetingState; opensAt: Date
  /** It cannot open without a lawyer's word: real house, unverified rules, nothing recorded. */
  waits: boolean
  /** Recorded or corrected until the voting opens. */
  open: boolean
  signOff: SignOff | null
}
export type SignOffs = { laws: { country: 'UZ' | 'KZ'; rules: VotingRule[] }[]; meetings: SignOffMeeting[]; today: LocalDate }

/** The rules of law that the houses of this organisation vote by, and the lawyers' words recorded or awaited (settled 15). */
export async function listSignOffs(ctx: Context): Promise<SignOffs> {
  mayListSignOffs(ctx.actor)
  const meetings = await ctx.db.$queryRaw<SignOffMeeting[]>`
    select m.building_id as "buildingId", m.meeting_id as "meetingId", b.name as house, m.number, m.title, m.state, m.opens_at as "opensAt", m.sign_off as "signOff",
      m.state = 'NOTICE_POSTED' as open, m.state = 'NOTICE_POSTED' and m.sign_off is null as waits
    from meetings m join buildings b on b.building_id = m.building_id
    where m.building_id = any((select auth.buildings('{meeting.convene}'))::uuid[]) and (m.sign_off is not null or (m.state = 'NOTICE_POSTED' and not b.demonstration and exists (
      select from agenda_items i join voting_rules r on r.rule_id = i.rule_id where i.building_id = m.building_id and i.meeting_id = m.meeting_id and not r.verified)))
    order by m.sign_off is null desc, m.opens_at desc limit 200`
  const countries = await ctx.db.$queryRaw<{ country: 'UZ' | 'KZ' }[]>`
    select distinct country::text as country from buildings where building_id = any((select auth.buildings('{meeting.convene}'))::uuid[]) order by 1`
  const laws: SignOffs['laws'] = []
  for (const { country } of countries) laws.push({ country, rules: await rulesInForce(ctx, country, ctx.today) })
  return { laws, meetings, today: ctx.today }
}
