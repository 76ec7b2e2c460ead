import { cookies, headers } from 'next/headers'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { texts } from '#server/infra/texts.ts'
import { isLocale, type Locale } from '#server/kernel/format.ts'

/** Also what a person sees of a house that is not theirs: not found, never forbidden. */
export default async function NotFound() {
  const locale = await localeOfRequest()
  const t = texts(locale)
  return (
    <main id="main" className="shell-width px-4 py-10">
      <h1 className="sr-only">{t('common.notFound.title')}</h1>
      <EmptyState
        icon="search"
        title={t('common.notFound.title')}
        actions={
          <LinkButton kind="main" href={`/${locale}`}>
            {t('common.notFound.home')}
          </LinkButton>
        }
      >
        {t('common.notFound.body')}
      </EmptyState>
    </main>
  )
}

/** A not-found page gets no parameters; the server in front of Next tells the language of the address in a header. */
async function localeOfRequest(): Promise<Locale> {
  const [jar, head] = await Promise.all([cookies(), headers()])
  const fromPath = head.get('x-uyim-locale') ?? ''
  if (isLocale(fromPath)) return fromPath
  const fromCookie = jar.get('uyim-locale')?.value ?? ''
  return isLocale(fromCookie) ? fromCookie : 'ru'
}
