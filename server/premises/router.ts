import 'server-only'
import { router, staffProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { closeAccount } from '#server/premises/close-account.ts'
import { correctPremises } from '#server/premises/correct-premises.ts'
import { openAccount } from '#server/premises/open-account.ts'
import { openUnitCard } from '#server/premises/open-unit-card.ts'
import { endPrivilege } from '#server/premises/end-privilege.ts'
import { houseFindings, listPremises } from '#server/premises/queries.ts'
import { registerAbsence } from '#server/premises/register-absence.ts'
import { registerOwner } from '#server/premises/register-owner.ts'
import { registerPersons } from '#server/premises/register-persons.ts'
import { registerPrivilege } from '#server/premises/register-privilege.ts'
import { registerPremises } from '#server/premises/register-premises.ts'
import { buildingInput, closeAccountInput, correctPremisesInput, endPrivilegeInput, openAccountInput, premisesInput, registerAbsenceInput, registerOwnerInput, registerPersonsInput, registerPremisesInput, registerPrivilegeInput, transferOwnershipInput, withdrawAbsenceInput } from '#server/premises/schema.ts'
import { withdrawAbsence } from '#server/premises/withdraw-absence.ts'
import { transferOwnership } from '#server/premises/transfer-ownership.ts'

export const premisesRouter = router({
  list: staffProcedure.input(buildingInput).query(({ ctx, input }) => shown({ ctx, what: 'REGISTER_LIST' }, listPremises(ctx, input.buildingId), rows => rows.length === 0 ? [] : [{ ...input, premisesId: null }])),
  card: staffProcedure.input(premisesInput).query(({ ctx, input }) => openUnitCard(ctx, input)),
  findings: staffProcedure.input(buildingInput).query(({ ctx, input }) => houseFindings(ctx, input.buildingId)),
  register: staffProcedure.input(registerPremisesInput).mutation(({ ctx, input }) => registerPremises(ctx, input)),
  correct: staffProcedure.input(correctPremisesInput).mutation(({ ctx, input }) => correctPremises(ctx, input)),
  registerOwner: staffProcedure.input(registerOwnerInput).mutation(({ ctx, input }) => registerOwner(ctx, input)),
  transferOwnership: staffProcedure.input(transferOwnershipInput).mutation(({ ctx, input }) => transferOwnership(ctx, input)),
  openAccount: staffProcedure.input(openAccountInput).mutation(({ ctx, input }) => openAccount(ctx, input)),
  closeAccount: staffProcedure.input(closeAccountInput).mutation(({ ctx, input }) => closeAccount(ctx, input)),
  registerPersons: staffProcedure.input(registerPersonsInput).mutation(({ ctx, input }) => registerPersons(ctx, input)),
  registerAbsence: staffProcedure.input(registerAbsenceInput).mutation(({ ctx, input }) => registerAbsence(ctx, input)),
  withdrawAbsence: staffProcedure.input(withdrawAbsenceInput).mutation(({ ctx, input }) => withdrawAbsence(ctx, input)),
  registerPrivilege: staffProcedure.input(registerPrivilegeInput).mutation(({ ctx, input }) => registerPrivilege(ctx, input)),
  endPrivilege: staffProcedure.input(endPrivilegeInput).mutation(({ ctx, input }) => endPrivilege(ctx, input)),
})
