import 'server-only'
import { newId } from '#server/kernel/ids.ts'
import type { Context } from '#server/infra/context.ts'
import { ownInbox } from '#server/notifications/policy.ts'
import type { InboxInput, InboxLetter, Params } from '#server/notifications/schema.ts'

const page = 30

/** The person's letters, newest first. */
export async function listInbox(ctx: Context, { before }: InboxInput): Promise<{ letters: InboxLetter[]; more: boolean }> {
  const personId = ownInbox(ctx.actor)
  const rows = await ctx.db.$queryRaw<InboxLetter[]>`
    select message_id as "messageId", template, params, link, happened_at as "happenedAt", received_at as "receivedAt", created_at as "createdAt", read_at as "readAt"
    from inbox_messages where person_id = ${personId}::uuid and (${before ?? null}::uuid is null or message_id < ${before ?? null}::uuid)
    order by message_id desc limit ${page + 1}`
  return { letters: rows.slice(0, page), more: rows.length > page }
}

export async function countUnread(ctx: Context): Promise<number> {
  if (ctx.actor.personId === null) return 0
  const rows = await ctx.db.$queryRaw<{ count: number }[]>`select count(*)::int as count from inbox_messages where person_id = ${ctx.actor.personId}::uuid and read_at is null`
  return rows[0]?.count ?? 0
}

export type NewLetter = {
  buildingId: string
  /** The event's id: the same event twice is one letter. */
  dedupeKey: string
  template: string
  params: Params
  link: string
  happenedAt: Date
  receivedAt: Date
  personIds: string[]
  /** Everybody with a live right on these flats; null: on any flat of the house. */
  premisesIds: string[] | null
}

/** Writes one letter to each person it reaches, in one statement; as the worker. Returns whom it reached. */
export async function putLetters(ctx: Context, letter: NewLetter): Promise<string[]> {
  const premises = letter.premisesIds === null ? [null] : letter.premisesIds
  const reached = new Set(letter.personIds)
  for (const premisesId of premises) {
    const rows = await ctx.db.$queryRaw<{ id: string }[]>`select auth.persons_of_premises(${letter.buildingId}::uuid, ${premisesId}::uuid)::text as id`
    for (const row of rows) reached.add(row.id)
  }
  const people = [...reached]
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    insert into inbox_messages (building_id, person_id, message_id, premises_id, dedupe_key, template, params, link, happened_at, received_at, created_at)
    select ${letter.buildingId}::uuid, p.id, p.message_id, ${letter.premisesIds?.length === 1 ? letter.premisesIds[0] ?? null : null}::uuid, ${letter.dedupeKey}, ${letter.template},
      ${JSON.stringify(letter.params)}::jsonb, ${letter.link}, ${letter.happenedAt}, ${letter.receivedAt}, app.now()
    from unnest(${people}::uuid[], ${people.map(() => newId())}::uuid[]) p(id, message_id)
    on conflict (building_id, person_id, dedupe_key) do nothing returning person_id as id`
  return rows.map(row => row.id)
}
