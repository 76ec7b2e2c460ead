import { consumeEvents, handlersOf, type Jobs } from '#server/infra/jobs.ts'
import { domainExports } from '#server/start/discover.ts'

let all: Promise<Jobs[]> | undefined

/** What the worker would do now: hands every due event to its listeners, until none is left. Returns how many there were. */
export async function drainEvents(): Promise<number> {
  const handlers = handlersOf(await (all ??= domainExports<Jobs>('jobs.ts', 'jobs')))
  let count = 0
  for (;;) {
    const done = await consumeEvents(handlers)
    if (done === 0) return count
    count += done
  }
}

/** Runs one job of the timetable now, whatever its hour. */
export async function runJob(name: string): Promise<void> {
  const schedules = (await (all ??= domainExports<Jobs>('jobs.ts', 'jobs'))).flatMap(jobs => jobs.schedules ?? [])
  const schedule = schedules.find(one => one.name === name)
  if (!schedule) throw new Error(`No job ${name}; there are ${schedules.map(one => one.name).join(', ')}`)
  await schedule.run()
}
