import 'server-only'
import { record } from '#server/audit/record.ts'
import { phoneKey } from '#server/identity/codes/keys.ts'
import { consumeCode } from '#server/identity/consume-code.ts'
import { findPerson } from '#server/identity/queries.ts'
import { sleep } from '#server/infra/clock.ts'
import { asService, openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, DomainError, forbidden, notFound } from '#server/kernel/errors.ts'
import { findDraft, insertBallots, markCast, receiptsOf, votedSeats, votingSeats, type DraftRow, type Receipt, type VotingSeats } from '#server/meetings/ballots/queries.ts'
import { ballotCast } from '#server/meetings/events.ts'
import { lockLog } from '#server/meetings/log/queries.ts'
import { mayVote } from '#server/meetings/policy.ts'
import { agendaOf, lockedMeeting, meetingAt, type AgendaItem, type Meeting } from '#server/meetings/queries.ts'
import { checkVotable, leastLevelOf } from '#server/meetings/rules.ts'
import type { CastBallotInput } from '#server/meetings/schema.ts'

/**
 * Counts the frozen ballot on its code. Whatever comes in parallel, a seat has one ballot: the meeting's row and the
 * house's log are held while it is stored, and the primary key stands behind them. The same ballot again, in parallel
 * or later, is answered with the same receipt.
 */
export async function castBallot(request: RequestScope, input: CastBallotInput): Promise<Receipt> {
  const { challengeId, code, digest } = input
  try {
    const draft = await openTransaction(request, ctx => draftToCast(ctx, input))
    if ('castAt' in draft) return draft
    return await consumeCode(request, { challengeId, code, purpose: 'vote', contentHash: digest }, ctx => cast(ctx, input, draft))
  } catch (error) {
    const twin = await receiptOfTwin(request, input, error)
    if (twin) return twin
    throw error
  }
}

async function draftToCast(ctx: Context, input: CastBallotInput): Promise<DraftRow | Receipt> {
  const [stored] = await receiptsOf(ctx, input, input.ballotId)
  if (stored) return stored
  const draft = await findDraft(ctx, input, input.draftId)
  if (draft === null) throw notFound()
  mayVote(ctx.actor, { buildingId: input.buildingId, premisesIds: draft.seats.map(seat => seat.premisesId), leastLevel: 2 })
  if (draft.state !== 'FROZEN' || draft.digest !== input.digest) throw conflict('meetings.draftChanged')
  checkVotable(await meetingAt(ctx, input), ctx.now)
  return draft
}

async function cast(ctx: Context, input: CastBallotInput, draft: DraftRow): Promise<Receipt> {
  const meeting = await asService(ctx, 'meetings', inner => lockedMeeting(inner, input, 'share'))
  checkVotable(meeting, ctx.now)
  const agenda = await agendaOf(ctx, input)
  const [leastLevel, premisesIds] = [leastLevelOf(agenda), [...new Set(draft.seats.map(seat => seat.premisesId))]]
  mayVote(ctx.actor, { buildingId: input.buildingId, premisesIds, leastLevel })
  await asService(ctx, 'meetings', inner => lockLog(inner, input.buildingId))
  const voting = await votingSeats(ctx, input, { premisesIds, leastLevel })
  if (voting.seats.length !== draft.seats.length) throw conflict('meetings.draftChanged')
  await store(ctx, { input, draft, meeting, agenda, voting })
  const [receipt] = await receiptsOf(ctx, input, input.ballotId)
  if (!receipt) throw new Error('a ballot that was stored cannot be read')
  await record(ctx, {
    action: 'meetings.castBallot', buildingId: input.buildingId, premisesId: draft.seats[0]?.premisesId ?? null, subjectType: 'ballot', subjectId: input.ballotId,
    after: { meetingId: input.meetingId, seats: receipt.seats.map(seat => ({ unit: seat.unit, seat: seat.seat, tag: seat.tag, leaf: seat.leafIndex })) },
  })
  await emit(ctx, {
    name: ballotCast, buildingId: input.buildingId,
    payload: {
      meetingId: input.meetingId, number: meeting.number, title: meeting.title, ballotId: input.ballotId, personId: draft.personId,
      premisesIds: voting.seats.map(seat => seat.premisesId), units: draft.seats.map(seat => seat.unit).join(', '), castAt: ctx.now.toISOString(),
    },
  })
  return receipt
}

type Storing = { input: CastBallotInput; draft: DraftRow; meeting: Meeting; agenda: readonly AgendaItem[]; voting: VotingSeats }

async function store(ctx: Context, { input, draft, meeting, agenda, voting }: Storing): Promise<void> {
  const person = await findPerson(ctx, draft.personId)
  const seats = voting.seats.map(seat => {
    const grant = voting.grants.find(each => each.premisesId === seat.premisesId)
    if (!grant) throw forbidden('meetings.notInTheRoll')
    return { ...seat, grantId: grant.grantId, level: grant.level }
  })
  await asService(ctx, 'meetings', async inner => {
    await insertBallots(inner, input, {
      ballotId: input.ballotId, draftId: input.draftId, personId: draft.personId, seats, agenda: agenda.map(item => item.itemId), choices: draft.choices,
      manifestHash: meeting.manifestHash ?? '', digest: draft.digest, secret: input.secret, castAt: ctx.now,
      proof: { challengeId: input.challengeId, phone: person.phone === null ? '' : phoneKey(person.phone) },
    })
    if (!await markCast(inner, input, input.draftId)) throw conflict('meetings.draftChanged')
  })
}

const patience = [50, 100, 200, 400, 800]

/** The same ballot sent twice at once: one call uses up the code, the other waits for its receipt. */
async function receiptOfTwin(request: RequestScope, input: CastBallotInput, error: unknown): Promise<Receipt | null> {
  const late = error instanceof DomainError && ['identity.codeDead', 'meetings.alreadyVoted', 'meetings.draftChanged'].includes(error.code)
  if (!late) return null
  for (const pause of [0, ...patience]) {
    await sleep(pause)
    const found = await openTransaction(request, async ctx => {
      // In this order: what is committed between the two reads is then seen by the second.
      const draft = await findDraft(ctx, input, input.draftId)
      const voted = await asService(ctx, 'meetings', inner => votedSeats(inner, input, draft?.seats.map(seat => seat.premisesId) ?? []))
      const [receipt] = await receiptsOf(ctx, input, input.ballotId)
      return receipt ?? (voted.length > 0 ? 'another' as const : null)
    })
    if (found === 'another') return null
    if (found) return found
  }
  return null
}
