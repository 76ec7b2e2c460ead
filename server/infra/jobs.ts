import 'server-only'
import { sleep } from '#server/infra/clock.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { nextCron } from '#server/infra/cron.ts'
import { pool } from '#server/infra/db.ts'
import { log } from '#server/infra/log.ts'
import { counter } from '#server/infra/metrics.ts'

export type QueuedEvent = { id: string; name: string; buildingId: string; payload: Record<string, unknown>; attempts: number; createdAt: Date }
/** Called at least once: its effects are keyed by the event's id, or repeat without harm. Opens its own transactions. */
export type EventHandler = (event: QueuedEvent) => Promise<void>
/** A job of the timetable: one of the two; cron in UTC+5. Two workers never run one job at once. */
export type Schedule = { name: string; everySeconds?: number; cron?: string; run: () => Promise<void> }
/** What `server/<domain>/jobs.ts` exports as `jobs`. */
export type Jobs = { events?: Record<string, EventHandler>; schedules?: Schedule[] }

const batch = 20
const leaseSeconds = 300
/** After that many tries an event waits for a person: the metric and the log tell. */
const mostAttempts = 15
const heartbeat = 'worker'

export function delaySeconds(attempts: number): number {
  return Math.min(3600, 5 * 2 ** Math.min(attempts - 1, 12))
}

export function handlersOf(all: Jobs[]): Map<string, EventHandler[]> {
  const handlers = new Map<string, EventHandler[]>()
  for (const jobs of all) for (const [name, handler] of Object.entries(jobs.events ?? {})) handlers.set(name, [...(handlers.get(name) ?? []), handler])
  return handlers
}

type Row = { event_id: string; name: string; building_id: string; payload: Record<string, unknown>; attempts: number; created_at: Date }

