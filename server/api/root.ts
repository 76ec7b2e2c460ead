import 'server-only'
import { createCallerFactory, router } from '#server/api/trpc.ts'

export const appRouter = router({
})

export type AppRouter = typeof appRouter
export const createCaller = createCallerFactory(appRouter)
