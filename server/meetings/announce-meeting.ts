import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { normaliseUz } from '#server/kernel/text.ts'
import { announced } from '#server/meetings/events.ts'
import { mayConvene } from '#server/meetings/policy.ts'
import { findHouse, rulesInForce } from '#server/meetings/queries.ts'
import { checkTimes, commonTerms, instantOf, meetingMachine, type VotingRule } from '#server/meetings/rules.ts'
import type { AnnounceMeetingInput, Trilingual } from '#server/meetings/schema.ts'

export type AnnouncedMeeting = { meetingId: string; number: number }

/** Hangs up the notice: questions in three languages, the rule of law of each, when voting opens and ends. */
export async function announceMeeting(ctx: Context, input: AnnounceMeetingInput): Promise<AnnouncedMeeting> {
  const house = await findHouse(ctx, input.buildingId)
  mayConvene(ctx.actor, house)
  if (house === null) throw notFound()
  const law = await rulesInForce(ctx, house.country, ctx.today)
  const rules = input.items.map(item => ruleFor(law, item.questionType, input.scope))
  if (new Set(input.items.map(item => item.itemId)).size !== input.items.length) throw invalid('meetings.questionTwice')
  const terms = commonTerms(rules)
  const [opensAt, closesAt] = [instantOf(input.opensAt), instantOf(input.closesAt)]
  checkTimes({ posted: ctx.today, noticeDays: terms.noticeDays, opensAt, closesAt })

  await ctx.db.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`meetings ${input.buildingId}`}, 0))::text`
  const again = await storedAlready(ctx, input)
  if (again) return again
  const [{ number } = { number: 1 }] = await ctx.db.$queryRaw<{ number: number }[]>`
    select coalesce(max(number), 0) + 1 as number from meetings where building_id = ${input.buildingId}::uuid`
  const title = tidy(input.title)
  const state = meetingMachine.next(meetingMachine.initial, 'post')
  await ctx.db.$executeRaw`insert into meetings (building_id, meeting_id, number, title, form, scope, weight, co_owners, state, initiator, notice_days,
      notice_posted_at, opens_at, closes_at, created_by, created_at)
    values (${input.buildingId}::uuid, ${input.meetingId}::uuid, ${number}, ${JSON.stringify(title)}::jsonb, ${input.form}, ${input.scope}, ${terms.weight}, ${terms.coOwners},
      ${state}, ${initiatorOf(ctx)}, ${terms.noticeDays}, app.now(), ${opensAt}, ${closesAt}, ${ctx.actor.personId}::uuid, app.now())`
  const items = input.items.map((item, index) => ({
    itemId: item.itemId, position: index + 1, question: tidy(item.question), explanation: item.explanation ? tidy(item.explanation) : {}, ruleId: rules[index]?.ruleId,
  }))
  await ctx.db.$executeRaw`insert into agenda_items (building_id, meeting_id, item_id, position, question, explanation, rule_id)
    select ${input.buildingId}::uuid, ${input.meetingId}::uuid, x."itemId", x.position, x.question, x.explanation, x."ruleId"
      from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as x("itemId" uuid, position int, question jsonb, explanation jsonb, "ruleId" text)`
  await record(ctx, {
    action: 'meetings.announceMeeting', buildingId: input.buildingId, subjectType: 'meeting', subjectId: input.meetingId,
    after: { number, title, form: input.form, scope: input.scope, opensAt, closesAt, items },
  })
  await emit(ctx, {
    name: announced, buildingId: input.buildingId,
    payload: { meetingId: input.meetingId, number, title, opensAt: opensAt.toISOString(), closesAt: closesAt.toISOString(), questions: items.length },
  })
  return { meetingId: input.meetingId, number }
}

function ruleFor(law: readonly VotingRule[], questionType: string, scope: string): VotingRule {
  const rule = law.find(each => each.questionType === questionType && each.scope === scope)
  if (!rule) throw invalid('meetings.noRule')
  return rule
}

function tidy(text: Trilingual): Trilingual {
  return { uz: normaliseUz(text.uz), kk: text.kk.normalize('NFC'), ru: text.ru.normalize('NFC') }
}

/** The role in which the meeting is convened, as the notice prints it. */
function initiatorOf(ctx: Context): string {
  return ctx.actor.grants.find(grant => grant.id === ctx.actor.actingGrantId && grant.rights.includes('meeting.convene'))?.role
    ?? ctx.actor.grants.find(grant => grant.rights.includes('meeting.convene'))?.role ?? 'COUNCIL_MEMBER'
}

async function storedAlready(ctx: Context, input: AnnounceMeetingInput): Promise<AnnouncedMeeting | null> {
  const rows = await ctx.db.$queryRaw<{ number: number; mine: boolean }[]>`
    select number, created_by is not distinct from ${ctx.actor.personId}::uuid and title ->> 'ru' = ${tidy(input.title).ru} as mine
    from meetings where building_id = ${input.buildingId}::uuid and meeting_id = ${input.meetingId}::uuid`
  if (!rows[0]) return null
  if (!rows[0].mine) throw conflict('meetings.idTaken')
  return { meetingId: input.meetingId, number: rows[0].number }
}
