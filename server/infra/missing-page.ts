import 'server-only'
import type { ServerResponse } from 'node:http'
import { texts } from '#server/infra/texts.ts'
import { locales, type Locale } from '#server/kernel/format.ts'

/** On an answer 'not found' that says in words of its own what is not there: a house, a paper. */
const ownWords = 'x-own-words'
const names: Record<Locale, string> = { uz: 'Oʻzbekcha', kk: 'Қазақша', ru: 'Русский' }
const link = 'flex min-h-12 items-center px-2 text-act'

/** 'There is no such page': whole without a byte of script, with the way home in each language. */
export function missingPage(locale: Locale): string {
  const t = texts(locale)
  const ways = locales.map(each => `<a class="${link}" href="/${each}" lang="${each}" hreflang="${each}"${each === locale ? ' aria-current="true"' : ''}>${names[each]}</a>`).join('')
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>${t('common.notFound.title')} · ${t('common.brand')}</title>
<link rel="stylesheet" href="/offline/shell.css"><link rel="icon" href="/icons/icon.svg"></head>
<body><header class="border-b border-line bg-surface"><div class="shell-width flex min-h-14 flex-wrap items-center gap-2 px-4"><span class="flex-1 font-semibold">${t('common.brand')}</span>
<nav aria-label="${t('common.shell.language')}" class="flex text-small">${ways}</nav></div></header>
<main id="main" class="shell-width flex flex-col gap-4 px-4 py-10"><h1 class="text-title font-semibold">${t('common.notFound.title')}</h1><p class="text-note">${t('common.notFound.body')}</p>
<a class="inline-flex min-h-12 w-full items-center justify-center rounded-card border border-act bg-act px-5 py-2 text-center font-semibold text-act-ink no-underline" href="/${locale}">${t('common.notFound.home')}</a></main></body></html>`
}

export function sendMissing(answer: ServerResponse, locale: Locale): void {
  const body = Buffer.from(missingPage(locale))
  answer.removeHeader('content-encoding')
  answer.removeHeader('transfer-encoding')
  answer.statusCode = 404
  answer.setHeader('content-type', 'text/html; charset=utf-8')
  answer.setHeader('content-length', body.byteLength)
  answer.setHeader('cache-control', 'private, no-store')
  answer.setHeader('vary', 'Cookie, Accept-Language')
  answer.end(body)
}

/**
 * Next says 'not found' in English, in a document of no language, whichever address or screen it was (another's house too).
 * From here on such an answer becomes ours; what Next still writes into it is let fall.
 */
export function sayMissingInWords(answer: ServerResponse, locale: Locale): void {
  const { writeHead, write, end } = answer
  let missing = false
  const isMissing = (status: number): boolean => {
    if (!missing && !answer.headersSent && status === 404 && !answer.hasHeader(ownWords) && String(answer.getHeader('content-type') ?? '').startsWith('text/html')) {
      missing = true
      Object.assign(answer, { writeHead, write, end })
      sendMissing(answer, locale)
      Object.assign(answer, { write: letFall(true), end: letFall(answer) })
    }
    return missing
  }
  answer.writeHead = (status: number, ...rest: unknown[]) => isMissing(status) ? answer : Reflect.apply(writeHead, answer, [status, ...rest])
  answer.write = (...given: unknown[]) => isMissing(answer.statusCode) ? letFall(true)(...given) : Reflect.apply(write, answer, given)
  answer.end = (...given: unknown[]) => isMissing(answer.statusCode) ? letFall(answer)(...given) : Reflect.apply(end, answer, given)
}

/** Whoever waits for what they wrote is told that it went. */
function letFall<T>(result: T): (...given: unknown[]) => T {
  return (...given) => {
    const done = given.at(-1)
    if (typeof done === 'function') queueMicrotask(() => { Reflect.apply(done, undefined, []) })
    return result
  }
}
