import 'server-only'
import { deskRouter } from '#server/desk/router.ts'
import { createCallerFactory, router } from '#server/api/trpc.ts'
import { premisesRouter } from '#server/premises/router.ts'
import { buildingsRouter } from '#server/buildings/router.ts'
import { billingRouter } from '#server/billing/router.ts'
import { documentsRouter } from '#server/documents/router.ts'
import { importsRouter } from '#server/imports/router.ts'
import { identityRouter } from '#server/identity/router.ts'
import { meetingsRouter } from '#server/meetings/router.ts'
import { ledgerRouter } from '#server/ledger/router.ts'
import { metersRouter } from '#server/meters/router.ts'
import { paymentsRouter } from '#server/payments/router.ts'
import { statementsRouter } from '#server/payments/statements/router.ts'
import { repairsRouter } from '#server/repairs/router.ts'
import { requestsRouter } from '#server/requests/router.ts'
import { notificationsRouter } from '#server/notifications/router.ts'

export const appRouter = router({
  premises: premisesRouter,
  buildings: buildingsRouter,
  desk: deskRouter,
  billing: billingRouter,
  documents: documentsRouter,
  imports: importsRouter,
  identity: identityRouter,
  meetings: meetingsRouter,
  ledger: ledgerRouter,
  meters: metersRouter,
  payments: paymentsRouter,
  statements: statementsRouter,
  repairs: repairsRouter,
  requests: requestsRouter,
  notifications: notificationsRouter,
})

export type AppRouter = typeof appRouter
export const createCaller = createCallerFactory(appRouter)
