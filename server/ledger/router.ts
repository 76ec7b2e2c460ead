import 'server-only'
import { router, signedProcedure } from '#server/api/trpc.ts'
import { houseFunds, houseMoney } from '#server/ledger/house/queries.ts'
import { houseInput } from '#server/ledger/schema.ts'

export const ledgerRouter = router({
  houseFunds: signedProcedure.input(houseInput).query(({ ctx, input }) => houseFunds(ctx, input)),
  houseMoney: signedProcedure.input(houseInput).query(({ ctx, input }) => houseMoney(ctx, input)),
})
