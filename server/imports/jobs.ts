import 'server-only'
import type { Jobs, QueuedEvent } from '#server/infra/jobs.ts'
import { serviceTransaction, strangerScope } from '#server/infra/context.ts'
import { batchAccepted, fileSubmitted } from './events.ts'
import { importBatch } from './import-batch.ts'
import { findBatch } from './queries.ts'
import { reconcileBatch } from './reconcile-batch.ts'

function batchOf(event: QueuedEvent): string {
  return String(event.payload['batchId'])
}

/** Only a batch that still waits for this step is moved on: events come at least once. */
async function whenWaiting(event: QueuedEvent, states: readonly string[], work: (batchId: string) => Promise<unknown>): Promise<void> {
  const batch = await serviceTransaction('imports', ctx => findBatch(ctx, batchOf(event)))
  if (states.includes(batch.state)) await work(batch.batchId)
}

export const jobs: Jobs = {
  events: {
    [fileSubmitted]: event => whenWaiting(event, ['RECEIVED', 'READING'], batchId => reconcileBatch(strangerScope(), { batchId })),
    [batchAccepted]: event => whenWaiting(event, ['APPLYING'], batchId => importBatch(strangerScope(), { batchId })),
  },
}
