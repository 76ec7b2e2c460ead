import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { readRule, type WrittenRule } from '#server/meetings/manifest/rules.ts'
import type { HouseReach } from '#server/meetings/policy.ts'
import type { MeetingState, VotingRule } from '#server/meetings/rules.ts'
import { questionTypes, type CoOwners, type Form, type Paper, type QuestionType, type Scope, type SignOff, type Trilingual, type WeightKind } from '#server/meetings/schema.ts'

export type House = HouseReach & { readonly name: string; readonly country: Country; readonly demonstration: boolean }

/** The house as this session may know it; null when it may not. */
export async function findHouse(ctx: Context, buildingId: string): Promise<House | null> {
  const rows = await ctx.db.$queryRaw<House[]>`
    select building_id as "buildingId", name, country::text as country, demonstration, auth.reaches('{house.read}', building_id) as "mayRead",
      auth.reaches('{meeting.convene}', building_id) as "mayConvene"
    from buildings where building_id = ${buildingId}::uuid`
  return rows[0] ?? null
}

export type Meeting = {
  buildingId: string; meetingId: string; number: number; title: Trilingual; form: Form; scope: Scope; weight: WeightKind; coOwners: CoOwners
  state: MeetingState; initiator: string; noticeDays: number; noticePostedAt: Date | null; opensAt: Date; closesAt: Date; openedAt: Date | null
  manifestHash: string | null; rollSeats: number | null; rollWeight: bigint | null; weightDenominator: bigint | null; signOff: SignOff | null
}

async function meetingsWhere(ctx: Context, by: { buildingId: string | null; meetingId: string | null; lock?: 'update' | 'share' }): Promise<Meeting[]> {
  const { buildingId, meetingId } = by
  // FOR UPDATE and FOR SHARE cannot be a parameter: a lock first, then the row as the lock left it.
  if (by.lock === 'update') await ctx.db.$queryRaw`select 1 from meetings where building_id = ${buildingId}::uuid and meeting_id = ${meetingId}::uuid for update`
  if (by.lock === 'share') await ctx.db.$queryRaw`select 1 from meetings where building_id = ${buildingId}::uuid and meeting_id = ${meetingId}::uuid for share`
  return ctx.db.$queryRaw<Meeting[]>`
    select building_id as "buildingId", meeting_id as "meetingId", number, title, form, scope, weight, co_owners as "coOwners", state, initiator,
      notice_days as "noticeDays", notice_posted_at as "noticePostedAt", opens_at as "opensAt", closes_at as "closesAt", opened_at as "openedAt",
      manifest_hash::text as "manifestHash", roll_seats as "rollSeats", roll_weight as "rollWeight", weight_denominator as "weightDenominator", sign_off as "signOff"
    from meetings where (${buildingId}::uuid is null or building_id = ${buildingId}::uuid) and (${meetingId}::uuid is null or meeting_id = ${meetingId}::uuid)
    order by (state = 'OPEN') desc, opens_at desc limit 200`
}

type Place = { buildingId: string; meetingId: string }

/** A meeting this session may see, or no meeting at all. */
export async function meetingAt(ctx: Context, place: Place): Promise<Meeting> {
  const [meeting] = await meetingsWhere(ctx, place)
  if (!meeting) throw notFound('meetings.meetingNotFound')
  return meeting
}

export async function meetingById(ctx: Context, meetingId: string): Promise<Meeting> {
  const [meeting] = await meetingsWhere(ctx, { buildingId: null, meetingId })
  if (!meeting) throw notFound('meetings.meetingNotFound')
  return meeting
}

/** Held for the rest of the transaction: `update` by whoever changes its state, `share` by whoever votes in it. */
export async function lockedMeeting(ctx: Context, place: Place, lock: 'update' | 'share'): Promise<Meeting> {
  const [meeting] = await meetingsWhere(ctx, { ...place, lock })
  if (!meeting) throw notFound('meetings.meetingNotFound')
  return meeting
}

/** Meetings of these houses, the open ones first. */
export async function meetingsOf(ctx: Context, buildingIds: readonly string[]): Promise<Meeting[]> {
  const all: Meeting[] = []
  for (const buildingId of buildingIds) all.push(...await meetingsWhere(ctx, { buildingId, meetingId: null }))
  return all
}

type RuleRow = {
  ruleId: string; questionType: QuestionType; scope: Scope; weight: WeightKind; coOwners: CoOwners; noticeDays: number; leastLevel: number
  quorumNumerator: bigint; quorumDenominator: bigint; quorumOperator: 'GT' | 'GE'; majorityBase: 'ALL' | 'PRESENT'
  majorityNumerator: bigint; majorityDenominator: bigint; majorityOperator: 'GT' | 'GE'; act: Trilingual; source: Trilingual; verified: boolean
}

