import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { opened } from '#server/meetings/events.ts'
import { freezeMeeting, type FrozenMeeting } from '#server/meetings/manifest/queries.ts'
import { mayOpen } from '#server/meetings/policy.ts'
import { agendaOf, findHouse, lockedMeeting } from '#server/meetings/queries.ts'
import { checkOpening, checkVerified } from '#server/meetings/rules.ts'
import type { MeetingInput } from '#server/meetings/schema.ts'

/** After the notice days: freezes questions, rules and roll under one hash, and lets the owners vote. */
export async function openVoting(ctx: Context, input: MeetingInput): Promise<FrozenMeeting> {
  const house = await findHouse(ctx, input.buildingId)
  mayOpen(ctx.actor, house)
  const meeting = await lockedMeeting(ctx, input, 'update')
  const state = checkOpening({ ...meeting, posted: localDateOf(meeting.noticePostedAt ?? ctx.now), now: ctx.now })
  const items = await agendaOf(ctx, input)
  checkVerified(items.map(item => item.rule), { demonstration: house?.demonstration ?? false }, meeting.signOff)

  const frozen = await asService(ctx, 'meetings', inner => freezeMeeting(inner, { meeting, items, state, openedAt: null }))
  await record(ctx, {
    action: 'meetings.openVoting', buildingId: input.buildingId, subjectType: 'meeting', subjectId: input.meetingId,
    ground: meeting.signOff ? `${meeting.signOff.lawyer}, ${meeting.signOff.document}` : undefined, before: { state: meeting.state }, after: frozen,
  })
  await emit(ctx, {
    name: opened, buildingId: input.buildingId,
    payload: { meetingId: input.meetingId, number: meeting.number, title: meeting.title, closesAt: meeting.closesAt.toISOString(), questions: items.length },
  })
  return frozen
}
