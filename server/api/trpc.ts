import 'server-only'
import { initTRPC, TRPCError } from '@trpc/server'
import superjson from 'superjson'
import { conflict, DomainError, forbidden, invalid } from '#server/kernel/errors.ts'
import { openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { isRetryable } from '#server/infra/db.ts'
import { log } from '#server/infra/log.ts'
import { texts } from '#server/infra/texts.ts'
import { personKeyOf } from '#server/identity/codes/keys.ts'

export type ApiContext = { request: RequestScope }

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  /** What the phone sees of an error: a code and a sentence in the person's language; never a stack. */
  errorFormatter({ shape, error, ctx }) {
    const locale = ctx?.request.locale ?? 'ru'
    const cause = error.cause
    const code = cause instanceof DomainError ? cause.code : codeOf(error)
    const params = cause instanceof DomainError ? cause.params : {}
    return { code: shape.code, message: texts(locale)(`errors.${code}`, params), data: { code: shape.data.code, httpStatus: shape.data.httpStatus, domainCode: code, params, fields: fieldsOf(cause) } }
  },
})

function codeOf(error: TRPCError): string {
  if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR') return 'common.invalidInput'
  if (error.code === 'NOT_FOUND') return 'common.notFound'
  return 'common.internal'
}

/** Names of the fields that a shape check refused, so that a form can point at them. */
function fieldsOf(cause: unknown): string[] {
  const issues = (cause as { issues?: { path?: PropertyKey[] }[] } | undefined)?.issues
  return Array.isArray(issues) ? issues.map(issue => (issue.path ?? []).map(String).join('.')) : []
}

const kinds = { invalid: 'BAD_REQUEST', forbidden: 'FORBIDDEN', notFound: 'NOT_FOUND', conflict: 'CONFLICT', unavailable: 'SERVICE_UNAVAILABLE' } as const

function translate(error: TRPCError): TRPCError {
  const cause = error.cause
  if (!(cause instanceof DomainError)) {
    if (error.code === 'INTERNAL_SERVER_ERROR') log.error({ err: cause ?? error }, 'a procedure failed')
    return error
  }
  const code = cause.code === 'common.signInNeeded' ? 'UNAUTHORIZED' : kinds[cause.kind]
  return new TRPCError({ code, cause, message: cause.code })
}

class Undone extends Error {
  readonly result: { ok: false; error: TRPCError }
  constructor(result: { ok: false; error: TRPCError }) {
    super('undone')
    this.result = result
    if (isRetryable(result.error.cause)) Object.assign(this, { cause: result.error.cause })
  }
}

const translated = t.middleware(async ({ next }) => {
  const result = await next()
  return result.ok ? result : { ...result, error: translate(result.error) }
})

/** What a phone kept for one person is refused under another's session: there it waits for its own (settled 17). */
function assertSamePerson({ actor, request }: Context): void {
  if (request.person && actor.personId !== null && request.person !== personKeyOf(actor.personId)) throw conflict('common.otherPerson')
}

/** A sign that no text of the database can hold (NUL, half of an emoji) is nobody's mistake of typing: refused before anything is asked with it. */
const legible = t.middleware(async ({ getRawInput, next }) => {
  if (holdsUnwritable(await getRawInput())) throw invalid('common.invalidInput')
  return next()
})

function holdsUnwritable(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed()
  if (Array.isArray(value)) return value.some(holdsUnwritable)
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).some(holdsUnwritable)
}

/** One transaction per procedure (settled 2): a thrown error rolls everything back. */
const transacted = t.procedure.use(translated).use(legible).use(async ({ ctx, next }) => {
  try {
    return await openTransaction(ctx.request, async (context: Context) => {
      assertSamePerson(context)
      const result = await next({ ctx: context })
      if (!result.ok) throw new Undone(result as { ok: false; error: TRPCError })
      return result
    })
  } catch (error) {
    if (error instanceof Undone) return error.result as never
    throw error
  }
})

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** Anybody, signed in or not. */
export const publicProcedure = transacted

/** Whoever is signed in. */
export const signedProcedure = transacted.use(({ ctx, next }) => {
  if (ctx.actor.personId === null) throw forbidden('common.signInNeeded')
  return next()
})

/** Signed in as staff: password and one-time key, shorter session. */
export const staffProcedure = signedProcedure.use(({ ctx, next }) => {
  if (ctx.actor.kind !== 'STAFF') throw forbidden('common.signInNeeded')
  return next()
})

/** No transaction is opened: the use case opens several, so that what must outlive a refusal is committed first. */
export const stepProcedure = t.procedure.use(translated).use(legible).use(async ({ ctx, next }) => {
  if (ctx.request.person) await openTransaction(ctx.request, async context => assertSamePerson(context))
  return next()
})
