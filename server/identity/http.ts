import 'server-only'
import { encode } from 'next-auth/jwt'
import { browserCookie, localeCookie, scopeOfRequest, secureCookies, sessionCookie } from '#server/api/request-scope.ts'
import { DomainError } from '#server/kernel/errors.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { openTransaction, type RequestScope } from '#server/infra/context.ts'
import { randomToken } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import type { Door } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { isSameOrigin } from '#server/infra/page-guard.ts'
import { texts } from '#server/infra/texts.ts'
import { closeSession } from '#server/identity/close-session.ts'
import { confirmDevice } from '#server/identity/confirm-device.ts'
import { demoDeviceOf, demoDeviceToken } from '#server/identity/demo/device.ts'
import { openSession } from '#server/identity/open-session.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'
import { requestCode } from '#server/identity/request-code.ts'
import { formNoteCookie, safePlace, type FormNote } from '#server/identity/rules.ts'

// Plain HTML forms that change who is signed in: they work before any script has come, and the secret of a
// session goes into its cookie and never into an answer that a script could read.

const day = 24 * 60 * 60
const residentSeconds = 180 * day
const staffSeconds = 12 * 60 * 60
const actingCookie = 'uyim-acting'

type Form = { request: RequestScope; locale: Locale; field: (name: string) => string }
type Answer = { place: string; cookies?: string[] }
type Step = { back: string; typed?: readonly string[]; run: (form: Form) => Promise<Answer> }

function cookie(name: string, value: string, seconds: number): string {
  return `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secureCookies ? '; Secure' : ''}`
}

async function seat(sid: string, seconds: number): Promise<string[]> {
  const envelope = await encode({ token: { sid }, secret: env.AUTH_SECRET, maxAge: seconds })
  return [cookie(sessionCookie, envelope, seconds), cookie(actingCookie, '', 0)]
}

