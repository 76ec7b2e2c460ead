import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { appendLeaves, sha256Bytes } from '#server/meetings/log/queries.ts'
import { canonicalJson, hex } from '#server/meetings/log/rules.ts'
import { makeManifest } from '#server/meetings/manifest/rules.ts'
import type { AgendaItem, Meeting } from '#server/meetings/queries.ts'
import { insertSeats, unitsOf } from '#server/meetings/roll/queries.ts'
import { electorate, makeRoll, rollRoot } from '#server/meetings/roll/rules.ts'
import type { MeetingState } from '#server/meetings/rules.ts'

export type FrozenMeeting = { state: MeetingState; manifestHash: string; seats: number; weight: bigint; denominator: bigint }
export type Freezing = { meeting: Meeting; items: readonly AgendaItem[]; state: MeetingState; openedAt: Date | null }

/** Manifest, roll and the `open` leaf of the house's log. Run as meetings; `openedAt` is the demonstration's past. */
export async function freezeMeeting(ctx: Context, { meeting, items, state, openedAt }: Freezing): Promise<FrozenMeeting> {
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
