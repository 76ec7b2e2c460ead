import 'server-only'
import { record } from '#server/audit/record.ts'
import { storeFile } from '#server/documents/store-file.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { compareDates } from '#server/kernel/period.ts'
import { mayRegisterSignOff } from '#server/meetings/policy.ts'
import { findHouse, lockedMeeting } from '#server/meetings/queries.ts'
import { judgePaper, meetingMachine } from '#server/meetings/rules.ts'
import type { RegisterSignOffInput, SignOff } from '#server/meetings/schema.ts'

/** A lawyer's word that the rules of this meeting are the law, kept and printed with its results (settled 15). */
export async function registerSignOff(ctx: Context, input: RegisterSignOffInput): Promise<SignOff> {
  mayRegisterSignOff(ctx.actor, await findHouse(ctx, input.buildingId))
  const meeting = await lockedMeeting(ctx, input, 'update')
  if (!meetingMachine.can(meeting.state, 'open')) throw conflict('meetings.alreadyOpened')
  if (compareDates(input.signedOn, ctx.today) > 0) throw invalid('meetings.signedInTheFuture')
  if (!input.bytes || !input.paperId) throw invalid('meetings.signOffPaperNeeded')
  judgePaper(input.bytes)
  const { fileId } = await storeFile(ctx, {
    buildingId: input.buildingId, premisesId: null, fileId: input.paperId, kind: 'MEETING_PAPER', subjectType: 'signOff', subjectId: input.meetingId, bytes: input.bytes, shared: true,
  })
  const signOff: SignOff = {
    lawyer: input.lawyer, signedOn: input.signedOn, document: input.document, paperId: fileId, recordedBy: ctx.actor.personId ?? '', recordedAt: ctx.now.toISOString(),
  }
  await ctx.db.$executeRaw`update meetings set sign_off = ${JSON.stringify(signOff)}::jsonb
    where building_id = ${input.buildingId}::uuid and meeting_id = ${input.meetingId}::uuid`
  await record(ctx, {
    action: 'meetings.registerSignOff', buildingId: input.buildingId, subjectType: 'meeting', subjectId: input.meetingId,
    ground: `${input.document}, ${input.signedOn}`, before: meeting.signOff, after: signOff,
  })
  return signOff
}
