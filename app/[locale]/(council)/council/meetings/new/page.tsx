import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { forms } from '#server/meetings/schema.ts'
import { AnnounceForm } from './announce-form.tsx'
import type { AnnounceWords, AttachWords } from './announce-words.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.announce.title') } : {}
}

/** A notice in three languages, by the rules of the house's country. */
export default async function NewMeetingPage({ params, searchParams }: Props) {
  const [{ locale }, { house: buildingId = '' }] = await Promise.all([params, searchParams])
  if (!isLocale(locale)) notFound()
  const { house, rules } = await orElsewhere((await caller(locale)).meetings.listRules({ buildingId }), { locale, path: `/council/meetings/new?house=${buildingId}` })
  const t = texts(locale)
  return (
    <>
      <PageTitle back={{ href: `/${locale}/council/meetings`, word: t('meetings.council.backToList') }} note={`${house.name}. ${t('meetings.announce.note')}`}>
        {t('meetings.announce.title')}
      </PageTitle>
      <AnnounceForm
        buildingId={buildingId}
        locale={locale}
        rules={rules.map(rule => ({ scope: rule.scope, questionType: rule.questionType, noticeDays: rule.noticeDays, word: t(`meetings.types.${rule.questionType}`) }))}
        forms={forms.map(form => ({ value: form, label: t(`meetings.forms.${form}`) }))}
        words={section(locale, 'meetings.announce') as unknown as AnnounceWords}
        attach={section(locale, 'meetings.papers') as AttachWords}
        noNetwork={t('errors.common.noNetwork')}
      />
    </>
  )
}
