import 'server-only'
import { hmac, randomToken } from '#server/infra/crypto.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, forbidden } from '#server/kernel/errors.ts'
import { ballotTag, evidenceHash, seatsOfPerson, voteLeaf, type SeatName } from '#server/meetings/ballots/rules.ts'
import { appendLeaves, sha256Bytes, type AddedLeaf } from '#server/meetings/log/queries.ts'
import type { Canonical } from '#server/meetings/log/rules.ts'
import { ownGrants, seatsOfUnits, type OwnGrant, type RollSeat } from '#server/meetings/roll/queries.ts'
import { choicesOf } from '#server/meetings/rules.ts'
import type { Choice } from '#server/meetings/schema.ts'

type Place = { buildingId: string; meetingId: string }

export type DraftRow = { draftId: string; personId: string; seats: SeatName[]; choices: string; digest: string; state: 'FROZEN' | 'SUPERSEDED' | 'CAST' }

/** One's own draft; row-level security hides everybody else's. */
export async function findDraft(ctx: Context, place: Place, draftId: string): Promise<DraftRow | null> {
  const rows = await ctx.db.$queryRaw<DraftRow[]>`
    select draft_id as "draftId", person_id as "personId", seats, choices, digest::text as digest, state from ballot_drafts
    where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid and draft_id = ${draftId}::uuid`
  return rows[0] ?? null
}

/** Keeps the new draft and lays aside the older one of this person; run as meetings. */
export async function insertDraft(ctx: Context, place: Place, draft: Omit<DraftRow, 'state'>): Promise<void> {
  await ctx.db.$executeRaw`update ballot_drafts set state = 'SUPERSEDED'
    where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid and person_id = ${draft.personId}::uuid and state = 'FROZEN'`
  await ctx.db.$executeRaw`insert into ballot_drafts (building_id, meeting_id, draft_id, person_id, seats, choices, digest)
    values (${place.buildingId}::uuid, ${place.meetingId}::uuid, ${draft.draftId}::uuid, ${draft.personId}::uuid, ${JSON.stringify(draft.seats)}::jsonb, ${draft.choices}, ${draft.digest})`
}

export type VotedSeat = { premisesId: string; seat: number; ballotId: string; personId: string; castAt: Date }

/** Which of these units' seats have voted and when, never how; run as meetings. */
export async function votedSeats(ctx: Context, place: Place, premisesIds: readonly string[]): Promise<VotedSeat[]> {
  return ctx.db.$queryRaw<VotedSeat[]>`
    select premises_id as "premisesId", seat::int as seat, ballot_id as "ballotId", person_id as "personId", cast_at as "castAt" from ballots
    where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid and premises_id = any(${premisesIds}::uuid[])`
}

export type NewBallot = {
  ballotId: string; draftId: string; personId: string
  seats: readonly (SeatName & { weight: bigint; grantId: string | null; level: number })[]
  agenda: readonly string[]; choices: string; manifestHash: string; digest: string; secret: string
  /** Of the one-time code: challenge and HMAC of the number. */
  proof: { challengeId: string; phone: string }
  castAt: Date
}

/** Stores the ballots of a batch, their private evidence and their leaves, in one transaction; run as meetings. */
export async function insertBallots(ctx: Context, place: Place, ballot: NewBallot): Promise<void> {
  const rows = ballot.seats.map(seat => rowOf(ctx, place, { ballot, seat }))
  const added = await appendLeaves(ctx, place, rows.map(row => ({ kind: 'vote' as const, leaf: row.leaf, personId: ballot.personId })))
  const packed = JSON.stringify(rows.map(({ leaf: _, ...row }, order) => ({ ...row, leafIndex: added[order]?.index, proof: proofOf(added[order]) })))
  await ctx.db.$executeRaw`insert into ballots (building_id, meeting_id, premises_id, seat, ballot_id, draft_id, weight, choices, tag, evidence_hash, leaf_index, proof, person_id, cast_at)
    select ${place.buildingId}::uuid, ${place.meetingId}::uuid, x."premisesId", x.seat, ${ballot.ballotId}::uuid, ${ballot.draftId}::uuid, x.weight, ${ballot.choices},
        x.tag, x."evidenceHash", x."leafIndex", x.proof, ${ballot.personId}::uuid, coalesce(${pastOf(ctx, ballot)}::timestamptz, app.now())
      from jsonb_to_recordset(${packed}::jsonb) as x("premisesId" uuid, seat int, weight bigint, tag text, "evidenceHash" text, "leafIndex" bigint, proof jsonb)`
  await ctx.db.$executeRaw`insert into ballot_evidence (building_id, ballot_id, premises_id, seat, person_id, level, evidence)
    select ${place.buildingId}::uuid, ${ballot.ballotId}::uuid, x."premisesId", x.seat, ${ballot.personId}::uuid, x.level, x.evidence
      from jsonb_to_recordset(${packed}::jsonb) as x("premisesId" uuid, seat int, level int, evidence jsonb)`
}

/** The database's own microsecond unless the demonstration casts in the past. */
function pastOf(ctx: Context, ballot: NewBallot): string | null {
  return ballot.castAt.getTime() === ctx.now.getTime() ? null : ballot.castAt.toISOString()
}

function proofOf(leaf: AddedLeaf | undefined): Omit<AddedLeaf, 'index' | 'leafHash'> {
  if (!leaf) throw new Error('a ballot without its leaf')
  return { size: leaf.size, root: leaf.root, path: leaf.path }
}

