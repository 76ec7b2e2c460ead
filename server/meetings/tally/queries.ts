import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { judge, type Judgement, type Sums, type VotingRule } from '#server/meetings/rules.ts'

export type TallyRow = {
  itemId: string; position: number
  weightFor: bigint; weightAgainst: bigint; weightAbstain: bigint
  seatsFor: number; seatsAgainst: number; seatsAbstain: number
}

/**
 * Counts every question of a meeting in one statement over its ballots: 1,000 seats × 10 questions at once.
 * The answers of a ballot are one letter per question; run as meetings, and only after the end.
 */
export async function tallyBallots(ctx: Context, place: { buildingId: string; meetingId: string }): Promise<TallyRow[]> {
  return ctx.db.$queryRaw<TallyRow[]>`
    with votes as materialized (
      select length(choices) as n, choices, weight from ballots where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid),
    counted as (
      select p.position, substr(v.choices, p.position, 1) as choice, sum(v.weight)::bigint as weight, count(*)::int as seats
      from votes v cross join lateral generate_series(1, v.n) p(position) group by 1, 2)
    select i.item_id as "itemId", i.position::int as position,
      coalesce(max(c.weight) filter (where c.choice = 'F'), 0)::bigint as "weightFor",
      coalesce(max(c.weight) filter (where c.choice = 'N'), 0)::bigint as "weightAgainst",
      coalesce(max(c.weight) filter (where c.choice = 'A'), 0)::bigint as "weightAbstain",
      coalesce(max(c.seats) filter (where c.choice = 'F'), 0)::int as "seatsFor",
      coalesce(max(c.seats) filter (where c.choice = 'N'), 0)::int as "seatsAgainst",
      coalesce(max(c.seats) filter (where c.choice = 'A'), 0)::int as "seatsAbstain"
    from agenda_items i left join counted c on c.position = i.position
    where i.building_id = ${place.buildingId}::uuid and i.meeting_id = ${place.meetingId}::uuid
    group by i.item_id, i.position order by i.position`
}

export type Turnout = { seats: number; weight: bigint }

/** How many voted and what they weigh: all that anybody learns before the end; run as meetings. */
export async function turnoutOf(ctx: Context, place: { buildingId: string; meetingId: string }): Promise<Turnout> {
  const rows = await ctx.db.$queryRaw<Turnout[]>`
    select count(*)::int as seats, coalesce(sum(weight), 0)::bigint as weight from ballots
    where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid`
  return rows[0] ?? { seats: 0, weight: 0n }
}

export type CountedQuestion = Sums & Judgement & {
  readonly itemId: string; readonly position: number; readonly rule: VotingRule
  readonly seatsFor: number; readonly seatsAgainst: number; readonly seatsAbstain: number; readonly seatsPresent: number
}
type Asked = { itemId: string; position: number; rule: VotingRule }

function judged({ itemId, position, rule }: Asked, row: TallyRow, all: bigint): CountedQuestion {
  const sums: Sums = { for: row.weightFor, against: row.weightAgainst, abstain: row.weightAbstain, all }
  const { seatsFor, seatsAgainst, seatsAbstain } = row
  return { itemId, position, rule, ...sums, ...judge(sums, rule), seatsFor, seatsAgainst, seatsAbstain, seatsPresent: seatsFor + seatsAgainst + seatsAbstain }
}

/** The result as it was kept when the meeting was counted; anybody of the house reads it. */
export async function storedQuestions(ctx: Context, place: { buildingId: string; meetingId: string }, agenda: readonly Asked[]): Promise<CountedQuestion[]> {
  const rows = await ctx.db.$queryRaw<(Omit<TallyRow, 'position'> & { weightAll: bigint })[]>`
    select item_id as "itemId", weight_for as "weightFor", weight_against as "weightAgainst", weight_abstain as "weightAbstain", weight_all as "weightAll",
      seats_for as "seatsFor", seats_against as "seatsAgainst", seats_abstain as "seatsAbstain"
    from meeting_results where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid`
  return agenda.flatMap(item => rows.filter(row => row.itemId === item.itemId).map(row => judged(item, { ...row, position: item.position }, row.weightAll)))
}

/** Every question of a meeting that is over, counted by the rule it was opened with; run as meetings. */
export async function countQuestions(ctx: Context, meeting: { buildingId: string; meetingId: string; rollWeight: bigint | null }, agenda: readonly Asked[]): Promise<CountedQuestion[]> {
  const rows = new Map((await tallyBallots(ctx, meeting)).map(row => [row.itemId, row]))
  return agenda.map(item => {
    const row = rows.get(item.itemId)
    if (!row) throw new Error(`question ${item.itemId} was not counted`)
    return judged(item, row, meeting.rollWeight ?? 0n)
  })
}
