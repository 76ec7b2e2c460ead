import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { firstDay, nextPeriod, periodOf } from '#server/kernel/period.ts'
import { chargeInstalments } from './charge-instalments.ts'
import { housesWithDue } from './queries.ts'

/** In the first hours of a month its instalments become debts; one transaction for each house, so that one fault does not hold the others. */
export async function chargeDueInstalments(): Promise<void> {
  const houses = await serviceTransaction('worker', ctx => housesWithDue(ctx, firstDay(nextPeriod(periodOf(ctx.today)))))
  for (const buildingId of houses) {
    try {
      await serviceTransaction('worker', ctx => chargeInstalments(ctx, { buildingId }))
    } catch (error) {
      log.error({ err: error, buildingId }, 'the instalments of a house could not be charged')
    }
  }
}

export const jobs: Jobs = { schedules: [{ name: 'repairs.chargeInstalments', cron: '40 1 * * *', run: chargeDueInstalments }] }
