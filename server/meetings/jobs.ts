import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import type { Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { closeVoting } from '#server/meetings/close-voting.ts'
import { openVoting } from '#server/meetings/open-voting.ts'
import { meetingsDue, meetingsToOpen } from '#server/meetings/queries.ts'

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

/** Opens what the notice said would open now (kazakhstan.md 4.2: the announced form begins at once); what waits for a lawyer waits. */
export async function openDueMeetings(): Promise<number> {
  const due = await serviceTransaction('worker', meetingsToOpen)
  let opened = 0
  for (const place of due) {
    try {
      await serviceTransaction('worker', ctx => openVoting(ctx, place))
      opened += 1
    } catch (error) {
      // A register that cannot give a roll, or the council's own press a moment earlier.
      log.warn({ err: error, ...place }, 'a meeting could not be opened')
    }
  }
  return opened
}

export const jobs: Jobs = {
  schedules: [{ name: 'meetings.openDue', everySeconds: 60, run: async () => void await openDueMeetings() }, { name: 'meetings.closeDue', everySeconds: 20, run: async () => void await closeDueMeetings() }],
}
