import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { remindDebts } from './remind-debts.ts'

/** Lets go of what its provider never finished. Expiry is judged on every read too: this is for what nobody reads. */
export async function expirePayments(window: '3 hours' | '60 days'): Promise<void> {
  await serviceTransaction('payments', ({ db }) => db.$queryRaw`select app.expire_payments(${window}::interval) as done`)
}

/** In the middle of the morning by UTC+5: quiet hours hold by themselves. */
async function remind(): Promise<void> {
  const reminded = await serviceTransaction('billing', remindDebts)
  if (reminded > 0) log.info({ reminded }, 'reminders of bills were written')
}

export const jobs: Jobs = {
  schedules: [
    { name: 'payments.expire', everySeconds: 600, run: () => expirePayments('3 hours') },
    { name: 'payments.remindDebts', cron: '10 10 * * *', run: remind },
    { name: 'payments.expireForgotten', cron: '10 2 * * *', run: () => expirePayments('60 days') },
  ],
}
