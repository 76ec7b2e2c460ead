import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { MomentText } from '#app/_ui/date-text.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('desk.views.title') } : {}
}

/** Whenever somebody at a desk opens the card of my home or has it in a list, I see who, when and why. */
export default async function AccessPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/profile-access`)
  const views = await api.desk.viewsOfMyHomes()
  const t = texts(locale)
  const several = new Set(me.homes.map((home) => home.premisesId)).size > 1
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/profile`, word: t('desk.views.back') }} note={t('desk.views.note')}>
        {t('desk.views.title')}
      </PageTitle>
      {views.length === 0 && <EmptyState title={t('desk.views.none')} />}
      {views.length > 0 && (
        <>
          <List label={t('desk.views.title')}>
            {views.map((view, index) => (
              <Row
                key={index}
                title={view.organisation || t(`identity.roles.${view.role || 'CLERK'}`)}
                note={
                  <span className="flex flex-col">
                    <span><MomentText at={view.at} /> · {t(`desk.views.reasons.${view.reason}`)}{several && view.unit !== '' ? ` · ${view.house}, ${view.unit}` : ''}</span>
                    {view.callerName !== '' && <span>{t('desk.views.caller', { name: view.callerName })}</span>}
                  </span>
                }
              />
            ))}
          </List>
          <Notice actions={<LinkButton href={`/${locale}/house`}>{t('desk.views.house')}</LinkButton>}>{t('desk.views.wrong')}</Notice>
        </>
      )}
    </div>
  )
}
