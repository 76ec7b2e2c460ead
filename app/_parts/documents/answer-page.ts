import type { ReactElement } from 'react'
import { isLocale, type Locale } from '#server/kernel/format.ts'

/** The language asked for, chosen before, or the browser's own; else Uzbek. */
export function publicLocale(request: Request): Locale {
  const asked = new URL(request.url).searchParams.get('lang') ?? ''
  const chosen = /(?:^|;\s*)uyim-locale=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? ''
  const wished = (request.headers.get('accept-language') ?? '').split(',').map(wish => wish.trim().slice(0, 2).toLowerCase())
  return [asked, chosen, ...wished].find(isLocale) ?? 'uz'
}

/** A finished page without a byte of script. What it says of something that is not there stays as it is (infra/missing-page). */
export async function answerPage(page: ReactElement, status = 200): Promise<Response> {
  const { renderToStaticMarkup } = await import('react-dom/server')
  return new Response(`<!doctype html>${renderToStaticMarkup(page)}`, {
    status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': status === 200 ? 'private, max-age=60' : 'no-store', vary: 'Cookie, Accept-Language', 'x-own-words': '1' },
  })
}
