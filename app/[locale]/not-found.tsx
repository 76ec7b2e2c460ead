import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { texts } from '#server/infra/texts.ts'
import { requestLocale } from './request-locale.ts'

/** Also what a person sees of a house that is not theirs: not found, never forbidden. */
export default async function NotFound() {
  const locale = await requestLocale()
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
