import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { addDays } from '#server/kernel/period.ts'
import { verifyLedger } from './queries.ts'

/** Each night after midnight by UTC+5: seals the day that is over and verifies what lies under the seals. */
export async function sealDay(): Promise<void> {
  await serviceTransaction('worker', async ctx => {
    await ctx.db.$queryRaw`select app.seal_ledger(${addDays(ctx.today, -1)}::date)`
    const faults = await verifyLedger(ctx)
    if (faults.length > 0) log.error({ faults: faults.slice(0, 20), count: faults.length }, 'the ledger does not verify')
  })
}

export const jobs: Jobs = { schedules: [{ name: 'ledger.sealDay', cron: '20 0 * * *', run: sealDay }] }
