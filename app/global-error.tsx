'use client'

import kk from '#locales/kk/crash.json'
import ru from '#locales/ru/crash.json'
import uz from '#locales/uz/crash.json'
import '#app/globals.css'
import { isLocale } from '#server/kernel/format.ts'

const words = { uz, kk, ru }

type Props = { error: Error & { digest?: string }; reset: () => void }

/** The last wall: the whole document failed, so it stands on nothing but its own three sentences. */
export default function GlobalError({ error, reset }: Props) {
  const first = typeof window === 'undefined' ? '' : (window.location.pathname.split('/')[1] ?? '')
  const locale = isLocale(first) ? first : 'ru'
  const { title, body, retry } = words[locale]
  return (
    <html lang={locale}>
      <body>
        <main className="shell-width flex flex-col gap-4 px-4 py-10">
          <h1 className="text-title font-semibold">{title}</h1>
          <p>{body}</p>
          <button type="button" onClick={reset} className="min-h-12 rounded-card bg-act px-5 font-semibold text-act-ink">
            {retry}
          </button>
          {error.digest && <p className="text-small text-note">{error.digest}</p>}
        </main>
      </body>
    </html>
  )
}
