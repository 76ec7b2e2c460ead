import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { sayParams } from '#server/notifications/rules.ts'
import type { InboxLetter } from '#server/notifications/schema.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { MarkRead } from './mark-read.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ before?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('notifications.inbox.title') } : {}
}

/** Everything that came for me, with the date it was received (003 clause 30). */
export default async function InboxPage({ params, searchParams }: Props) {
  const [{ locale }, { before }] = await Promise.all([params, searchParams])
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  if (!(await api.identity.me())) redirect(`/${locale}/sign-in?next=/${locale}/inbox`)
  const { letters, more } = await api.notifications.inbox(before !== undefined && isId(before) ? { before } : {})
  const t = texts(locale)
  const last = letters.at(-1)
  return (
    <>
      <PageTitle back={{ href: `/${locale}/home`, word: t('notifications.inbox.back') }}>{t('notifications.inbox.title')}</PageTitle>
      {letters.length === 0 && <EmptyState icon="bell" title={t('notifications.inbox.none')}>{t('notifications.inbox.noneNote')}</EmptyState>}
      <ul className="flex flex-col gap-3">
        {letters.map((letter) => (
          <Letter key={letter.messageId} locale={locale} letter={letter} />
        ))}
      </ul>
      {more && last && (
        <div className="mt-4">
          <LinkButton wide href={`/${locale}/inbox?before=${last.messageId}`}>{t('notifications.inbox.older')}</LinkButton>
        </div>
      )}
      {letters.some((letter) => letter.readAt === null) && <MarkRead />}
    </>
  )
}

function Letter({ locale, letter }: { locale: Locale; letter: InboxLetter }) {
  const t = texts(locale)
  const params = sayParams(letter.params, locale, t)
  const title = t(`notifications.letters.${letter.template}.title`, params)
  return (
    <li className="max-w-none rounded-card border border-line bg-surface">
      <article className="flex flex-col gap-1 p-4">
        <h2 className="font-semibold">{letter.link === '' ? title : <a href={`/${locale}/${letter.link}`} className="inline-flex min-h-12 items-center">{title}</a>}</h2>
        <p>{t(`notifications.letters.${letter.template}.body`, params).trim()}</p>
        <p className="flex flex-wrap items-center gap-x-3 text-small text-note">
          <time dateTime={letter.receivedAt.toISOString()} className="figures">{t('notifications.inbox.received', { at: formatDateTime(letter.receivedAt) })}</time>
          {letter.readAt === null && <StateMark tone="info">{t('notifications.inbox.new')}</StateMark>}
        </p>
      </article>
    </li>
  )
}
