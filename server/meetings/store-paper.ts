import 'server-only'
import { record } from '#server/audit/record.ts'
import { storeFile } from '#server/documents/store-file.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { mayConvene } from '#server/meetings/policy.ts'
import { agendaOf, findHouse, lockedMeeting } from '#server/meetings/queries.ts'
import { checkPapersOpen, judgePaper } from '#server/meetings/rules.ts'
import { paperLimits, type Paper, type StorePaperInput } from '#server/meetings/schema.ts'

/** Lays a PDF or a photo beside a question while the voting is not open; the same paper sent twice is one paper. */
export async function storePaper(ctx: Context, input: StorePaperInput): Promise<Paper> {
  mayConvene(ctx.actor, await findHouse(ctx, input.buildingId))
  judgePaper(input.bytes)
  const meeting = await lockedMeeting(ctx, input, 'update')
  checkPapersOpen(meeting.state)
  const item = (await agendaOf(ctx, input)).find(each => each.itemId === input.itemId)
  if (!item) throw notFound('meetings.questionNotFound')
  const known = item.papers.some(paper => paper.paperId === input.paperId)
  if (!known && item.papers.length >= paperLimits.perQuestion) throw conflict('meetings.tooManyPapers', { most: paperLimits.perQuestion })

  const file = await storeFile(ctx, {
    buildingId: input.buildingId, premisesId: null, fileId: input.paperId, kind: 'MEETING_PAPER', subjectType: 'meeting', subjectId: input.meetingId, bytes: input.bytes, shared: true,
  })
  const paper: Paper = { paperId: file.fileId, title: input.title.normalize('NFC'), mediaType: file.mediaType, sizeBytes: file.sizeBytes, sha256: file.sha256 }
  if (known) return paper
  const inserted = await ctx.db.$executeRaw`insert into meeting_papers (building_id, meeting_id, paper_id, item_id, title, sha256, media_type, size_bytes, added_by)
    values (${input.buildingId}::uuid, ${input.meetingId}::uuid, ${paper.paperId}::uuid, ${input.itemId}::uuid, ${paper.title}, ${paper.sha256}, ${paper.mediaType},
      ${paper.sizeBytes}::bigint, ${ctx.actor.personId}::uuid)
    on conflict do nothing`
  if (inserted === 0) throw conflict('documents.fileIdTaken')
  await record(ctx, {
    action: 'meetings.storePaper', buildingId: input.buildingId, subjectType: 'meeting', subjectId: input.meetingId, after: { itemId: input.itemId, ...paper },
  })
  return paper
}
