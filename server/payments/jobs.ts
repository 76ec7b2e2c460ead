import 'server-only'
import { serviceTransaction, strangerScope } from '#server/infra/context.ts'
import type { Jobs, QueuedEvent } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { addDays } from '#server/kernel/period.ts'
import { fetchReceipts } from './click/receipts.ts'
import { halykTold, halykToldPayload, statementAccepted, statementPayload, statementSubmitted } from './events.ts'
import { askAboutOrder, sweepOrders } from './halyk/settle.ts'
import { importStatement } from './import-statement.ts'
import { postStatement } from './post-statement.ts'
import { reconcileDay } from './reconcile-day.ts'
import { busyHouses } from './reconciliation/queries.ts'
import { pullWords } from './reconciliation/words.ts'
import { remindDebts } from './remind-debts.ts'
import { findStatement } from './statements/queries.ts'
import type { StatementKey } from './statements/schema.ts'

/** Lets go of what its provider never finished. Expiry is judged on every read too: this is for what nobody reads. */
export async function expirePayments(window: '3 hours' | '60 days'): Promise<void> {
  await serviceTransaction('payments', ({ db }) => db.$queryRaw`select app.expire_payments(${window}::interval) as done`)
}

/** In the middle of the morning by UTC+5: quiet hours hold by themselves. */
async function remind(): Promise<void> {
  const reminded = await serviceTransaction('billing', remindDebts)
  if (reminded > 0) log.info({ reminded }, 'reminders of bills were written')
}

/** Only a file that still waits for this step is moved on: events come at least once. */
async function whenWaiting(event: QueuedEvent, states: readonly string[], work: (key: StatementKey) => Promise<unknown>): Promise<void> {
  const key = { buildingId: event.buildingId, statementId: statementPayload.parse(event.payload).statementId }
  const { state } = await serviceTransaction('payments', ctx => findStatement(ctx, key))
  if (states.includes(state)) await work(key)
}

/** Days in which registries and statements still come. */
const daysOpen = 5

/** Every house with money that moved lately, each of its days in a transaction of its own. */
export async function reconcileLately(): Promise<number> {
  const days = await serviceTransaction('payments', ctx => busyHouses(ctx, addDays(ctx.today, -daysOpen), addDays(ctx.today, -1)))
  for (const each of days) await serviceTransaction('payments', ctx => reconcileDay(ctx, each))
  return days.length
}

/** First those who can be asked are asked, then the days are judged. */
async function reconcile(): Promise<void> {
  await pullWords(daysOpen)
  await reconcileLately()
}

export const jobs: Jobs = {
  events: {
    [statementSubmitted]: event => whenWaiting(event, ['RECEIVED', 'READING'], key => importStatement(strangerScope(), key)),
    [statementAccepted]: event => whenWaiting(event, ['POSTING'], key => postStatement(strangerScope(), key)),
    [halykTold]: async ({ buildingId, payload }) => {
      await askAboutOrder({ buildingId, paymentId: halykToldPayload.parse(payload).paymentId })
    },
  },
  schedules: [
    { name: 'payments.expire', everySeconds: 600, run: () => expirePayments('3 hours') },
    { name: 'payments.clickReceipts', everySeconds: 60, run: async () => void await fetchReceipts() },
    { name: 'payments.remindDebts', cron: '10 10 * * *', run: remind },
    { name: 'payments.reconcile', cron: '30 5 * * *', run: reconcile },
    { name: 'payments.expireForgotten', cron: '10 2 * * *', run: () => expirePayments('60 days') },
    { name: 'payments.askHalyk', everySeconds: 120, run: sweepOrders },
  ],
}
