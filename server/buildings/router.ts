import 'server-only'
import { router, signedProcedure, staffProcedure, stepProcedure } from '#server/api/trpc.ts'
import { correctBuilding } from '#server/buildings/correct-building.ts'
import { factsOf, findBuilding, listBuildings, publicHouse } from '#server/buildings/queries.ts'
import { registerBuilding } from '#server/buildings/register-building.ts'
import { judgePassport } from '#server/buildings/rules.ts'
import { buildingInput, correctBuildingInput, listBuildingsInput, registerBuildingInput } from '#server/buildings/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'

export const buildingsRouter = router({
  passport: signedProcedure.input(buildingInput).query(({ ctx, input }) => findBuilding(ctx, input.buildingId)),
  publicHouse: stepProcedure.input(buildingInput).query(({ ctx, input }) => serviceTransaction('public', inner => publicHouse(inner, input.buildingId), ctx.request)),
  judge: staffProcedure.input(buildingInput).query(async ({ ctx, input }) => {
    const building = await findBuilding(ctx, input.buildingId)
    return judgePassport(building.passport, await factsOf(ctx, building))
  }),
  list: staffProcedure.input(listBuildingsInput).query(({ ctx, input }) => listBuildings(ctx, input)),
  register: staffProcedure.input(registerBuildingInput).mutation(({ ctx, input }) => registerBuilding(ctx, input)),
  correct: staffProcedure.input(correctBuildingInput).mutation(({ ctx, input }) => correctBuilding(ctx, input)),
})
