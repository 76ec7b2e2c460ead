import 'server-only'
import NextAuth, { type AuthOptions, type User } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { cookies, headers } from 'next/headers'
import { requestScope, secureCookies, sessionCookie } from '#server/api/request-scope.ts'
import { openTransaction, type RequestScope } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'
import { log } from '#server/infra/log.ts'
import { closeSession } from '#server/identity/close-session.ts'
import { openSession } from '#server/identity/open-session.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'

// eslint-disable-next-line no-restricted-syntax -- next-auth knows the address of the product from this variable alone
process.env['NEXTAUTH_URL'] ??= env.APP_URL

type Sealed = User & { sid: string }
type Opener = (scope: RequestScope, given: Record<string, string>) => Promise<{ sid: string; personId: string }>

async function scopeNow(): Promise<RequestScope> {
  const [jar, head] = await Promise.all([cookies(), headers()])
  return { ...(await requestScope({ cookie: name => jar.get(name)?.value, header: name => head.get(name) })), acting: null }
}

function provider(id: string, fields: readonly string[], open: Opener) {
  return Credentials({
    id, name: id, credentials: Object.fromEntries(fields.map(field => [field, {}])),
    authorize: async given => {
      const opened = await open({ ...(await scopeNow()), sid: null }, given ?? {}).catch(() => null)
      return opened && ({ id: opened.personId, sid: opened.sid } satisfies Sealed)
    },
  })
}

/** next-auth 4 as the thin envelope (decision D2): its token carries `sid` alone; our table decides at every request. */
const options: AuthOptions = {
  secret: env.AUTH_SECRET,
  session: { strategy: 'jwt', maxAge: 180 * 24 * 60 * 60 },
  cookies: { sessionToken: { name: sessionCookie, options: { httpOnly: true, secure: secureCookies, sameSite: 'lax', path: '/' } } },
  pages: { signIn: '/ru/sign-in', error: '/ru/sign-in' },
  providers: [
    provider('code', ['code'], (scope, given) => openSession(scope, { code: given['code'] ?? '' })),
    provider('staff', ['login', 'password', 'oneTimeKey'], (scope, given) =>
      openStaffSession(scope, { login: given['login'] ?? '', password: given['password'] ?? '', oneTimeKey: given['oneTimeKey'] ?? '' })),
  ],
  callbacks: {
    jwt: ({ token, user }) => ({ sid: (user as Sealed | undefined)?.sid ?? token['sid'] }),
    session: ({ session }) => ({ expires: session.expires }),
  },
  events: { signOut: async () => openTransaction(await scopeNow(), closeSession).catch(() => undefined) },
  logger: {
    error: (code, facts) => log.warn({ problem: code, message: facts instanceof Error ? facts.message : undefined }, 'envelope'),
    warn: name => log.debug({ warning: name }, 'envelope'),
    debug: () => undefined,
  },
}

type RouteContext = { params: Promise<{ nextauth: string[] }> }
type Handler = (request: Request, context: RouteContext, settings: AuthOptions) => Promise<Response>

export function envelopeDoor(request: Request, context: RouteContext): Promise<Response> {
  return (NextAuth as unknown as Handler)(request, context, options)
}
