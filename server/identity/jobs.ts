import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs, QueuedEvent } from '#server/infra/jobs.ts'
import { endOwnership } from '#server/identity/end-ownership.ts'

/** Heard by name: premises lie above identity on the map. */
async function ownershipTransferred(event: QueuedEvent): Promise<void> {
  const { premisesId, left } = event.payload
  if (typeof premisesId !== 'string' || !Array.isArray(left)) return
  await serviceTransaction('worker', ctx => endOwnership(ctx, { buildingId: event.buildingId, premisesId, ownerIds: left.map(String) }))
}

export const jobs: Jobs = {
  events: { 'premises.ownershipTransferred': ownershipTransferred },
  schedules: [
    // The clock and the chain have ended them already; here they get their written ground.
    { name: 'identity.settleEndedGrants', everySeconds: 3600, run: async () => void await serviceTransaction('worker', ctx => ctx.db.$executeRaw`select count(*) from auth.settle_ended_grants()`) },
    { name: 'identity.forgetViews', cron: '40 3 * * *', run: async () => void await serviceTransaction('worker', ctx => ctx.db.$executeRaw`delete from data_views where day < app.today() - 400`) },
    { name: 'identity.forgetCodes', cron: '20 3 * * *', run: async () => void await serviceTransaction('worker', ctx => ctx.db.$executeRaw`select auth.forget_codes()`) },
  ],
}
