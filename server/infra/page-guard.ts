import 'server-only'
import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isLocale, type Locale } from '#server/kernel/format.ts'

// Headers by which Next's own parts speak to each other, and the ones that only we may write.
const inner = /^(x-middleware-|x-invoke-|x-matched-path$|x-nextjs-data$|x-now-|x-vercel-|content-security-policy$|x-uyim-address$)/

export function stripInner(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) if (inner.test(name)) delete headers[name]
}

const idShape = /^[A-Za-z0-9-]{8,64}$/

export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = String(headers['x-request-id'] ?? '')
  return idShape.test(given) ? given : randomBytes(12).toString('hex')
}

/** A change is accepted from our own pages only; whoever sends neither header is no browser of ours. */
export function isSameOrigin(headers: IncomingHttpHeaders, appUrl: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  const origin = headers.origin
  if (origin === undefined) return site === 'same-origin'
  if (origin === appUrl) return true
  try {
    return new URL(origin).host === headers.host
  } catch {
    return false
  }
}

export function isUnsafe(method: string | undefined): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}

export function makeNonce(): string {
  return randomBytes(16).toString('base64')
}

type Policy = { nonce: string | null; dev: boolean; secure: boolean }

/** Scripts run by the page's own nonce; the hand-written offline shell has files only. */
export function contentPolicy({ nonce, dev, secure }: Policy): string {
  const scripts = nonce === null ? `'self'` : `'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? ` 'unsafe-eval'` : ''}`
  const styles = nonce === null ? `'self'` : dev ? `'self' 'unsafe-inline'` : `'self' 'nonce-${nonce}'`
  return [
    `default-src 'self'`, `script-src ${scripts}`, `style-src ${styles}`, `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data: blob:`, `connect-src 'self'${dev ? ' ws: wss:' : ''}`, `font-src 'self'`, `worker-src 'self'`, `manifest-src 'self'`,
    `object-src 'none'`, `base-uri 'none'`, `form-action 'self'`, `frame-ancestors 'none'`,
    ...(secure ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}

export function safetyHeaders(secure: boolean): [string, string][] {
  return [
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'same-origin'],
    ['x-frame-options', 'DENY'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['permissions-policy', 'camera=(self), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()'],
    ...(secure ? [['strict-transport-security', 'max-age=31536000; includeSubDomains'] as [string, string]] : []),
  ]
}

export function cookieOf(headers: IncomingHttpHeaders, name: string): string | null {
  for (const pair of (headers.cookie ?? '').split(/;\s*/)) {
    const at = pair.indexOf('=')
    if (pair.slice(0, at) === name) return pair.slice(at + 1)
  }
  return null
}

// What speaks without a language in its address: doors, public pages, and files, which have a dot in their name.
const withoutLanguage = /^\/(api|_next|__next[^/]*|h|v)(\/|$)|[.][^/]*$/

/** The same address in a language, for one that begins with none: there the person reads, in words they know, that it is not there. */
export function addressInLanguage(path: string, locale: Locale): string | null {
  if (isLocale(path.split('/')[1] ?? '') || withoutLanguage.test(path)) return null
  // Always below our own language: '//elsewhere' stays an address of ours.
  return `/${locale}/${path.replace(/^[/\\]+/, '')}`.replace(/\/+$/, '')
}

/** The language a person chose before, else the first of the browser's that we speak, else Uzbek. */
export function localeOf(headers: IncomingHttpHeaders): Locale {
  const chosen = cookieOf(headers, 'uyim-locale')
  if (chosen !== null && isLocale(chosen)) return chosen
  const wishes = (headers['accept-language'] ?? '').split(',').map(wish => {
    const [tag = '', quality = ''] = wish.trim().split(/;\s*q=/)
    return { language: tag.toLowerCase().split('-')[0] ?? '', quality: quality === '' ? 1 : Number(quality) || 0 }
  })
  const known = wishes.filter(wish => isLocale(wish.language) && wish.quality > 0).sort((a, b) => b.quality - a.quality)
  const best = known[0]?.language
  return best !== undefined && isLocale(best) ? best : 'uz'
}

/** The language of an address, else the one of the person: what is said where no screen answers. */
export function languageOf(path: string, headers: IncomingHttpHeaders): Locale {
  const first = path.split('/')[1] ?? ''
  return isLocale(first) ? first : localeOf(headers)
}

/** '%FF' is no sign of any text, and '%00' none that a question may hold: such an address is nowhere. */
export function isReadable(path: string, query = ''): boolean {
  try {
    return decodeURIComponent(path) !== '' && !/%00/.test(path + query)
  } catch {
    return false
  }
}
