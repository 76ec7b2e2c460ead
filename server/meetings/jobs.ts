import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { closeVoting } from '#server/meetings/close-voting.ts'
import { meetingsDue } from '#server/meetings/queries.ts'

/** Counts what is over; each meeting in a transaction of its own, so that one fault does not hold the others. */
export async function closeDueMeetings(): Promise<number> {
  const due = await serviceTransaction('meetings', meetingsDue)
  let closed = 0
  for (const place of due) {
    try {
      await serviceTransaction('meetings', ctx => closeVoting(ctx, place))
      closed += 1
    } catch (error) {
      log.error({ err: error, ...place }, 'a meeting could not be counted')
    }
  }
  return closed
}

export const jobs: Jobs = {
  schedules: [{ name: 'meetings.closeDue', everySeconds: 20, run: async () => void await closeDueMeetings() }],
}
