import 'server-only'
import { router, signedProcedure, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { approveEstimate } from './approve-estimate.ts'
import { approveRefund } from './approve-refund.ts'
import { cancelProgramme } from './cancel-programme.ts'
import { closeStage } from './close-stage.ts'
import { declineRefund } from './decline-refund.ts'
import { councilFunds, fundHouses, fundScreen } from './fund/queries.ts'
import { moveProgramme } from './move-programme.ts'
import { openProgramme } from './open-programme.ts'
import { reconcileProgramme } from './reconcile-programme.ts'
import { registerAct } from './register-act.ts'
import { registerEstimate } from './register-estimate.ts'
import { registerStage } from './register-stage.ts'
import { requestRefund } from './request-refund.ts'
import { approveEstimateInput, cancelProgrammeInput, closeStageInput, decideRefundInput, houseInput, moveProgrammeInput, openProgrammeInput, programmeKey, reconcileProgrammeInput,
  registerActInput, registerEstimateInput, registerStageInput, requestRefundInput, withdrawActInput, withdrawStageInput } from './schema.ts'
import { keptHouses, programmeDesk, programmeList } from './works/desk.ts'
import { withdrawAct } from './withdraw-act.ts'
import { withdrawStage } from './withdraw-stage.ts'

export const repairsRouter = router({
  houses: signedProcedure.query(({ ctx }) => fundHouses(ctx)),
  fund: signedProcedure.input(houseInput).query(({ ctx, input }) => fundScreen(ctx, input.buildingId)),
  council: signedProcedure.input(houseInput).query(({ ctx, input }) => councilFunds(ctx, input.buildingId)),
  programmes: staffProcedure.query(({ ctx }) => programmeList(ctx)),
  keptHouses: staffProcedure.query(({ ctx }) => keptHouses(ctx)),
  programme: staffProcedure.input(programmeKey).query(({ ctx, input }) => programmeDesk(ctx, input)),
  openProgramme: staffProcedure.input(openProgrammeInput).mutation(({ ctx, input }) => openProgramme(ctx, input)),
  registerEstimate: staffProcedure.input(registerEstimateInput).mutation(({ ctx, input }) => registerEstimate(ctx, input)),
  approveEstimate: staffProcedure.input(approveEstimateInput).mutation(({ ctx, input }) => approveEstimate(ctx, input)),
  moveProgramme: staffProcedure.input(moveProgrammeInput).mutation(({ ctx, input }) => moveProgramme(ctx, input)),
  cancelProgramme: staffProcedure.input(cancelProgrammeInput).mutation(({ ctx, input }) => cancelProgramme(ctx, input)),
  reconcileProgramme: staffProcedure.input(reconcileProgrammeInput).mutation(({ ctx, input }) => reconcileProgramme(ctx, input)),
  registerStage: staffProcedure.input(registerStageInput).mutation(({ ctx, input }) => registerStage(ctx, input)),
  withdrawStage: staffProcedure.input(withdrawStageInput).mutation(({ ctx, input }) => withdrawStage(ctx, input)),
  closeStage: staffProcedure.input(closeStageInput).mutation(({ ctx, input }) => closeStage(ctx, input)),
  // Not in one transaction: that a spending was refused outlives the refusal.
  registerAct: stepProcedure.input(registerActInput).mutation(({ ctx, input }) => registerAct(ctx.request, input)),
  withdrawAct: staffProcedure.input(withdrawActInput).mutation(({ ctx, input }) => withdrawAct(ctx, input)),
  requestRefund: staffProcedure.input(requestRefundInput).mutation(({ ctx, input }) => requestRefund(ctx, input)),
  approveRefund: staffProcedure.input(decideRefundInput).mutation(({ ctx, input }) => approveRefund(ctx, input)),
  declineRefund: staffProcedure.input(decideRefundInput).mutation(({ ctx, input }) => declineRefund(ctx, input)),
})
