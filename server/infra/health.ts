import 'server-only'
import { pendingMigrations } from '#prisma/migrate.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { pool } from '#server/infra/db.ts'
import { isNear, type Door } from '#server/infra/http.ts'
import { gauge, metrics } from '#server/infra/metrics.ts'
import { env } from '#server/infra/env.ts'
import { slot } from '#server/infra/slot.ts'

type Readiness = { database: boolean; migrations: boolean; jobs: boolean }

const known = () => slot('health', () => ({ migrated: false }))

async function readiness(): Promise<Readiness> {
  const state: Readiness = { database: false, migrations: false, jobs: false }
  try {
    const { rows } = await pool().query<{ alive: boolean }>(
      `select coalesce((select finished_at > app.now() - interval '1 minute' from job_runs where name = 'worker'), false) as alive`)
    state.database = true
    state.jobs = rows[0]?.alive ?? false
    if (!known().migrated) known().migrated = (await pendingMigrations(sql => pool().query(sql))).length === 0
    state.migrations = known().migrated
  } catch {
    // Said by the flags.
  }
  return state
}

async function measure(): Promise<void> {
  const { totalCount, idleCount, waitingCount } = pool()
  const connections = gauge({ name: 'uyim_pool_connections', help: 'Connections to PostgreSQL of this process', labels: ['state'] })
  connections.set({ state: 'open' }, totalCount)
  connections.set({ state: 'idle' }, idleCount)
  connections.set({ state: 'waited_for' }, waitingCount)
  const [row] = await serviceTransaction('worker', ({ db }) => db.$queryRaw<{ waiting: number; oldest: number; stuck: number }[]>`
    select count(*) filter (where next_try_at < 'infinity')::int as waiting, count(*) filter (where next_try_at = 'infinity')::int as stuck,
      coalesce(extract(epoch from app.now() - min(created_at)), 0)::float8 as oldest
    from event_queue where handled_at is null`)
  gauge({ name: 'uyim_events_waiting', help: 'Events not handed on yet' }).set(row?.waiting ?? 0)
  gauge({ name: 'uyim_events_stuck', help: 'Events given up after too many tries' }).set(row?.stuck ?? 0)
  gauge({ name: 'uyim_events_oldest_seconds', help: 'Age of the oldest event not handed on' }).set(row?.oldest ?? 0)
}

function noStore(body: unknown, status: number): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}

export const healthDoors: Door[] = [
  { method: 'GET', path: '/api/health', handle: () => noStore({ ok: true }, 200) },
  {
    method: 'GET', path: '/api/ready',
    handle: async () => {
      const state = await readiness()
      const ok = state.database && state.migrations && state.jobs
      return noStore({ ok, ...state }, ok ? 200 : 503)
    },
  },
  {
    method: 'GET', path: '/api/metrics',
    handle: async (request, { address }) => {
      const token = env.METRICS_TOKEN !== '' && request.headers.get('authorization') === `Bearer ${env.METRICS_TOKEN}`
      const direct = env.TRUSTED_PROXIES > 0 || !request.headers.has('x-forwarded-for')
      if (!token && !(direct && isNear(address))) return noStore({ ok: false }, 404)
      await measure().catch(() => undefined)
      return new Response(await metrics().metrics(), { headers: { 'content-type': metrics().contentType, 'cache-control': 'no-store' } })
    },
  },
]
