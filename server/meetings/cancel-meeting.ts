import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict } from '#server/kernel/errors.ts'
import { cancelled } from '#server/meetings/events.ts'
import { mayConvene } from '#server/meetings/policy.ts'
import { findHouse, lockedMeeting } from '#server/meetings/queries.ts'
import { meetingMachine, type MeetingState } from '#server/meetings/rules.ts'
import type { CancelMeetingInput } from '#server/meetings/schema.ts'

/** Takes the notice down before voting has opened; votes that were cast are never cancelled. */
export async function cancelMeeting(ctx: Context, input: CancelMeetingInput): Promise<{ state: MeetingState }> {
  mayConvene(ctx.actor, await findHouse(ctx, input.buildingId))
  const meeting = await lockedMeeting(ctx, input, 'update')
  if (!meetingMachine.can(meeting.state, 'cancel')) throw conflict('meetings.alreadyOpened')
  const state = meetingMachine.next(meeting.state, 'cancel')
  await ctx.db.$executeRaw`update meetings set state = ${state}, cancel_reason = ${input.reason}
    where building_id = ${input.buildingId}::uuid and meeting_id = ${input.meetingId}::uuid`
  await record(ctx, {
    action: 'meetings.cancelMeeting', buildingId: input.buildingId, subjectType: 'meeting', subjectId: input.meetingId,
    ground: input.reason, before: { state: meeting.state }, after: { state },
  })
  await emit(ctx, {
    name: cancelled, buildingId: input.buildingId,
    payload: { meetingId: input.meetingId, number: meeting.number, title: meeting.title, reason: input.reason },
  })
  return { state }
}
