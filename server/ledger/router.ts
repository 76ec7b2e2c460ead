import 'server-only'
import { router, signedProcedure, staffProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { accountForRequest, adjustmentCase, adjustmentLog, listAdjustments } from '#server/ledger/adjustments/queries.ts'
import { houseOpenings } from '#server/ledger/adjustments/openings.ts'
import {
  accountInput, issueConclusionInput, openMigrationWindowInput, postAdjustmentInput, postOpeningInput, requestAdjustmentInput, adjustmentInput,
} from '#server/ledger/adjustments/schema.ts'
import { houseFunds, houseMoney } from '#server/ledger/house/queries.ts'
import { issueConclusion } from '#server/ledger/issue-conclusion.ts'
import { openMigrationWindow } from '#server/ledger/open-migration-window.ts'
import { postAdjustment } from '#server/ledger/post-adjustment.ts'
import { postOpening } from '#server/ledger/post-opening.ts'
import { requestAdjustment } from '#server/ledger/request-adjustment.ts'
import { houseInput } from '#server/ledger/schema.ts'
import { startCheck } from '#server/ledger/start-check.ts'

export const ledgerRouter = router({
  houseFunds: signedProcedure.input(houseInput).query(({ ctx, input }) => houseFunds(ctx, input)),
  houseMoney: signedProcedure.input(houseInput).query(({ ctx, input }) => houseMoney(ctx, input)),
  adjustmentLog: signedProcedure.input(houseInput).query(({ ctx, input }) => adjustmentLog(ctx, input)),
  adjustments: staffProcedure.query(({ ctx }) => shown({ ctx, what: 'ADJUSTMENT' }, listAdjustments(ctx), ({ rows }) => rows)),
  adjustmentCase: staffProcedure.input(adjustmentInput).query(({ ctx, input }) => shown({ ctx, what: 'ADJUSTMENT' }, adjustmentCase(ctx, input), ({ request }) => [request])),
  accountForRequest: staffProcedure.input(accountInput).query(({ ctx, input }) => shown({ ctx, what: 'ADJUSTMENT' }, accountForRequest(ctx, input), place => [place])),
  openings: staffProcedure.input(houseInput).query(({ ctx, input }) => shown({ ctx, what: 'REGISTER_LIST' }, houseOpenings(ctx, input), ({ buildingId }) => [{ buildingId, premisesId: null }])),
  requestAdjustment: staffProcedure.input(requestAdjustmentInput).mutation(({ ctx, input }) => requestAdjustment(ctx, input)),
  startCheck: staffProcedure.input(adjustmentInput).mutation(({ ctx, input }) => startCheck(ctx, input)),
  issueConclusion: staffProcedure.input(issueConclusionInput).mutation(({ ctx, input }) => issueConclusion(ctx, input)),
  postAdjustment: staffProcedure.input(postAdjustmentInput).mutation(({ ctx, input }) => postAdjustment(ctx, input)),
  openMigrationWindow: staffProcedure.input(openMigrationWindowInput).mutation(({ ctx, input }) => openMigrationWindow(ctx, input)),
  postOpening: staffProcedure.input(postOpeningInput).mutation(({ ctx, input }) => postOpening(ctx, input)),
})
