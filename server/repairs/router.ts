import 'server-only'
import { router, signedProcedure, staffProcedure } from '#server/api/trpc.ts'
import { approveEstimate } from './approve-estimate.ts'
import { councilFunds, fundHouses, fundScreen } from './fund/queries.ts'
import { moveProgramme } from './move-programme.ts'
import { openProgramme } from './open-programme.ts'
import { registerEstimate } from './register-estimate.ts'
import { approveEstimateInput, houseInput, moveProgrammeInput, openProgrammeInput, registerEstimateInput } from './schema.ts'

export const repairsRouter = router({
  houses: signedProcedure.query(({ ctx }) => fundHouses(ctx)),
  fund: signedProcedure.input(houseInput).query(({ ctx, input }) => fundScreen(ctx, input.buildingId)),
  council: signedProcedure.input(houseInput).query(({ ctx, input }) => councilFunds(ctx, input.buildingId)),
  openProgramme: staffProcedure.input(openProgrammeInput).mutation(({ ctx, input }) => openProgramme(ctx, input)),
  registerEstimate: staffProcedure.input(registerEstimateInput).mutation(({ ctx, input }) => registerEstimate(ctx, input)),
  approveEstimate: staffProcedure.input(approveEstimateInput).mutation(({ ctx, input }) => approveEstimate(ctx, input)),
  moveProgramme: staffProcedure.input(moveProgrammeInput).mutation(({ ctx, input }) => moveProgramme(ctx, input)),
})
