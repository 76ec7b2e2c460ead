import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, forbidden } from '#server/kernel/errors.ts'
import { findDraft, insertDraft, lockDrafts, votedSeats } from '#server/meetings/ballots/queries.ts'
import { ballotDigest, seatsOfPerson, shortDigest } from '#server/meetings/ballots/rules.ts'
import { sha256Bytes } from '#server/meetings/log/queries.ts'
import { mayVote } from '#server/meetings/policy.ts'
import { agendaOf, meetingAt, type AgendaItem, type Meeting } from '#server/meetings/queries.ts'
import { ownGrants, seatsOfUnits, type OwnGrant, type RollSeat } from '#server/meetings/roll/queries.ts'
import { lettersOf, stateAt } from '#server/meetings/rules.ts'
import type { FreezeBallotInput } from '#server/meetings/schema.ts'

export type FrozenBallot = { draftId: string; digest: string; shortDigest: string; units: string[] }

/** What the person chose, frozen under a digest that the one-time code will be bound to; any edit is another draft. */
export async function freezeBallot(ctx: Context, input: FreezeBallotInput): Promise<FrozenBallot> {
  const meeting = await meetingAt(ctx, input)
  const agenda = await agendaOf(ctx, input)
  const { personId, seats } = await votingSeats(ctx, { meeting, agenda, premisesIds: input.premisesIds })
  const choices = lettersOf(agenda.map(item => item.itemId), input.answers)
  const names = seats.map(({ premisesId, kind, unit, seat }) => ({ premisesId, kind, unit, seat }))
  const digest = ballotDigest(sha256Bytes, { manifestHash: meeting.manifestHash ?? '', personId, seats: names, agenda: agenda.map(item => item.itemId), choices })
  const answer = { draftId: input.draftId, digest, shortDigest: shortDigest(digest), units: names.map(name => name.unit) }

  await lockDrafts(ctx, input)
  const stored = await findDraft(ctx, input, input.draftId)
  if (stored?.digest === digest && stored.state === 'FROZEN') return answer
  if (stored) throw conflict('meetings.draftChanged')
  await asService(ctx, 'meetings', inner => insertDraft(inner, input, { draftId: input.draftId, personId, seats: names, choices, digest }))
  // The trail says that a draft was frozen, never what was chosen: others may read the trail.
  await record(ctx, {
    action: 'meetings.freezeBallot', buildingId: input.buildingId, premisesId: names[0]?.premisesId ?? null, subjectType: 'ballotDraft', subjectId: input.draftId,
    after: { meetingId: input.meetingId, units: answer.units },
  })
  return answer
}

export type Voting = { meeting: Meeting; agenda: readonly AgendaItem[]; premisesIds: readonly string[] }
export type VotingSeats = { personId: string; seats: RollSeat[]; grants: OwnGrant[] }

/** The seats for which this person may vote in this meeting now, or why not. */
export async function votingSeats(ctx: Context, { meeting, agenda, premisesIds }: Voting): Promise<VotingSeats> {
  const leastLevel = Math.max(2, ...agenda.map(item => item.rule.leastLevel))
  const personId = mayVote(ctx.actor, { buildingId: meeting.buildingId, premisesIds, leastLevel })
  checkOpen(ctx, meeting)
  const grants = (await ownGrants(ctx, meeting.buildingId)).filter(grant => premisesIds.includes(grant.premisesId) && grant.level >= leastLevel)
  const rolled = await seatsOfUnits(ctx, meeting, premisesIds)
  const { own, obstacles } = seatsOfPerson(rolled, grants)
  const obstacle = obstacles[0]?.obstacle
  if (obstacle) throw forbidden(`meetings.${obstacle}`)
  if (new Set(own.map(seat => seat.premisesId)).size !== new Set(premisesIds).size) throw forbidden('meetings.notInTheRoll')
  const voted = await asService(ctx, 'meetings', inner => votedSeats(inner, meeting, premisesIds))
  const taken = own.find(seat => voted.some(each => each.premisesId === seat.premisesId && each.seat === seat.seat))
  if (taken) throw conflict('meetings.alreadyVoted', { unit: taken.unit })
  return { personId, seats: own, grants }
}

export function checkOpen(ctx: Context, meeting: Meeting): void {
  const state = stateAt(meeting.state, meeting.closesAt, ctx.now)
  if (state === 'OPEN') return
  throw conflict(state === 'NOTICE_POSTED' || state === 'DRAFT' ? 'meetings.notOpenYet' : state === 'CANCELLED' ? 'meetings.wasCancelled' : 'meetings.timeIsOver')
}
