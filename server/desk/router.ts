import 'server-only'
import { router, signedProcedure, staffProcedure } from '#server/api/trpc.ts'
import { shown } from '#server/audit/views.ts'
import { openCard } from '#server/desk/open-card.ts'
import { searchDesk, viewsOfMyHomes } from '#server/desk/queries.ts'
import { openCardInput, searchDeskInput } from '#server/desk/schema.ts'

export const deskRouter = router({
  search: staffProcedure.input(searchDeskInput).query(({ ctx, input }) => shown({ ctx, what: 'DESK_SEARCH' }, searchDesk(ctx, input), hits => hits)),
  viewsOfMyHomes: signedProcedure.query(({ ctx }) => viewsOfMyHomes(ctx)),
  openCard: staffProcedure.input(openCardInput).mutation(({ ctx, input }) => openCard(ctx, input)),
})
