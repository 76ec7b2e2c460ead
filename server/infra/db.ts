import 'server-only'
import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { PrismaClient, type Prisma } from '#prisma/client/client.ts'
import { env } from '#server/infra/env.ts'
import { log } from '#server/infra/log.ts'
import { slot } from '#server/infra/slot.ts'

export type Db = Prisma.TransactionClient

/** The one pool of the application role. Machine doors and bulk work use it directly. */
export function pool(): Pool {
  return slot('pool', () => {
    const made = new Pool({ connectionString: env.DATABASE_URL, max: env.DATABASE_POOL, application_name: 'uyim' })
    // A server that goes away takes idle connections with it; the next query opens another, the process lives on.
    made.on('error', error => log.warn({ reason: error.message, state: sqlState(error) }, 'an idle connection was lost'))
    return made
  })
}

export function prismaClient(): PrismaClient {
  return slot('prisma', () => new PrismaClient({ adapter: new PrismaPg(pool()) }))
}

type Holder = { code?: unknown; originalCode?: unknown; meta?: { code?: unknown; driverAdapterError?: unknown }; cause?: unknown; driverAdapterError?: unknown }

function isState(code: unknown): code is string {
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d{4}$/.test(code)
}

/** PostgreSQL's own error code, wherever the driver or Prisma put it; null when it is no database error. */
export function sqlState(error: unknown): string | null {
  for (let e: unknown = error, depth = 0; e !== null && typeof e === 'object' && depth < 6; depth += 1) {
    const { originalCode, code, meta, cause, driverAdapterError }: Holder = e
    const found = [originalCode, code, meta?.code].find(isState)
    if (found !== undefined) return found
    e = cause ?? driverAdapterError ?? meta?.driverAdapterError
  }
  return null
}

export const uniqueViolation = '23505'

/** Serialization failures, deadlocks and lost connections may be tried again (speed-and-safety.md 4). */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return state === '40001' || state === '40P01' || state.startsWith('08') || state === '57P01'
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 'P2034'
}
