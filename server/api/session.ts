import 'server-only'
import type { AuthOptions, User } from 'next-auth'
import NextAuth from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { encode } from 'next-auth/jwt'
import { cookies, headers } from 'next/headers'
import { TRPCError } from '@trpc/server'
import { DomainError } from '#server/kernel/errors.ts'
import type { Locale } from '#server/kernel/format.ts'
import { createCaller } from '#server/api/root.ts'
import { browserCookie, requestScope, secureCookies, sessionCookie } from '#server/api/request-scope.ts'
import type { RequestScope } from '#server/infra/context.ts'
import { randomToken } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import { log } from '#server/infra/log.ts'
import { texts } from '#server/infra/texts.ts'
import { demoDeviceOf } from '#server/identity/demo/device.ts'
import { openSession } from '#server/identity/open-session.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'

// The only place where a session's secret meets a cookie. For server actions and route handlers of app/:
// the secret never travels in an answer that a script could read.

const day = 24 * 60 * 60
const residentSeconds = 180 * day
const staffSeconds = 12 * 60 * 60
const actingCookie = 'uyim-acting'
const base = { httpOnly: true, secure: secureCookies, sameSite: 'lax' as const, path: '/' }

export type Problem = { code: string; message: string }
export type Outcome<T = null> = { ok: true; result: T } | { ok: false; problem: Problem }

/** Runs a step of a form; what was refused becomes a sentence in the person's language. */
export async function outcome<T>(locale: Locale, work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, result: await work() }
  } catch (error) {
    return { ok: false, problem: problemOf(error, locale) }
  }
}

function problemOf(error: unknown, locale: Locale): Problem {
  const cause = error instanceof TRPCError ? error.cause : error
  if (cause instanceof DomainError) return { code: cause.code, message: texts(locale)(`errors.${cause.code}`, cause.params) }
  const shape = error instanceof TRPCError && error.code === 'BAD_REQUEST'
  if (!shape) log.error({ err: error }, 'a form failed')
  const code = shape ? 'common.invalidInput' : 'common.internal'
  return { code, message: texts(locale)(`errors.${code}`) }
}

/** The scope of a form, with a browser id in its cookie: codes are bound to it. */
async function formScope(locale: Locale): Promise<RequestScope> {
  const [jar, head] = await Promise.all([cookies(), headers()])
  const scope = await requestScope({ cookie: name => jar.get(name)?.value, header: name => head.get(name), locale })
  if (scope.browser !== '') return scope
  const browser = randomToken(24)
  jar.set(browserCookie, browser, { ...base, maxAge: 400 * day })
  return { ...scope, browser }
}

async function seatSession(sid: string, seconds: number): Promise<void> {
  const jar = await cookies()
  jar.set(sessionCookie, await encode({ token: { sid }, secret: env.AUTH_SECRET, maxAge: seconds }), { ...base, maxAge: seconds })
  jar.delete(actingCookie)
}

/** First screen: the number. A scope without its session, so that signing in anew is always possible. */
export async function startSignIn(locale: Locale, phone: string): Promise<Outcome> {
  const scope = await formScope(locale)
  return outcome(locale, async () => {
    await createCaller({ request: { ...scope, sid: null, acting: null } }).identity.requestCode({ phone })
    return null
  })
}

/** Second screen: the code. */
export async function finishSignIn(locale: Locale, code: string): Promise<Outcome<{ isNew: boolean; fresh: boolean }>> {
  const scope = await formScope(locale)
  return outcome(locale, async () => {
    const { sid, isNew, fresh } = await openSession({ ...scope, sid: null, acting: null }, { code })
    await seatSession(sid, residentSeconds)
    return { isNew, fresh }
  })
}

export async function staffSignIn(locale: Locale, input: { login: string; password: string; oneTimeKey: string }): Promise<Outcome> {
  const scope = await formScope(locale)
  return outcome(locale, async () => {
    const { sid } = await openStaffSession({ ...scope, sid: null, acting: null }, input)
    await seatSession(sid, staffSeconds)
    return null
  })
}

/** Ends the session on the server first; the cookies go whatever it answered. */
export async function signOut(locale: Locale): Promise<void> {
  const scope = await formScope(locale)
  if (scope.sid !== null) await outcome(locale, () => createCaller({ request: { ...scope, acting: null } }).identity.signOut())
  const jar = await cookies()
  jar.delete(sessionCookie)
  jar.delete(actingCookie)
}

/** As what the person acts from now on in this browser; null: as themselves with all their rights. */
export async function actAs(grantId: string | null): Promise<void> {
  const jar = await cookies()
  if (grantId === null) jar.delete(actingCookie)
  else jar.set(actingCookie, grantId, { ...base, maxAge: staffSeconds })
}

/** Demonstration only: this browser becomes the older device of a demonstration resident. */
export async function becomeDemoDevice(token: string): Promise<boolean> {
  const sid = demoDeviceOf(token)
  if (sid === null) return false
  await seatSession(sid, residentSeconds)
  return true
}

type Sealed = User & { sid: string }

function provider(id: string, fields: readonly string[], open: (scope: RequestScope, given: Record<string, string>) => Promise<{ sid: string; personId: string }>) {
  return Credentials({
    id, name: id, credentials: Object.fromEntries(fields.map(field => [field, {}])),
    authorize: async given => {
      const scope = await formScope('ru')
      const opened = await open({ ...scope, sid: null, acting: null }, given ?? {}).catch(() => null)
      return opened && ({ id: opened.personId, sid: opened.sid } satisfies Sealed)
    },
  })
}

/** next-auth 4 as the thin envelope (decision D2): its token carries `sid` alone, our table decides at every request. */
const options = (): AuthOptions => ({
  secret: env.AUTH_SECRET,
  session: { strategy: 'jwt', maxAge: residentSeconds },
  cookies: { sessionToken: { name: sessionCookie, options: base } },
  pages: { signIn: '/sign-in', error: '/sign-in' },
  providers: [
    provider('code', ['code'], (scope, given) => openSession(scope, { code: given['code'] ?? '' })),
    provider('staff', ['login', 'password', 'oneTimeKey'], (scope, given) =>
      openStaffSession(scope, { login: given['login'] ?? '', password: given['password'] ?? '', oneTimeKey: given['oneTimeKey'] ?? '' })),
  ],
  callbacks: {
    jwt: ({ token, user }) => ({ sid: (user as Sealed | undefined)?.sid ?? token['sid'] }),
    session: ({ session }) => ({ expires: session.expires }),
  },
  events: {
    signOut: async ({ token }) => {
      const scope = await formScope('ru')
      await outcome('ru', () => createCaller({ request: { ...scope, sid: String(token['sid']), acting: null } }).identity.signOut())
    },
  },
  logger: {
    error: (code, facts) => log.warn({ code, message: facts instanceof Error ? facts.message : undefined }, 'envelope'),
    warn: code => log.debug({ code }, 'envelope'),
    debug: () => undefined,
  },
})

type RouteContext = { params: Promise<{ nextauth: string[] }> }

export function envelopeDoor(request: Request, context: RouteContext): Promise<Response> {
  return (NextAuth as unknown as (request: Request, context: RouteContext, options: AuthOptions) => Promise<Response>)(request, context, options())
}