function ruleOf(row: RuleRow): VotingRule {
  const { ruleId, questionType, scope, weight, coOwners, noticeDays, leastLevel, majorityBase, act, source, verified } = row
  return {
    ruleId, questionType, scope, weight, coOwners, noticeDays, leastLevel, majorityBase, act, source, verified,
    quorum: { numerator: row.quorumNumerator, denominator: row.quorumDenominator, operator: row.quorumOperator },
    majority: { numerator: row.majorityNumerator, denominator: row.majorityDenominator, operator: row.majorityOperator },
  }
}

/** The rules of a country in force on a day. */
export async function rulesInForce(ctx: Context, country: Country, on: LocalDate): Promise<VotingRule[]> {
  const rows = await ctx.db.$queryRaw<RuleRow[]>`
    select rule_id as "ruleId", question_type as "questionType", scope, weight, co_owners as "coOwners", notice_days as "noticeDays", least_level::int as "leastLevel",
      quorum_numerator as "quorumNumerator", quorum_denominator as "quorumDenominator", quorum_operator as "quorumOperator", majority_base as "majorityBase",
      majority_numerator as "majorityNumerator", majority_denominator as "majorityDenominator", majority_operator as "majorityOperator", act, source, verified
    from voting_rules where country = ${country} and valid_from <= ${on}::date and (valid_to is null or valid_to >= ${on}::date)
    order by scope`
  return rows.map(ruleOf).sort((a, b) => questionTypes.indexOf(a.questionType) - questionTypes.indexOf(b.questionType))
}

export type AgendaItem = { itemId: string; position: number; question: Trilingual; explanation: Partial<Trilingual>; papers: Paper[]; rule: VotingRule }
type ItemRow = RuleRow & Omit<AgendaItem, 'rule'> & { frozen: WrittenRule | null }

const papersOfItem = Prisma.sql`
  select coalesce(jsonb_agg(jsonb_build_object('paperId', p.paper_id, 'title', p.title, 'mediaType', p.media_type, 'sizeBytes', p.size_bytes, 'sha256', p.sha256)
    order by p.added_at, p.paper_id), '[]')
  from meeting_papers p where p.building_id = i.building_id and p.meeting_id = i.meeting_id and p.item_id = i.item_id and p.withdrawn_at is null`

/** The questions with their rules: as frozen at opening, before that as the law stands. */
export async function agendaOf(ctx: Context, place: Place): Promise<AgendaItem[]> {
  const rows = await ctx.db.$queryRaw<ItemRow[]>`
    select i.item_id as "itemId", i.position::int as position, i.question, i.explanation, q.value -> 'rule' as frozen, (${papersOfItem}) as papers,
      r.rule_id as "ruleId", r.question_type as "questionType", r.scope, r.weight, r.co_owners as "coOwners", r.notice_days as "noticeDays", r.least_level::int as "leastLevel",
      r.quorum_numerator as "quorumNumerator", r.quorum_denominator as "quorumDenominator", r.quorum_operator as "quorumOperator", r.majority_base as "majorityBase",
      r.majority_numerator as "majorityNumerator", r.majority_denominator as "majorityDenominator", r.majority_operator as "majorityOperator", r.act, r.source, r.verified
    from agenda_items i join voting_rules r on r.rule_id = i.rule_id
    join meetings m on m.building_id = i.building_id and m.meeting_id = i.meeting_id
    left join lateral jsonb_array_elements(m.manifest -> 'questions') q on q.value ->> 'id' = i.item_id::text
    where i.building_id = ${place.buildingId}::uuid and i.meeting_id = ${place.meetingId}::uuid order by i.position`
  return rows.map(row => ({
    itemId: row.itemId, position: row.position, question: row.question, explanation: row.explanation, papers: row.papers, rule: row.frozen ? readRule(row.frozen) : ruleOf(row),
  }))
}

/** Meetings whose time is over and that nobody has counted; run as meetings. */
export async function meetingsDue(ctx: Context): Promise<Place[]> {
  return ctx.db.$queryRaw<Place[]>`
    select building_id as "buildingId", meeting_id as "meetingId" from meetings where state = 'OPEN' and closes_at <= app.now() order by closes_at limit 100`
}

/** Meetings whose announced hour has come and whose rules may be voted by; run as worker. */
export async function meetingsToOpen(ctx: Context): Promise<Place[]> {
  return ctx.db.$queryRaw<Place[]>`
    select m.building_id as "buildingId", m.meeting_id as "meetingId" from meetings m join buildings b on b.building_id = m.building_id
    where m.state = 'NOTICE_POSTED' and m.opens_at <= app.now() and m.closes_at > app.now() and (b.demonstration or m.sign_off is not null or not exists (
      select from agenda_items i join voting_rules r on r.rule_id = i.rule_id where i.building_id = m.building_id and i.meeting_id = m.meeting_id and not r.verified))
    order by m.opens_at limit 100`
}