function rowOf(ctx: Context, place: Place, { ballot, seat }: { ballot: NewBallot; seat: NewBallot['seats'][number] }) {
  const tag = ballotTag(sha256Bytes, place.meetingId, { seat, secret: ballot.secret })
  const evidence: Canonical = {
    v: 1, m: place.meetingId, mh: ballot.manifestHash, tag, k: seat.kind, u: seat.unit, s: seat.seat, r: ballot.secret,
    person: ballot.personId, grant: seat.grantId, level: seat.level, castAt: ballot.castAt.toISOString(), digest: ballot.digest,
    otp: { challenge: ballot.proof.challengeId, phone: ballot.proof.phone },
    ip: hmac('ballot-address', ctx.request.address), ua: hmac('ballot-agent', ctx.request.userAgent), salt: randomToken(32),
  }
  const ec = evidenceHash(sha256Bytes, evidence)
  const { agenda, choices, manifestHash } = ballot
  return {
    premisesId: seat.premisesId, seat: seat.seat, weight: seat.weight.toString(), level: seat.level, tag, evidence, evidenceHash: ec,
    leaf: voteLeaf({ meetingId: place.meetingId, manifestHash, tag, weight: seat.weight, agenda, choices, evidenceHash: ec }),
  }
}

/** False: another draft has taken its place in the meantime. */
export async function markCast(ctx: Context, place: Place, draftId: string): Promise<boolean> {
  const changed = await ctx.db.$executeRaw`update ballot_drafts set state = 'CAST' where state = 'FROZEN'
    and building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid and draft_id = ${draftId}::uuid`
  return changed === 1
}

/** One person freezes one draft at a time. */
export async function lockDrafts(ctx: Context, place: Place): Promise<void> {
  await ctx.db.$queryRaw`select pg_advisory_xact_lock(hashtextextended('ballot draft ' || ${place.meetingId} || auth.person(), 0))::text`
}

export type ReceiptSeat = {
  premisesId: string; kind: string; unit: string; seat: number; weight: bigint; tag: string; secret: string
  leaf: string; leafIndex: number; proof: { size: number; root: string; path: string[] }
}
export type Receipt = { ballotId: string; draftId: string; digest: string; castAt: Date; choices: Choice[]; seats: ReceiptSeat[] }
type ReceiptRow = Omit<ReceiptSeat, 'leafIndex'> & { leafIndex: bigint; ballotId: string; draftId: string; choices: string; castAt: Date; digest: string }

/** One's own ballots of a meeting with their proofs; row-level security hides everybody else's. */
export async function receiptsOf(ctx: Context, place: Place, ballotId: string | null = null): Promise<Receipt[]> {
  const rows = await ctx.db.$queryRaw<ReceiptRow[]>`
    select b.premises_id as "premisesId", b.seat::int as seat, b.ballot_id as "ballotId", b.draft_id as "draftId", b.choices, b.cast_at as "castAt", b.weight, b.tag,
      b.leaf_index as "leafIndex", b.proof, l.leaf, e.evidence ->> 'k' as kind, e.evidence ->> 'u' as unit, e.evidence ->> 'r' as secret, e.evidence ->> 'digest' as digest
    from ballots b
    join ballot_evidence e on e.building_id = b.building_id and e.ballot_id = b.ballot_id and e.premises_id = b.premises_id and e.seat = b.seat
    join log_leaves l on l.building_id = b.building_id and l.leaf_index = b.leaf_index
    where b.building_id = ${place.buildingId}::uuid and b.meeting_id = ${place.meetingId}::uuid and b.person_id = auth.person()
      and (${ballotId}::uuid is null or b.ballot_id = ${ballotId}::uuid)
    order by b.leaf_index`
  const ballots = new Map<string, Receipt>()
  for (const { ballotId: id, draftId, digest, castAt, choices, leafIndex, ...seat } of rows) {
    const receipt = ballots.get(id) ?? { ballotId: id, draftId, digest, castAt, choices: choicesOf(choices), seats: [] }
    receipt.seats.push({ ...seat, leafIndex: Number(leafIndex) })
    ballots.set(id, receipt)
  }
  return [...ballots.values()]
}

export type VotingSeats = { seats: RollSeat[]; grants: OwnGrant[] }

/** The seats that a person's confirmed ownership of these units gives and that have not voted, or why not. */
export async function votingSeats(ctx: Context, place: Place, of: { premisesIds: readonly string[]; leastLevel: number }): Promise<VotingSeats> {
  const { premisesIds, leastLevel } = of
  const grants = (await ownGrants(ctx, place.buildingId)).filter(grant => premisesIds.includes(grant.premisesId) && grant.level >= leastLevel)
  const { own, obstacles } = seatsOfPerson(await seatsOfUnits(ctx, place, premisesIds), grants)
  const obstacle = obstacles[0]?.obstacle
  if (obstacle === 'notOwnerThen') throw forbidden('meetings.notOwnerThen')
  if (obstacle === 'shareUnknown') throw forbidden('meetings.shareUnknown')
  if (new Set(own.map(seat => seat.premisesId)).size !== new Set(premisesIds).size) throw forbidden('meetings.notInTheRoll')
  const voted = await asService(ctx, 'meetings', inner => votedSeats(inner, place, premisesIds))
  const taken = own.find(seat => voted.some(each => each.premisesId === seat.premisesId && each.seat === seat.seat))
  if (taken) throw conflict('meetings.alreadyVoted', { unit: taken.unit })
  return { seats: own, grants }
}
