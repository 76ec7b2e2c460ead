import 'server-only'
import { createCallerFactory, router } from '#server/api/trpc.ts'
import { metersRouter } from '#server/meters/router.ts'

export const appRouter = router({
  meters: metersRouter,
})

export type AppRouter = typeof appRouter
export const createCaller = createCallerFactory(appRouter)