const stranger = (request: RequestScope): RequestScope => ({ ...request, sid: null, acting: null })
const withNext = (form: Form, query = ''): string => {
  const next = safePlace(form.field('next'), form.locale)
  const parts = [query, next === null ? '' : `next=${encodeURIComponent(next)}`].filter(Boolean)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

async function askCode(form: Form, phone: string): Promise<void> {
  await requestCode(stranger(form.request), { purpose: 'signIn', contentHash: '', phone, smsTemplate: 'signIn', params: {} })
}

const steps: Record<string, Step> = {
  phone: {
    back: 'sign-in', typed: ['phone'],
    run: async form => {
      await askCode(form, form.field('phone'))
      // The number is kept by this browser alone, so that 'send again' needs no typing.
      return { place: `/${form.locale}/sign-in/code${withNext(form)}`, cookies: [cookie('uyim-phone', form.field('phone'), 900)] }
    },
  },
  resend: {
    back: 'sign-in/code',
    run: async form => {
      await askCode(form, form.field('phone'))
      return { place: `/${form.locale}/sign-in/code${withNext(form, 'sent=1')}` }
    },
  },
  code: {
    back: 'sign-in/code', typed: ['code'],
    run: async form => {
      const { sid, isNew } = await openSession(stranger(form.request), { code: form.field('code') })
      const place = safePlace(form.field('next'), form.locale) ?? `/${form.locale}/${isNew ? 'profile/link-home' : 'home'}`
      return { place, cookies: [...(await seat(sid, residentSeconds)), cookie('uyim-phone', '', 0), localeOfChoice(form.locale)] }
    },
  },
  staff: {
    back: 'staff-sign-in', typed: ['login'],
    run: async form => {
      const { sid } = await openStaffSession(stranger(form.request), { login: form.field('login'), password: form.field('password'), oneTimeKey: form.field('oneTimeKey') || form.field('recoveryCode') })
      return { place: safePlace(form.field('next'), form.locale) ?? `/${form.locale}/staff`, cookies: [...(await seat(sid, staffSeconds)), localeOfChoice(form.locale)] }
    },
  },
  'sign-out': {
    back: 'sign-in',
    run: async form => {
      await openTransaction({ ...form.request, acting: null }, closeSession)
      return signedOut(form)
    },
  },
  'demo-confirm': { back: 'profile', run: confirmByDemo },
  acting: {
    back: 'home',
    run: form => {
      const grant = form.field('grant')
      return Promise.resolve({
        place: safePlace(form.field('next'), form.locale) ?? `/${form.locale}/home`,
        cookies: [isId(grant) ? cookie(actingCookie, grant, staffSeconds) : cookie(actingCookie, '', 0)],
      })
    },
  },
}

/** Demonstration only: the older phone of the demonstration vouches for this one. */
async function confirmByDemo(form: Form): Promise<Answer> {
  const place = safePlace(form.field('next'), form.locale) ?? `/${form.locale}/profile`
  const mine = await openTransaction({ ...form.request, acting: null }, ctx => Promise.resolve(ctx.actor))
  const older = mine.personId === null ? null : demoDeviceOf(demoDeviceToken(mine.personId))
  if (older !== null) await openTransaction({ ...form.request, sid: older, acting: null }, ctx => confirmDevice(ctx, { device: mine.sessionId ?? '' }))
  return { place }
}

function localeOfChoice(locale: Locale): string {
  return `${localeCookie}=${locale}; Path=/; Max-Age=${365 * day}; SameSite=Lax${secureCookies ? '; Secure' : ''}`
}

function signedOut(form: Form): Answer {
  const place = form.field('staff') === '' ? 'sign-in' : 'staff-sign-in'
  return { place: `/${form.locale}/${place}`, cookies: [cookie(sessionCookie, '', 0), cookie(actingCookie, '', 0)] }
}

async function readForm(request: Request): Promise<Form> {
  const fields = new URLSearchParams(await request.text())
  const wanted = fields.get('locale') ?? ''
  const locale = isLocale(wanted) ? wanted : 'ru'
  return { request: { ...(await scopeOfRequest(request)), locale }, locale, field: name => (fields.get(name) ?? '').replaceAll('\0', '').slice(0, 500).toWellFormed() }
}

async function handleForm(request: Request, name: string): Promise<Response> {
  const step = steps[name]
  if (!step) return new Response(null, { status: 404 })
  if (!isSameOrigin(Object.fromEntries(request.headers), env.APP_URL)) return new Response(null, { status: 403 })
  const form = await readForm(request)
  const made = form.request.browser === '' ? randomToken(24) : null
  const known = made === null ? form : { ...form, request: { ...form.request, browser: made } }
  const own = made === null ? [] : [cookie(browserCookie, made, 400 * day)]
  try {
    const { place, cookies = [] } = await step.run(known)
    return seeOther(place, [...own, ...cookies, cookie(formNoteCookie, '', 0)])
  } catch (error) {
    if (name === 'sign-out') return redirectOf(signedOut(form))
    return refused(known, { error, step, name, cookies: own })
  }
}

const redirectOf = (answer: Answer): Response => seeOther(answer.place, answer.cookies ?? [])

/** Back to the form with a sentence and with what was typed; nothing of it in the address. */
function refused(form: Form, { error, step, name, cookies }: { error: unknown; step: Step; name: string; cookies: string[] }): Response {
  if (!(error instanceof DomainError)) log.error({ err: error, form: name }, 'a form failed')
  const [code, params] = error instanceof DomainError ? [error.code, error.params] : ['common.internal', {}]
  const note: FormNote = {
    n: randomToken(6), code, message: texts(form.locale)(`errors.${code}`, params),
    typed: Object.fromEntries((step.typed ?? []).map(field => [field, form.field(field)])),
  }
  // A code that can never be right any more leads back to the first screen.
  const back = code === 'identity.codeDead' ? 'sign-in' : step.back
  return seeOther(`/${form.locale}/${back}${withNext(form, `n=${note.n}`)}`, [...cookies, cookie(formNoteCookie, JSON.stringify(note), 120)])
}

function seeOther(place: string, cookies: string[]): Response {
  const headers = new Headers({ location: place, 'cache-control': 'no-store' })
  for (const one of cookies) headers.append('set-cookie', one)
  return new Response(null, { status: 303, headers })
}

/** Demonstration only: this browser becomes the older device of a demonstration resident, where a new one is confirmed. */
async function openDemoDevice(request: Request, token: string): Promise<Response> {
  const sid = demoDeviceOf(token)
  const wanted = new URL(request.url).searchParams.get('locale') ?? ''
  const locale = isLocale(wanted) ? wanted : 'ru'
  return sid === null ? seeOther(`/${locale}/sign-in`, []) : seeOther(`/${locale}/profile`, await seat(sid, residentSeconds))
}

export const doors: Door[] = [
  { method: 'POST', path: '/api/auth/form/:step', handle: (request, { params }) => handleForm(request, params['step'] ?? '') },
  { method: 'GET', path: '/api/auth/demo-device/:token', handle: (request, { params }) => openDemoDevice(request, params['token'] ?? '') },
]
