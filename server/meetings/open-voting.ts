import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { opened } from '#server/meetings/events.ts'
import { appendLeaves, sha256Bytes } from '#server/meetings/log/queries.ts'
import { canonicalJson, hex } from '#server/meetings/log/rules.ts'
import { makeManifest } from '#server/meetings/manifest/rules.ts'
import { mayConvene } from '#server/meetings/policy.ts'
import { agendaOf, findHouse, lockedMeeting, type AgendaItem, type Meeting } from '#server/meetings/queries.ts'
import { insertSeats, unitsOf } from '#server/meetings/roll/queries.ts'
import { electorate, makeRoll, rollRoot } from '#server/meetings/roll/rules.ts'
import { checkOpening, checkVerified, type MeetingState } from '#server/meetings/rules.ts'
import type { MeetingInput } from '#server/meetings/schema.ts'

export type OpenedVoting = { state: MeetingState; manifestHash: string; seats: number; weight: bigint; denominator: bigint }

/** After the notice days: freezes questions, rules and roll under one hash, and lets the owners vote. */
export async function openVoting(ctx: Context, input: MeetingInput): Promise<OpenedVoting> {
  const house = await findHouse(ctx, input.buildingId)
  mayConvene(ctx.actor, house)
  const meeting = await lockedMeeting(ctx, input, 'update')
  const state = checkOpening({ ...meeting, posted: localDateOf(meeting.noticePostedAt ?? ctx.now), now: ctx.now })
  const items = await agendaOf(ctx, input)
  checkVerified(items.map(item => item.rule), { demonstration: house?.demonstration ?? false }, meeting.signOff)

  const frozen = await asService(ctx, 'meetings', inner => freeze(inner, { meeting, items, state, openedAt: null }))
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

export type Freezing = { meeting: Meeting; items: readonly AgendaItem[]; state: MeetingState; openedAt: Date | null }

/** Manifest, roll and the `open` leaf of the house's log. Run as meetings; `openedAt` is the demonstration's past. */
export async function freeze(ctx: Context, { meeting, items, state, openedAt }: Freezing): Promise<OpenedVoting> {
  const on = localDateOf(openedAt ?? ctx.now)
  const roll = makeRoll(await unitsOf(ctx, meeting.buildingId, { kinds: electorate(meeting.scope), on }), meeting)
  const root = hex(rollRoot(sha256Bytes, meeting.meetingId, roll.seats))
  const { manifest, manifestHash } = makeManifest(sha256Bytes, { ...meeting, signOff: meeting.signOff, items, roll, rollRoot: root })
  await insertSeats(ctx, meeting, roll.seats)
  await appendLeaves(ctx, meeting, [{ kind: 'open', personId: null, leaf: canonicalJson({ v: 1, t: 'open', m: meeting.meetingId, mh: manifestHash, rollRoot: root }) }])
  await ctx.db.$executeRaw`update meetings set state = ${state}, opened_at = coalesce(${openedAt}::timestamptz, app.now()), manifest = ${canonicalJson(manifest)}::jsonb,
      manifest_hash = ${manifestHash}, roll_root = ${root}, roll_seats = ${roll.seats.length}, roll_weight = ${roll.weight}, weight_denominator = ${roll.denominator}
    where building_id = ${meeting.buildingId}::uuid and meeting_id = ${meeting.meetingId}::uuid`
  return { state, manifestHash, seats: roll.seats.length, weight: roll.weight, denominator: roll.denominator }
}
