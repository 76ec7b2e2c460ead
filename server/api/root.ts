import 'server-only'
import { createCallerFactory, router } from '#server/api/trpc.ts'
import { documentsRouter } from '#server/documents/router.ts'
import { identityRouter } from '#server/identity/router.ts'
import { metersRouter } from '#server/meters/router.ts'

export const appRouter = router({
  documents: documentsRouter,
  identity: identityRouter,
  meters: metersRouter,
})

export type AppRouter = typeof appRouter
export const createCaller = createCallerFactory(appRouter)
