import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'

/** Lets go of what its provider never finished. Expiry is judged on every read too: this is for what nobody reads. */
export async function expirePayments(window: '3 hours' | '60 days'): Promise<void> {
  await serviceTransaction('payments', ({ db }) => db.$queryRaw`select app.expire_payments(${window}::interval) as done`)
}

export const jobs: Jobs = {
  schedules: [
    { name: 'payments.expire', everySeconds: 600, run: () => expirePayments('3 hours') },
    { name: 'payments.expireForgotten', cron: '10 2 * * *', run: () => expirePayments('60 days') },
  ],
}
