import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { conflict, DomainError, forbidden } from '#server/kernel/errors.ts'
import { findDraft, insertDraft, lockDrafts, votingSeats } from '#server/meetings/ballots/queries.ts'
import { ballotDigest, shortDigest } from '#server/meetings/ballots/rules.ts'
import { sha256Bytes } from '#server/meetings/log/queries.ts'
import { mayVote } from '#server/meetings/policy.ts'
import { agendaOf, meetingAt } from '#server/meetings/queries.ts'
import { checkVotable, leastLevelOf, lettersOf } from '#server/meetings/rules.ts'
import type { FreezeBallotInput } from '#server/meetings/schema.ts'

export type FrozenBallot = { draftId: string; digest: string; shortDigest: string; units: string[] }

/**
 * What the person chose, frozen under a digest that the one-time code will be bound to; any edit is another draft.
 * Of whoever may not vote nothing is kept but that they tried (kazakhstan.md 7.6), and that outlives the refusal.
 */
export async function freezeBallot(request: RequestScope, input: FreezeBallotInput): Promise<FrozenBallot> {
  try {
    return await openTransaction(request, ctx => freeze(ctx, input))
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'forbidden' && error.code !== 'common.signInNeeded') await openTransaction(request, ctx => recordAttempt(ctx, input, error.code))
    throw error
  }
}

async function recordAttempt(ctx: Context, input: FreezeBallotInput, refused: string): Promise<void> {
  await record(ctx, {
    action: 'meetings.freezeBallot', buildingId: input.buildingId, premisesId: input.premisesIds[0] ?? null, subjectType: 'ballotDraft', subjectId: input.draftId,
    after: { meetingId: input.meetingId, refused },
  })
}

async function freeze(ctx: Context, input: FreezeBallotInput): Promise<FrozenBallot> {
  if (ctx.actor.personId === null) throw forbidden('common.signInNeeded')
  const meeting = await meetingAt(ctx, input)
  const agenda = await agendaOf(ctx, input)
  const leastLevel = leastLevelOf(agenda)
  const personId = mayVote(ctx.actor, { buildingId: meeting.buildingId, premisesIds: input.premisesIds, leastLevel })
  checkVotable(meeting, ctx.now)
  const { seats } = await votingSeats(ctx, meeting, { premisesIds: input.premisesIds, leastLevel })
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
