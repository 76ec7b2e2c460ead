import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { firstDay, nextPeriod, periodOf } from '#server/kernel/period.ts'
import { chargeInstalments } from './charge-instalments.ts'
import { housesWithDue } from './queries.ts'

/** In the first hours of a month its instalments become debts; one transaction for each house. */
export async function chargeDueInstalments(): Promise<void> {
  const houses = await serviceTransaction('worker', ctx => housesWithDue(ctx, firstDay(nextPeriod(periodOf(ctx.today)))))
  for (const buildingId of houses) await serviceTransaction('worker', ctx => chargeInstalments(ctx, { buildingId }))
}

export const jobs: Jobs = { schedules: [{ name: 'repairs.chargeInstalments', cron: '40 1 * * *', run: chargeDueInstalments }] }
