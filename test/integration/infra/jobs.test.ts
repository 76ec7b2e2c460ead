import { expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { consumeEvents, handlersOf, jobsAtOnce, makeTimetable, runWhenDue, standUp, type QueuedEvent } from '#server/infra/jobs.ts'
import { newId } from '#server/kernel/ids.ts'
import { testDatabase } from '#test/support/database.ts'

const database = await testDatabase()

const announce = (name: string) => serviceTransaction('worker', ctx => emit(ctx, { name, buildingId: newId(), payload: { sum: 10n } }))
const stateOf = (name: string) => database.sql<{ attempts: number; handled: boolean; last_error: string | null }>(
  'select attempts, handled_at is not null as handled, last_error from event_queue where name = $1', [name])

test('an event reaches every listener and is handled once', async () => {
  const heard: string[] = []
  const listen = (who: string) => async (event: QueuedEvent) => void heard.push(`${who} ${event.payload['sum']}`)
  const handlers = handlersOf([{ events: { 'tests.happened': listen('a') } }, { events: { 'tests.happened': listen('b') } }])
  await announce('tests.happened')
  expect(await consumeEvents(handlers)).toBe(1)
  expect(await consumeEvents(handlers)).toBe(0)
  expect(heard).toEqual(['a 10', 'b 10'])
  expect(await stateOf('tests.happened')).toEqual([{ attempts: 1, handled: true, last_error: null }])
})

test('a listener that fails is asked again later, and the others are not kept waiting', async () => {
  let failures = 1
  const handlers = handlersOf([{ events: { 'tests.failed': async () => { if (failures-- > 0) throw new Error('no luck') } } }])
  await announce('tests.failed')
  await announce('tests.other')
  expect(await consumeEvents(handlers)).toBe(2)
  expect(await stateOf('tests.failed')).toEqual([{ attempts: 1, handled: false, last_error: 'no luck' }])
  expect((await stateOf('tests.other'))[0]?.handled).toBe(true)
  expect(await consumeEvents(handlers)).toBe(0)
  await database.shiftClock(6000)
  expect(await consumeEvents(handlers)).toBe(1)
  expect((await stateOf('tests.failed'))[0]).toMatchObject({ attempts: 2, handled: true })
  await database.shiftClock(0)
})

test('an event of a worker that was killed while handling it comes again when the lease runs out', async () => {
  await announce('tests.killed')
  await database.sql(`update event_queue set attempts = 1, next_try_at = app.now() + interval '5 minutes' where name = 'tests.killed'`)
  expect(await consumeEvents(new Map())).toBe(0)
  await database.shiftClock(301_000)
  expect(await consumeEvents(new Map())).toBe(1)
  await database.shiftClock(0)
})

test('what a killed worker had begun is taken up at once by the first to start, and by nobody while another lives', async () => {
  const killed = (name: string) => database.sql(`update event_queue set attempts = 1, next_try_at = app.now() + interval '5 minutes' where name = $1`, [name])
  const state = async () => (await database.sql<{ name: string; due: boolean }>(`select name, next_try_at <= app.now() as due from event_queue where name like 'tests.begun%' order by name`)).map(each => each.due)
  for (const name of ['tests.begun1', 'tests.begun2']) await announce(name)
  await killed('tests.begun1')
  await database.sql(`update event_queue set attempts = 1, last_error = 'no luck', next_try_at = app.now() + interval '5 minutes' where name = 'tests.begun2'`)
  await database.sql(`insert into job_runs (name, next_run_at, running_until) values ('tests.begun', app.now(), app.now() + interval '1 hour')`)
  const first = await standUp()
  // What has failed waits for its time.
  expect(await state()).toEqual([true, false])
  expect(await runWhenDue({ name: 'tests.begun', everySeconds: 60, run: async () => undefined })).toBe(true)
  await killed('tests.begun1')
  const second = await standUp()
  expect(await state()).toEqual([false, false])
  second()
  first()
  await expect.poll(async () => {
    (await standUp())()
    return state()
  }).toEqual([true, false])
  await database.sql(`delete from event_queue where name like 'tests.begun%'`)
})

test('two workers share events without doubling any', async () => {
  const heard: string[] = []
  const handlers = handlersOf([{ events: { 'tests.shared': async event => void heard.push(event.id) } }])
  for (let index = 0; index < 30; index += 1) await announce('tests.shared')
  for (;;) {
    const counts = await Promise.all([consumeEvents(handlers), consumeEvents(handlers), consumeEvents(handlers)])
    if (counts.every(count => count === 0)) break
  }
  expect(heard.length).toBe(30)
  expect(new Set(heard).size).toBe(30)
})

test('a job runs when it is due, by one worker only', async () => {
  let runs = 0
  const schedule = { name: 'tests.job', everySeconds: 60, run: async () => { runs += 1 } }
  const first = await Promise.all([runWhenDue(schedule), runWhenDue(schedule), runWhenDue(schedule)])
  expect(first.filter(Boolean)).toHaveLength(1)
  expect(await runWhenDue(schedule)).toBe(false)
  await database.shiftClock(61_000)
  expect(await runWhenDue(schedule)).toBe(true)
  expect(runs).toBe(2)
  await database.shiftClock(0)
})

test('a job that fails is remembered with its reason and comes again', async () => {
  const schedule = { name: 'tests.bad', everySeconds: 60, run: () => Promise.reject(new Error('broken')) }
  expect(await runWhenDue(schedule)).toBe(true)
  const [row] = await database.sql<{ failures: number; last_error: string }>(`select failures, last_error from job_runs where name = 'tests.bad'`)
  expect(row).toEqual({ failures: 1, last_error: 'broken' })
})

test('a job that waits for somebody holds none of the others; no more than four run at once, and who found no room comes first', async () => {
  const ran: string[] = []
  const ends: (() => void)[] = []
  const held = (name: string) => ({ name, everySeconds: 60, run: () => new Promise<void>(resolve => {
    ran.push(name)
    ends.push(resolve)
  }) })
  const quick = (name: string) => ({ name, everySeconds: 60, run: async () => void ran.push(name) })
  const timetable = makeTimetable([held('tests.held1'), quick('tests.quick'), held('tests.held2'), held('tests.held3'), held('tests.held4'), quick('tests.last')])
  // The quick one may still be writing its end when the last held one looks for room: that one has it at the next look.
  await expect.poll(async () => {
    await timetable.look()
    return ran.length
  }).toBe(jobsAtOnce + 1)
  await timetable.look()
  expect(ran).toEqual(['tests.held1', 'tests.quick', 'tests.held2', 'tests.held3', 'tests.held4'])
  ends[0]?.()
  await expect.poll(async () => {
    await timetable.look()
    return ran.at(-1)
  }).toBe('tests.last')
  for (const end of ends) end()
  await timetable.settled()
  expect(await database.sql(`select name from job_runs where name like 'tests.held%' and finished_at is null`)).toEqual([])
})

test('whoever is not the worker reads no event and starts no job', async () => {
  await expect(serviceTransaction('public', ({ db }) => db.$queryRaw`select event_id from event_queue`)).resolves.toEqual([])
  await expect(serviceTransaction('public', ({ db }) => db.$executeRaw`insert into job_runs (name, next_run_at) values ('x', app.now())`)).rejects.toThrow()
})