function claim(): Promise<QueuedEvent[]> {
  return serviceTransaction('worker', async ({ db }) => {
    const rows = await db.$queryRaw<Row[]>`
      update event_queue q set attempts = q.attempts + 1, last_error = null, next_try_at = app.now() + make_interval(secs => ${leaseSeconds})
      from (select building_id, event_id from event_queue where handled_at is null and next_try_at <= app.now()
            order by next_try_at limit ${batch} for update skip locked) due
      where q.building_id = due.building_id and q.event_id = due.event_id
      returning q.event_id, q.name, q.building_id, q.payload, q.attempts, q.created_at`
    return rows.map(row => ({ id: row.event_id, name: row.name, buildingId: row.building_id, payload: row.payload, attempts: row.attempts, createdAt: row.created_at }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  })
}

async function settle(event: QueuedEvent): Promise<void> {
  await serviceTransaction('worker', ({ db }) => db.$executeRaw`
    update event_queue set handled_at = app.now(), last_error = null where building_id = ${event.buildingId}::uuid and event_id = ${event.id}::uuid`)
}

async function postpone(event: QueuedEvent, error: unknown): Promise<void> {
  const text = String(error instanceof Error ? error.message : error).slice(0, 500)
  const final = event.attempts >= mostAttempts
  log[final ? 'error' : 'warn']({ err: error, event: event.name, eventId: event.id, attempts: event.attempts }, final ? 'an event is given up' : 'an event is tried again later')
  await serviceTransaction('worker', ({ db }) => db.$executeRaw`
    update event_queue set last_error = ${text}, next_try_at = case when ${final} then 'infinity' else app.now() + make_interval(secs => ${delaySeconds(event.attempts)}) end
    where building_id = ${event.buildingId}::uuid and event_id = ${event.id}::uuid`)
}

const handled = () => counter({ name: 'uyim_events_total', help: 'Events handed to their listeners', labels: ['name', 'result'] })

async function handle(event: QueuedEvent, handlers: Map<string, EventHandler[]>): Promise<void> {
  try {
    for (const handler of handlers.get(event.name) ?? []) await handler(event)
    await settle(event)
    handled().inc({ name: event.name, result: 'done' })
  } catch (error) {
    handled().inc({ name: event.name, result: 'failed' })
    await postpone(event, error)
  }
}

/** Hands one batch of due events to their listeners; tells how many there were. */
export async function consumeEvents(handlers: Map<string, EventHandler[]>): Promise<number> {
  const events = await claim()
  for (const event of events) await handle(event, handlers)
  return events.length
}

function nextRun(schedule: Schedule, now: Date): Date {
  if (schedule.cron !== undefined) return nextCron(schedule.cron, now)
  return new Date(now.getTime() + (schedule.everySeconds ?? 3600) * 1000)
}

/** The job is this worker's: it is due and nobody else runs it. */
async function claimRun(schedule: Schedule): Promise<boolean> {
  return serviceTransaction('worker', async ({ db, now }) => {
    // A job by interval runs at the first start, one by the clock waits for its hour.
    const first = schedule.cron === undefined ? now : nextRun(schedule, now)
    await db.$executeRaw`insert into job_runs (name, next_run_at) values (${schedule.name}, ${first}) on conflict (name) do nothing`
    const rows = await db.$queryRaw<{ name: string }[]>`
      update job_runs set started_at = app.now(), next_run_at = ${nextRun(schedule, now)}, running_until = app.now() + interval '1 hour'
      where name = (select name from job_runs where name = ${schedule.name} and next_run_at <= app.now()
        and (running_until is null or running_until < app.now()) for update skip locked)
      returning name`
    return rows.length > 0
  })
}

async function runClaimed(schedule: Schedule): Promise<void> {
  const error = await schedule.run().then(() => null, (reason: unknown) => reason)
  if (error !== null) log.error({ err: error, job: schedule.name }, 'a scheduled job failed')
  const text = error === null ? null : String(error instanceof Error ? error.message : error).slice(0, 500)
  await serviceTransaction('worker', ({ db }) => db.$executeRaw`
    update job_runs set finished_at = app.now(), running_until = null, last_error = ${text},
      failures = case when ${text}::text is null then 0 else failures + 1 end where name = ${schedule.name}`)
}

/** Runs the job when it is due and nobody else does; true when it ran. */
export async function runWhenDue(schedule: Schedule): Promise<boolean> {
  const mine = await claimRun(schedule)
  if (mine) await runClaimed(schedule)
  return mine
}

/** So many jobs at once: one that waits for somebody outside does not hold the others. */
export const jobsAtOnce = 4

export type Timetable = { look: (signal?: AbortSignal) => Promise<void>; settled: () => Promise<void> }

/** Starts what is due and does not wait for it. Whoever finds no room comes first at the next look. */
export function makeTimetable(schedules: readonly Schedule[]): Timetable {
  const running = new Map<string, Promise<void>>()
  let first = 0
  const start = (schedule: Schedule) => {
    const run = runClaimed(schedule).catch((error: unknown) => log.error({ err: error, job: schedule.name }, 'the end of a job was not written')).finally(() => running.delete(schedule.name))
    running.set(schedule.name, run)
  }
  const look = async (signal?: AbortSignal) => {
    const turn = [...schedules.keys()].map(place => (place + first) % schedules.length)
    for (const place of turn) {
      const schedule = schedules[place]
      if (!schedule || signal?.aborted || running.has(schedule.name)) continue
      if (running.size >= jobsAtOnce) {
        first = place
        return
      }
      if (await claimRun(schedule)) start(schedule)
    }
    first = 0
  }
  return { look, settled: async () => void await Promise.all(running.values()) }
}

const alive = "hashtextextended('uyim worker', 0)"

/**
 * Held by every worker as long as it lives: the database lets it go with the connection, whatever ends the process. Who finds
 * nobody holding it takes up at once what a killed worker had begun, its leases and its jobs. Returns the way to let it go.
 */
export async function standUp(): Promise<() => void> {
  const client = await pool().connect()
  client.on('error', error => log.warn({ reason: error.message }, 'the connection by which the others know of this worker was lost'))
  const { rows: [only] } = await client.query<{ alone: boolean }>(`select pg_try_advisory_lock(${alive}) as alone`)
  if (only?.alone) await takeUp()
  await client.query(`select pg_advisory_lock_shared(${alive})`)
  if (only?.alone) await client.query(`select pg_advisory_unlock(${alive})`)
  return () => client.release(true)
}

async function takeUp(): Promise<void> {
  const { events, jobs } = await serviceTransaction('worker', async ({ db }) => ({
    // A claimed event has no error: one that failed waits for its time.
    events: await db.$executeRaw`update event_queue set next_try_at = app.now() where handled_at is null and attempts > 0 and last_error is null and next_try_at > app.now()`,
    jobs: await db.$executeRaw`update job_runs set running_until = null where running_until is not null`,
  }))
  if (events + jobs > 0) log.warn({ events, jobs }, 'what a killed worker had begun is taken up again')
}

/** The sign of life that /api/ready looks for. */
export async function beat(): Promise<void> {
  await serviceTransaction('worker', ({ db }) => db.$executeRaw`
    insert into job_runs (name, next_run_at, finished_at) values (${heartbeat}, 'infinity', app.now())
    on conflict (name) do update set finished_at = excluded.finished_at`)
}

/** Handled events are kept a month, for looking back and for replaying. */
export const housekeeping: Schedule = {
  name: 'jobs.forgetHandledEvents', cron: '40 3 * * *',
  run: async () => {
    await serviceTransaction('worker', ({ db }) => db.$executeRaw`delete from event_queue where handled_at < app.now() - interval '30 days'`)
  },
}

type Loop = { all: Jobs[]; signal: AbortSignal }

/** Goes on until the signal; a fault of the database is logged and waited out. */
export async function runJobs({ all, signal }: Loop): Promise<void> {
  const timetable = makeTimetable([housekeeping, ...all.flatMap(jobs => jobs.schedules ?? [])])
  const listen = () => repeat(signal, 500, async () => (await consumeEvents(handlersOf(all))) > 0)
  await Promise.all([
    repeat(signal, 10_000, async () => beat().then(() => false)),
    // Two: where one waits for a provider the other goes on.
    listen(), listen(),
    repeat(signal, 5000, async () => timetable.look(signal).then(() => false)),
  ])
  await timetable.settled()
}

async function repeat(signal: AbortSignal, pause: number, work: () => Promise<boolean>): Promise<void> {
  let faults = 0
  while (!signal.aborted) {
    let again = false
    try {
      again = await work()
      faults = 0
    } catch (error) {
      faults += 1
      log.error({ err: error, faults }, 'the job loop met a fault')
    }
    if (!again) await sleep(faults === 0 ? pause : Math.min(30_000, 1000 * 2 ** faults), signal)
  }
}
