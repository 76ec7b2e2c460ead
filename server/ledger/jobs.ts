import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { addDays } from '#server/kernel/period.ts'
import { verifyLedger } from './queries.ts'

const mostDays = 60

/** Each night after midnight by UTC+5: seals the day that is over, and those on which nobody sealed; verifies what lies under the seals. */
export async function sealDay(): Promise<void> {
  await serviceTransaction('worker', async ctx => {
    const over = addDays(ctx.today, -1)
    await ctx.db.$queryRaw`select app.seal_ledger(d::date) from generate_series(
      greatest(least((select max(h.day) + 1 from ledger_heads h), ${over}::date), ${addDays(over, -mostDays)}::date), ${over}::date, interval '1 day') d`
    const faults = await verifyLedger(ctx)
    if (faults.length > 0) log.error({ faults: faults.slice(0, 20), count: faults.length }, 'the ledger does not verify')
  })
}

export const jobs: Jobs = { schedules: [{ name: 'ledger.sealDay', cron: '20 0 * * *', run: sealDay }] }
