import 'server-only'
import { router, signedProcedure, staffProcedure } from '#server/api/trpc.ts'
import { openCard } from '#server/desk/open-card.ts'
import { searchDesk, viewsOfMyHomes } from '#server/desk/queries.ts'
import { openCardInput, searchDeskInput } from '#server/desk/schema.ts'

export const deskRouter = router({
  search: staffProcedure.input(searchDeskInput).query(({ ctx, input }) => searchDesk(ctx, input)),
  viewsOfMyHomes: signedProcedure.query(({ ctx }) => viewsOfMyHomes(ctx)),
  openCard: staffProcedure.input(openCardInput).mutation(({ ctx, input }) => openCard(ctx, input)),
})
