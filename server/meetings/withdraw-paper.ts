import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { mayConvene } from '#server/meetings/policy.ts'
import { agendaOf, findHouse, lockedMeeting } from '#server/meetings/queries.ts'
import { checkPapersOpen } from '#server/meetings/rules.ts'
import type { WithdrawPaperInput } from '#server/meetings/schema.ts'

/** Takes a paper off its question while the voting is not open; the trail keeps what it was. */
export async function withdrawPaper(ctx: Context, input: WithdrawPaperInput): Promise<{ paperId: string }> {
  mayConvene(ctx.actor, await findHouse(ctx, input.buildingId))
  const meeting = await lockedMeeting(ctx, input, 'update')
  checkPapersOpen(meeting.state)
  const paper = (await agendaOf(ctx, input)).flatMap(item => item.papers).find(each => each.paperId === input.paperId)
  if (!paper) throw notFound('meetings.paperNotFound')
  await ctx.db.$executeRaw`update meeting_papers set withdrawn_at = app.now()
    where building_id = ${input.buildingId}::uuid and meeting_id = ${input.meetingId}::uuid and paper_id = ${input.paperId}::uuid`
  await record(ctx, { action: 'meetings.withdrawPaper', buildingId: input.buildingId, subjectType: 'meeting', subjectId: input.meetingId, before: paper })
  return { paperId: input.paperId }
}
