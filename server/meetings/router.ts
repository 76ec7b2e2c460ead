import 'server-only'
import { router, signedProcedure, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { announceMeeting } from '#server/meetings/announce-meeting.ts'
import { cancelMeeting } from '#server/meetings/cancel-meeting.ts'
import { castBallot } from '#server/meetings/cast-ballot.ts'
import { closeVoting } from '#server/meetings/close-voting.ts'
import { freezeBallot } from '#server/meetings/freeze-ballot.ts'
import { openVoting } from '#server/meetings/open-voting.ts'
import { registerSignOff } from '#server/meetings/register-sign-off.ts'
import { requestBallotCode } from '#server/meetings/request-ballot-code.ts'
import {
  announceMeetingInput, buildingInput, cancelMeetingInput, castBallotInput, draftInput, freezeBallotInput, meetingIdInput, meetingInput, registerSignOffInput, shownDraftInput, storePaperInput,
  withdrawPaperInput,
} from '#server/meetings/schema.ts'
import { storePaper } from '#server/meetings/store-paper.ts'
import { listConvened, listMine, listRules, listSignOffs, showDraft, showMeeting, showReceipts } from '#server/meetings/views/queries.ts'
import { withdrawPaper } from '#server/meetings/withdraw-paper.ts'

export const meetingsRouter = router({
  listMine: signedProcedure.query(({ ctx }) => listMine(ctx)),
  show: signedProcedure.input(meetingIdInput).query(({ ctx, input }) => showMeeting(ctx, input)),
  draft: signedProcedure.input(shownDraftInput).query(({ ctx, input }) => showDraft(ctx, input)),
  receipts: signedProcedure.input(meetingIdInput).query(({ ctx, input }) => showReceipts(ctx, input)),
  listConvened: signedProcedure.query(({ ctx }) => listConvened(ctx)),
  listRules: signedProcedure.input(buildingInput).query(({ ctx, input }) => listRules(ctx, input)),
  freezeBallot: stepProcedure.input(freezeBallotInput).mutation(({ ctx, input }) => freezeBallot(ctx.request, input)),
  requestBallotCode: stepProcedure.input(draftInput).mutation(({ ctx, input }) => requestBallotCode(ctx.request, input)),
  castBallot: stepProcedure.input(castBallotInput).mutation(({ ctx, input }) => castBallot(ctx.request, input)),
  announceMeeting: signedProcedure.input(announceMeetingInput).mutation(({ ctx, input }) => announceMeeting(ctx, input)),
  openVoting: signedProcedure.input(meetingInput).mutation(({ ctx, input }) => openVoting(ctx, input)),
  closeVoting: signedProcedure.input(meetingInput).mutation(({ ctx, input }) => closeVoting(ctx, input)),
  cancelMeeting: signedProcedure.input(cancelMeetingInput).mutation(({ ctx, input }) => cancelMeeting(ctx, input)),
  storePaper: signedProcedure.input(storePaperInput).mutation(({ ctx, input }) => storePaper(ctx, input)),
  withdrawPaper: signedProcedure.input(withdrawPaperInput).mutation(({ ctx, input }) => withdrawPaper(ctx, input)),
  listSignOffs: staffProcedure.query(({ ctx }) => listSignOffs(ctx)),
  registerSignOff: staffProcedure.input(registerSignOffInput).mutation(({ ctx, input }) => registerSignOff(ctx, input)),
})
