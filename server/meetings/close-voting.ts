import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict } from '#server/kernel/errors.ts'
import { counted } from '#server/meetings/events.ts'
import { appendLeaves, lockLog } from '#server/meetings/log/queries.ts'
import { canonicalJson } from '#server/meetings/log/rules.ts'
import { writeRule } from '#server/meetings/manifest/rules.ts'
import { mayClose } from '#server/meetings/policy.ts'
import { agendaOf, findHouse, lockedMeeting, type Meeting } from '#server/meetings/queries.ts'
import { meetingMachine, stateAt, type MeetingState } from '#server/meetings/rules.ts'
import type { MeetingInput } from '#server/meetings/schema.ts'
import { countQuestions, type CountedQuestion } from '#server/meetings/tally/queries.ts'

/**
 * Counts a meeting whose time is over and keeps the result for good. The row's lock waits for ballots that began
 * before the end, and none begins after it; a second call finds it counted.
 */
export async function closeVoting(ctx: Context, input: MeetingInput): Promise<{ state: MeetingState }> {
  mayClose(ctx.actor, await findHouse(ctx, input.buildingId))
  const meeting = await lockedMeeting(ctx, input, 'update')
  if (meeting.state === 'COUNTED' || meeting.state === 'NO_QUORUM') return { state: meeting.state }
  if (stateAt(meeting.state, meeting.closesAt, ctx.now) === 'OPEN') throw conflict('meetings.votingGoesOn')
  const closed = meetingMachine.next(meeting.state, 'close')
  const { state, questions } = await asService(ctx, 'meetings', inner => count(inner, { ...meeting, state: closed }))
  await record(ctx, {
    action: 'meetings.closeVoting', buildingId: input.buildingId, subjectType: 'meeting', subjectId: input.meetingId,
    before: { state: meeting.state }, after: { state, outcomes: questions.map(question => question.outcome) },
  })
  await emit(ctx, {
    name: counted, buildingId: input.buildingId,
    payload: { meetingId: input.meetingId, number: meeting.number, title: meeting.title, quorum: state === 'COUNTED' },
  })
  return { state }
}

async function count(ctx: Context, meeting: Meeting): Promise<{ state: MeetingState; questions: CountedQuestion[] }> {
  await lockLog(ctx, meeting.buildingId)
  const questions = await countQuestions(ctx, meeting, await agendaOf(ctx, meeting))
  const quorum = questions.some(question => question.outcome !== 'NO_QUORUM')
  const state = meetingMachine.next(meeting.state, quorum ? 'count' : 'fail')
  const rows = JSON.stringify(questions.map(question => ({
    item_id: question.itemId, weight_for: question.for.toString(), weight_against: question.against.toString(), weight_abstain: question.abstain.toString(),
    weight_present: question.present.toString(), weight_all: question.all.toString(), seats_for: question.seatsFor, seats_against: question.seatsAgainst,
    seats_abstain: question.seatsAbstain, seats_present: question.seatsPresent, seats_all: meeting.rollSeats, outcome: question.outcome,
    rule: { ...writeRule(question.rule), signOff: meeting.signOff },
  })))
  await ctx.db.$executeRaw`insert into meeting_results (building_id, meeting_id, item_id, weight_for, weight_against, weight_abstain, weight_present, weight_all,
      seats_for, seats_against, seats_abstain, seats_present, seats_all, outcome, rule, counted_at)
    select ${meeting.buildingId}::uuid, ${meeting.meetingId}::uuid, x.item_id, x.weight_for, x.weight_against, x.weight_abstain, x.weight_present, x.weight_all,
        x.seats_for, x.seats_against, x.seats_abstain, x.seats_present, x.seats_all, x.outcome, x.rule, app.now()
      from jsonb_populate_recordset(null::meeting_results, ${rows}::jsonb) x`
  await appendLeaves(ctx, meeting, [{ kind: 'close', personId: null, leaf: closeLeaf(meeting, questions) }])
  await ctx.db.$executeRaw`update meetings set state = ${state}, counted_at = app.now()
    where building_id = ${meeting.buildingId}::uuid and meeting_id = ${meeting.meetingId}::uuid`
  return { state, questions }
}

function closeLeaf(meeting: Meeting, questions: readonly CountedQuestion[]): string {
  const first = questions[0]
  return canonicalJson({
    v: 1, t: 'close', m: meeting.meetingId, mh: meeting.manifestHash, votes: first?.seatsPresent ?? 0, weight: (first?.present ?? 0n).toString(), voids: 0,
    tally: questions.map(question => [question.itemId, question.for.toString(), question.against.toString(), question.abstain.toString(), question.outcome]),
  })
}
