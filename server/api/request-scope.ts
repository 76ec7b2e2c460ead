import 'server-only'
import { decode } from 'next-auth/jwt'
import { isLocale, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { RequestScope } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'

const secure = env.APP_URL.startsWith('https:')
/** The envelope of the session: a next-auth token that carries only the random id `sid`. */
export const sessionCookie = secure ? '__Host-uyim' : 'uyim'
/** Random id of the browser, to which one-time codes are bound. */
export const browserCookie = secure ? '__Host-uyim-browser' : 'uyim-browser'
export const localeCookie = 'uyim-locale'
export const secureCookies = secure

type Source = { cookie: (name: string) => string | undefined; header: (name: string) => string | null; locale?: Locale }

/** Reads who the request claims to be. A broken envelope is a stranger, never an error. */
export async function requestScope(source: Source): Promise<RequestScope> {
  const sid = await sidOf(source.cookie(sessionCookie))
  return {
    sid,
    acting: source.cookie('uyim-acting') ?? null,
    locale: localeOf(source),
    requestId: source.header('x-request-id') ?? newId(),
    ...deviceOf(source),
    person: source.header('x-uyim-person'),
  }
}

function localeOf(source: Source): Locale {
  const wanted = source.locale ?? source.header('x-uyim-locale') ?? source.cookie(localeCookie) ?? ''
  return isLocale(wanted) ? wanted : 'ru'
}

function deviceOf(source: Source): Pick<RequestScope, 'address' | 'userAgent' | 'browser'> {
  return {
    address: source.header('x-uyim-address') ?? '',
    userAgent: (source.header('user-agent') ?? '').slice(0, 300),
    browser: source.cookie(browserCookie) ?? '',
  }
}

async function sidOf(token: string | undefined): Promise<string | null> {
  if (!token) return null
  try {
    const envelope = await decode({ token, secret: env.AUTH_SECRET })
    return typeof envelope?.['sid'] === 'string' ? envelope['sid'] : null
  } catch {
    return null
  }
}

/** The same from a plain Request (the tRPC door, file doors). */
export function scopeOfRequest(request: Request): Promise<RequestScope> {
  const jar = new Map((request.headers.get('cookie') ?? '').split(/;\s*/).map(pair => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), decoded(pair.slice(at + 1))] as const
  }))
  return requestScope({ cookie: name => jar.get(name), header: name => request.headers.get(name) })
}

/** A malformed cookie is a stranger's, never an error. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}
