import 'server-only'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { closeSilent } from '#server/requests/close-silent.ts'
import { registerRequest } from '#server/requests/register-request.ts'

type Due = { buildingId: string; requestId: string }

/** One request per transaction: one that fails does not hold up the others. Tells how many were moved. */
async function eachDue(find: (ctx: Context) => Promise<Due[]>, act: (ctx: Context, due: Due) => Promise<unknown>): Promise<number> {
  let moved = 0
  for (const due of await serviceTransaction('worker', find)) {
    try {
      await serviceTransaction('worker', ctx => act(ctx, due))
      moved += 1
    } catch (error) {
      log.error({ err: error, ...due }, 'a request could not be moved by its clock')
    }
  }
  return moved
}

export async function registerReceived(): Promise<number> {
  return eachDue(ctx => ctx.db.$queryRaw<Due[]>`select building_id as "buildingId", request_id as "requestId" from requests
    where state = 'RECEIVED' and registered_on <= app.today() order by received_at limit 500`, registerRequest)
}

export async function closeWhereSilent(): Promise<number> {
  return eachDue(ctx => ctx.db.$queryRaw<Due[]>`select building_id as "buildingId", request_id as "requestId" from requests
    where state in ('DONE_BY_EXECUTOR', 'ANSWERED') and silence_ends_on < app.today() order by silence_ends_on limit 500`, closeSilent)
}

export const jobs: Jobs = {
  schedules: [
    { name: 'requests.registerReceived', cron: '*/15 8-18 * * *', run: async () => void await registerReceived() },
    { name: 'requests.closeWhereSilent', cron: '10 3 * * *', run: async () => void await closeWhereSilent() },
  ],
}
