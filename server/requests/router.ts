import 'server-only'
import { router, signedProcedure, staffProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { acceptResult } from '#server/requests/accept-result.ts'
import { answerRequest } from '#server/requests/answer-request.ts'
import { assignRequest } from '#server/requests/assign-request.ts'
import { declineRequest } from '#server/requests/decline-request.ts'
import { extendDeadline } from '#server/requests/extend-deadline.ts'
import { fileRequest } from '#server/requests/file-request.ts'
import { joinRequest } from '#server/requests/join-request.ts'
import { askingPlaces, countsOf, executorsOf, listMine, listOfHouse, listSimilar, requestView, staffQueue } from '#server/requests/queries.ts'
import { rejectResult } from '#server/requests/reject-result.ts'
import { reportDone } from '#server/requests/report-done.ts'
import { answerRequestInput, assignRequestInput, fileRequestInput, houseInput, joinRequestInput, queueInput, reasonInput, reportDoneInput, requestInput, resultInput, similarInput } from '#server/requests/schema.ts'
import { startWork } from '#server/requests/start-work.ts'
import { categoryFacts } from '#server/requests/terms/queries.ts'
import { transferRequest } from '#server/requests/transfer-request.ts'

export const requestsRouter = router({
  categories: signedProcedure.query(({ ctx }) => categoryFacts(ctx.db, ctx.today)),
  askingPlaces: signedProcedure.query(({ ctx }) => askingPlaces(ctx)),
  listMine: signedProcedure.query(({ ctx }) => listMine(ctx)),
  listOfHouse: signedProcedure.input(houseInput).query(({ ctx, input }) => listOfHouse(ctx, input.buildingId)),
  listSimilar: signedProcedure.input(similarInput).query(({ ctx, input }) => listSimilar(ctx, input)),
  countsOfHouse: signedProcedure.input(houseInput).query(({ ctx, input }) => countsOf(ctx, input.buildingId)),
  one: signedProcedure.input(requestInput).query(({ ctx, input }) =>
    shown({ ctx, what: 'REQUEST' }, requestView(ctx, input), ({ details }) => details ? [{ buildingId: input.buildingId, premisesId: details.premisesId }] : [])),
  queue: staffProcedure.input(queueInput).query(({ ctx, input }) => shown({ ctx, what: 'REQUEST_QUEUE' }, staffQueue(ctx, input), ({ rows }) => rows)),
  executors: staffProcedure.input(houseInput).query(({ ctx, input }) => executorsOf(ctx, input.buildingId)),
  fileRequest: signedProcedure.input(fileRequestInput).mutation(({ ctx, input }) => fileRequest(ctx, input)),
  joinRequest: signedProcedure.input(joinRequestInput).mutation(({ ctx, input }) => joinRequest(ctx, input)),
  acceptResult: signedProcedure.input(resultInput).mutation(({ ctx, input }) => acceptResult(ctx, input)),
  rejectResult: signedProcedure.input(resultInput).mutation(({ ctx, input }) => rejectResult(ctx, input)),
  assignRequest: staffProcedure.input(assignRequestInput).mutation(({ ctx, input }) => assignRequest(ctx, input)),
  startWork: staffProcedure.input(requestInput).mutation(({ ctx, input }) => startWork(ctx, input)),
  answerRequest: staffProcedure.input(answerRequestInput).mutation(({ ctx, input }) => answerRequest(ctx, input)),
  reportDone: staffProcedure.input(reportDoneInput).mutation(({ ctx, input }) => reportDone(ctx, input)),
  extendDeadline: staffProcedure.input(reasonInput).mutation(({ ctx, input }) => extendDeadline(ctx, input)),
  declineRequest: staffProcedure.input(reasonInput).mutation(({ ctx, input }) => declineRequest(ctx, input)),
  transferRequest: staffProcedure.input(reasonInput).mutation(({ ctx, input }) => transferRequest(ctx, input)),
})
