// The job loop: node --conditions=react-server server/worker.ts
import 'server-only'
import { pool } from '#server/infra/db.ts'
import { beat, runJobs, standUp, type Jobs } from '#server/infra/jobs.ts'
import { log } from '#server/infra/log.ts'
import { domainExports } from '#server/start/discover.ts'
import { lifeline } from '#server/start/lifeline.ts'

const stopping = new AbortController()
const all = await domainExports<Jobs>('jobs.ts', 'jobs')
const sitDown = await standUp().catch((error: unknown) => log.error({ err: error }, 'what a killed worker had begun waits for its lease'))
const running = runJobs({ all, signal: stopping.signal })

const life = lifeline(async () => {
  stopping.abort()
  await running
  sitDown?.()
  await pool().end()
  log.info('the worker stopped')
})
// Whoever is told that we are ready finds it at /api/ready too.
await beat().catch((error: unknown) => log.error({ err: error }, 'the first sign of life was not written'))
life.ready()
log.info({ domains: all.length }, 'the worker runs')
