import 'server-only'
import { publicProcedure, router, signedProcedure } from '#server/api/trpc.ts'
import { openInbox } from '#server/notifications/open-inbox.ts'
import { countUnread, listInbox } from '#server/notifications/queries.ts'
import { inboxInput } from '#server/notifications/schema.ts'

export const notificationsRouter = router({
  inbox: signedProcedure.input(inboxInput).query(({ ctx, input }) => listInbox(ctx, input)),
  unread: publicProcedure.query(({ ctx }) => countUnread(ctx)),
  openInbox: signedProcedure.mutation(({ ctx }) => openInbox(ctx)),
})
