import 'server-only'
import { router, staffProcedure } from '#server/api/trpc.ts'
import { closeAccount } from '#server/premises/close-account.ts'
import { correctPremises } from '#server/premises/correct-premises.ts'
import { openAccount } from '#server/premises/open-account.ts'
import { openUnitCard } from '#server/premises/open-unit-card.ts'
import { houseFindings, listPremises } from '#server/premises/queries.ts'
import { registerOwner } from '#server/premises/register-owner.ts'
import { registerPersons } from '#server/premises/register-persons.ts'
import { registerPremises } from '#server/premises/register-premises.ts'
import { buildingInput, closeAccountInput, correctPremisesInput, openAccountInput, premisesInput, registerOwnerInput, registerPersonsInput, registerPremisesInput, transferOwnershipInput } from '#server/premises/schema.ts'
import { transferOwnership } from '#server/premises/transfer-ownership.ts'

export const premisesRouter = router({
  list: staffProcedure.input(buildingInput).query(({ ctx, input }) => listPremises(ctx, input.buildingId)),
  card: staffProcedure.input(premisesInput).query(({ ctx, input }) => openUnitCard(ctx, input)),
  findings: staffProcedure.input(buildingInput).query(({ ctx, input }) => houseFindings(ctx, input.buildingId)),
  register: staffProcedure.input(registerPremisesInput).mutation(({ ctx, input }) => registerPremises(ctx, input)),
  correct: staffProcedure.input(correctPremisesInput).mutation(({ ctx, input }) => correctPremises(ctx, input)),
  registerOwner: staffProcedure.input(registerOwnerInput).mutation(({ ctx, input }) => registerOwner(ctx, input)),
  transferOwnership: staffProcedure.input(transferOwnershipInput).mutation(({ ctx, input }) => transferOwnership(ctx, input)),
  openAccount: staffProcedure.input(openAccountInput).mutation(({ ctx, input }) => openAccount(ctx, input)),
  closeAccount: staffProcedure.input(closeAccountInput).mutation(({ ctx, input }) => closeAccount(ctx, input)),
  registerPersons: staffProcedure.input(registerPersonsInput).mutation(({ ctx, input }) => registerPersons(ctx, input)),
})
