import 'server-only'
import type { Actor, ActorGrant } from '#server/kernel/actor.ts'
import type { Locale } from '#server/kernel/format.ts'
import { localDateOf, type LocalDate } from '#server/kernel/period.ts'
import { sleep } from '#server/infra/clock.ts'
import { isRetryable, prismaClient, type Db } from '#server/infra/db.ts'
import { env } from '#server/infra/env.ts'
import { serviceSecret, type ServiceName } from '#server/infra/services.ts'

/** What a request brings along: who it claims to be and from where. No database here. */
export type RequestScope = {
  /** Random id of the session cookie, or a machine actor's secret; null = a stranger. */
  sid: string | null
  /** Grant the actor chose to act under; null = as themselves. */
  acting: string | null
  locale: Locale
  requestId: string
  /** Address of the caller as the last trusted proxy saw it. */
  address: string
  userAgent: string
  /** Random id of the browser (cookie), to which one-time codes are bound. */
  browser: string
  /** Whose phone says it is (header x-uyim-person, settled 17): a letter kept for one person never goes under another's session. */
  person?: string | null
}

export type Context = {
  db: Db
  actor: Actor
  /** Start of the transaction by the database's clock (settled 6). */
  now: Date
  /** Business date in UTC+5, both countries' zone. */
  today: LocalDate
  requestId: string
  locale: Locale
  request: RequestScope
}

type ScopeAnswer = {
  now: string
  session: { hash: string; personId: string | null; kind: 'RESIDENT' | 'STAFF' | 'SERVICE'; service: string | null; level: number; fresh: boolean } | null
  locale?: Locale | null
  grants: ActorGrant[]
}

const nobody: NonNullable<ScopeAnswer['session']> | { hash: null; personId: null; kind: 'PUBLIC'; service: null; level: 0; fresh: false } =
  { hash: null, personId: null, kind: 'PUBLIC', service: null, level: 0, fresh: false }

function actorOf(answer: ScopeAnswer, acting: string | null): Actor {
  const { hash, personId, kind, service, level, fresh } = answer.session ?? nobody
  return { personId, sessionId: hash, service, kind, level: level as Actor['level'], fresh, actingGrantId: acting, grants: answer.grants }
}

const attempts = 4

/**
 * One transaction with its scope set for row-level security; the session and its live grants are read in the
 * same round trip. Tries again on deadlocks, serialization failures and lost connections, with jitter.
 */
export async function openTransaction<T>(request: RequestScope, work: (ctx: Context) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await prismaClient().$transaction(async db => work(await openScope(db, request)), { maxWait: 10_000, timeout: 60_000 })
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error
      await sleep(10 * 2 ** attempt + (performance.now() % 1) * 20)
    }
  }
}

async function openScope(db: Db, request: RequestScope): Promise<Context> {
  const rows = await db.$queryRaw<{ scope: ScopeAnswer }[]>`select auth.open_scope(${request.sid}, ${request.acting}) as scope`
  const answer = rows[0]?.scope
  if (!answer) throw new Error('auth.open_scope answered nothing')
  const now = new Date(answer.now)
  return { db, actor: actorOf(answer, request.acting), now, today: localDateOf(now, 300), requestId: request.requestId, locale: request.locale, request }
}

/** A transaction of a machine actor: provider doors, the worker, billing, sign-in, public pages. */
export async function serviceTransaction<T>(service: ServiceName, work: (ctx: Context) => Promise<T>, request?: RequestScope): Promise<T> {
  return openTransaction({ ...(request ?? strangerScope()), sid: serviceSecret(env.AUTH_SECRET, service), acting: null }, work)
}

export function strangerScope(): RequestScope {
  return { sid: null, acting: null, locale: 'ru', requestId: '', address: '', userAgent: '', browser: '' }
}

/** Joins the transaction that is already open, so that one use case may call another. */
export async function inTransaction<T>(ctx: Context, work: (ctx: Context) => Promise<T>): Promise<T> {
  return work(ctx)
}

/** For a while acts as a machine actor inside the same transaction (e.g. a meeting counting the roll), then returns. */
export async function asService<T>(ctx: Context, service: ServiceName, work: (ctx: Context) => Promise<T>): Promise<T> {
  const inner = await openScope(ctx.db, { ...ctx.request, sid: serviceSecret(env.AUTH_SECRET, service), acting: null })
  const result = await work({ ...inner, actor: { ...inner.actor, personId: ctx.actor.personId } })
  await ctx.db.$queryRaw`select auth.open_scope(${ctx.request.sid}, ${ctx.request.acting})`
  return result
}
