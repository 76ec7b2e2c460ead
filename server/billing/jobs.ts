import 'server-only'
import { serviceTransaction, strangerScope } from '#server/infra/context.ts'
import type { Jobs, QueuedEvent } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { papersRequested, papersRequestedPayload } from './events.ts'
import { issuePapers } from './issue-papers.ts'
import { billNext } from './runs/batch.ts'
import { orphanBills } from './runs/queries.ts'

/** Houses do not wait for each other; more hands than processors would only queue. */
export const hands = 2

/** Works off what no screen is waiting for; a killed run leaves its house waiting, and this takes it up again. */
async function workOrders(): Promise<void> {
  await Promise.all(Array.from({ length: hands }, async () => {
    while (await billNext(null));
  }))
}

/** Bills have no foreign keys (speed-and-safety.md 3): once a night an anti-join looks for what hangs in the air. */
async function findOrphans(): Promise<void> {
  const orphans = await serviceTransaction('billing', orphanBills)
  if (orphans > 0) log.error({ orphans }, 'bills without their account, run or ledger lines')
}

async function drawPapers({ buildingId, payload }: QueuedEvent): Promise<void> {
  await issuePapers(strangerScope(), { buildingId, batchId: papersRequestedPayload.parse(payload).batchId })
}

export const jobs: Jobs = {
  events: { [papersRequested]: drawPapers },
  schedules: [
    { name: 'billing.workOrders', everySeconds: 15, run: workOrders },
    { name: 'billing.findOrphans', cron: '50 2 * * *', run: findOrphans },
  ],
}
