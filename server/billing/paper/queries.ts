import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { HouseMonth, PaperBatchKey } from '#server/billing/schema.ts'

type Read = Pick<Context, 'db'>

export type PaperBatch = {
  buildingId: string; batchId: string; period: string; locale: Locale; state: 'WAITING' | 'READY' | 'FAILED'
  billCount: number; doneCount: number
  /** Flats with a code printed, because nobody's phone is linked to them. */
  invitationCount: number
  orderedAt: Date
  sha256: string | null
  /** The account whose bill could not be drawn. */
  failedNumber: string | null
  /** A bill of the month was corrected since it was ordered: it is given to nobody, and ordered again. */
  outdated: boolean
}

/** While papers of a house's month are made (`SHARED`) none of its bills is corrected, and the other way round: whoever comes second sees what the first has done. */
export async function holdPapers(ctx: Read, { buildingId, period }: HouseMonth, how: 'SHARED' | 'ALONE'): Promise<void> {
  const key = `papers:${buildingId}:${period}`
  await (how === 'SHARED' ? ctx.db.$queryRaw`select pg_advisory_xact_lock_shared(hashtextextended(${key}, 0))::text` : ctx.db.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${key}, 0))::text`)
}

/** Does the right to bill reach this house, and how many bills does it have for the month? Null: no such house is seen. */
export async function houseToPrint(ctx: Read, buildingId: string, period: string): Promise<{ buildingId: string; reaches: boolean; billCount: number } | null> {
  const [row] = await ctx.db.$queryRaw<{ buildingId: string; reaches: boolean; billCount: number }[]>`
    select b.building_id::text as "buildingId", b.building_id = any(auth.buildings('{billing.run}')) as reaches,
      coalesce((select r.accounts from billing_runs r where r.building_id = b.building_id and r.period = ${period}::char(7)), 0)::int as "billCount"
    from buildings b where b.building_id = ${buildingId}::uuid`
  return row ?? null
}

/** The latest papers of a house and month, the newest first. */
export async function paperBatches(ctx: Read, { buildingId, period }: { buildingId: string; period: string }): Promise<PaperBatch[]> {
  return ctx.db.$queryRaw<PaperBatch[]>`
    select p.building_id::text as "buildingId", p.batch_id::text as "batchId", p.period::text as period, p.locale, p.state, p.bill_count as "billCount", p.done_count as "doneCount",
      p.invitation_count as "invitationCount", p.ordered_at as "orderedAt", p.sha256, p.failed_number::text as "failedNumber", exists (select 1 from bill_corrections k where k.building_id = p.building_id and k.period = p.period and k.posted_at > p.ordered_at) as outdated
    from paper_batches p where p.building_id = ${buildingId}::uuid and p.period = ${period}::char(7) order by p.ordered_at desc limit 5`
}

export async function findPaperBatch(ctx: Read, { buildingId, batchId }: PaperBatchKey): Promise<PaperBatch | null> {
  const [row] = await ctx.db.$queryRaw<PaperBatch[]>`
    select p.building_id::text as "buildingId", p.batch_id::text as "batchId", p.period::text as period, p.locale, p.state, p.bill_count as "billCount", p.done_count as "doneCount",
      p.invitation_count as "invitationCount", p.ordered_at as "orderedAt", p.sha256, p.failed_number::text as "failedNumber", exists (select 1 from bill_corrections k where k.building_id = p.building_id and k.period = p.period and k.posted_at > p.ordered_at) as outdated
    from paper_batches p where p.building_id = ${buildingId}::uuid and p.batch_id = ${batchId}::uuid`
  return row ?? null
}

export type PaperOf = { number: string; premisesId: string; invited: boolean }

/**
 * Bills of a house and month as a postman walks: by entrance, then flats before the other units, by number (2 before 10). A code is for a flat to which nobody is
 * linked: on the newest bill of the account that is open, never on the last bill of somebody who has left. */
export async function papersInOrder(ctx: Read, { buildingId, period }: { buildingId: string; period: string }): Promise<PaperOf[]> {
  return ctx.db.$queryRaw<PaperOf[]>`
    select n.number::text as number, l.premises_id::text as "premisesId", x.premises_id is null and (a.closed_on is null or a.closed_on > app.today()) and not exists (
        select from bills o where o.building_id = l.building_id and o.account_id = l.account_id and o.period > l.period) as invited
      from bills l
      join accounts a on a.building_id = l.building_id and a.account_id = l.account_id
      join account_numbers n on n.building_id = l.building_id and n.account_id = l.account_id
      join premises p on p.building_id = l.building_id and p.premises_id = l.premises_id
      left join (select * from auth.linked_premises(${buildingId}::uuid) as premises_id) x on x.premises_id = l.premises_id
     where l.building_id = ${buildingId}::uuid and l.period = ${period}::char(7)
     order by p.entrance nulls last, array_position(array['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE'], p.kind), nullif(regexp_replace(p.number, '[^0-9].*$', ''), '')::numeric nulls last, p.number, n.number`
}
