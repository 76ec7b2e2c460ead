import 'server-only'
import { createHash } from 'node:crypto'
import type { Context } from '#server/infra/context.ts'
import { appendPeak, hex, leafHash, pathOfNewest, peaksRoot, type Bytes } from '#server/meetings/log/rules.ts'

export function sha256Bytes(bytes: Bytes): Bytes {
  return createHash('sha256').update(bytes).digest()
}

export type NewLeaf = { kind: 'open' | 'vote' | 'close'; leaf: string; personId: string | null }
/** The proof as it was right when the leaf was added: it holds against every later head of the same log. */
export type AddedLeaf = { index: number; size: number; root: string; path: string[]; leafHash: string }

/** The log of a house is one line at a time: whoever holds its row is the only writer until the transaction ends. */
export async function lockLog(ctx: Context, buildingId: string): Promise<{ size: number; peaks: Bytes[] }> {
  await ctx.db.$executeRaw`insert into log_sizes (building_id) values (${buildingId}::uuid) on conflict do nothing`
  const rows = await ctx.db.$queryRaw<{ leaves: bigint; peaks: Bytes[] }[]>`
    select leaves, peaks from log_sizes where building_id = ${buildingId}::uuid for update`
  const row = rows[0]
  if (!row) throw new Error('the log of the house cannot be locked')
  return { size: Number(row.leaves), peaks: row.peaks }
}

/** Appends leaves to the house's log, in the transaction of what they tell; run as meetings. */
export async function appendLeaves(ctx: Context, place: { buildingId: string; meetingId: string }, leaves: readonly NewLeaf[]): Promise<AddedLeaf[]> {
  const start = await lockLog(ctx, place.buildingId)
  let peaks: readonly Bytes[] = start.peaks
  const added = leaves.map(({ leaf }, order) => {
    const index = start.size + order
    const own = leafHash(sha256Bytes, leaf)
    const path = pathOfNewest(peaks).map(hex)
    peaks = appendPeak(sha256Bytes, { peaks, size: index }, own)
    return { index, size: index + 1, root: hex(peaksRoot(sha256Bytes, peaks)), path, leafHash: hex(own) }
  })
  const rows = JSON.stringify(leaves.map((each, order) => ({ ...each, index: added[order]?.index, hash: added[order]?.leafHash })))
  await ctx.db.$executeRaw`insert into log_leaves (building_id, leaf_index, leaf_hash, leaf, kind, meeting_id, person_id)
    select ${place.buildingId}::uuid, x.index, decode(x.hash, 'hex'), x.leaf, x.kind, ${place.meetingId}::uuid, x."personId"
      from jsonb_to_recordset(${rows}::jsonb) as x(index bigint, hash text, leaf text, kind text, "personId" uuid)`
  await ctx.db.$executeRaw`update log_sizes set leaves = ${start.size + leaves.length},
    peaks = (select array_agg(decode(x.value, 'hex') order by x.place) from jsonb_array_elements_text(${JSON.stringify(peaks.map(hex))}::jsonb) with ordinality x(value, place))
    where building_id = ${place.buildingId}::uuid`
  return added
}

export type StoredLeaf = { index: number; leafHash: Bytes; leaf: string; kind: string; meetingId: string }

/** The whole log of a house in order, for recounting; run as meetings. */
export async function leavesOf(ctx: Context, buildingId: string): Promise<StoredLeaf[]> {
  const rows = await ctx.db.$queryRaw<(Omit<StoredLeaf, 'index'> & { index: bigint })[]>`
    select leaf_index as index, leaf_hash as "leafHash", leaf, kind, meeting_id as "meetingId" from log_leaves
    where building_id = ${buildingId}::uuid order by leaf_index`
  return rows.map(row => ({ ...row, index: Number(row.index) }))
}
