import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { unitNames } from '#app/_parts/meetings/seats.ts'
import { percentText, weightNumber, weightText, type Scale } from '#app/_parts/meetings/weights.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, isLocale } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { mostInWords } from '#server/meetings/ballots/rules.ts'
import { inLanguage } from '#server/meetings/rules.ts'
import { ConfirmBallot, type ConfirmWords } from './confirm-ballot.tsx'

type Props = { params: Promise<{ locale: string; meetingId: string }>; searchParams: Promise<{ draft?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.confirm.title') } : {}
}

/** Step two: the frozen answers in words, then the code that is good for exactly these. */
export default async function ConfirmPage({ params, searchParams }: Props) {
  const [{ locale, meetingId }, { draft: draftId = '' }] = await Promise.all([params, searchParams])
  if (!isLocale(locale)) notFound()
  const here = `/${locale}/meetings/${meetingId}`
  const view = await orElsewhere((await caller(locale)).meetings.draft({ meetingId, draftId }), { locale, path: `/meetings/${meetingId}` })
  if (view.state === 'CAST') redirect(`${here}/receipt`)
  const t = texts(locale)
  const { meeting } = view
  const scale: Scale = { t, locale, kind: meeting.weight, denominator: meeting.weightDenominator ?? 1n }
  const total = view.seats.reduce((sum, seat) => sum + seat.weight, 0n)
  const whole = meeting.rollWeight ?? 0n
  const weight = t('meetings.weight.ofAll', { part: weightText(scale, total), whole: weightNumber(scale, whole), percent: percentText(scale, total, whole) })
  const change = <LinkButton kind="quiet" href={`${here}/vote`}>{t('meetings.confirm.change')}</LinkButton>
  return (
    <>
      <PageTitle back={{ href: `${here}/vote`, word: t('meetings.confirm.change') }} note={`${t('meetings.confirm.step')}. ${inLanguage(meeting.title, locale)}, ${formatDate(localDateOf(meeting.opensAt))}`}>
        {t('meetings.confirm.title')}
      </PageTitle>
      <div className="flex flex-col gap-4">
        <Card>
          <p className="font-medium">{t('meetings.confirm.voting', { units: unitNames(t, view.seats), house: view.house })}</p>
          <ol className="flex flex-col divide-y divide-line">
            {view.agenda.map(item => {
              const choice = view.answers.find(answer => answer.itemId === item.itemId)?.choice ?? 'ABSTAIN'
              return (
                <li key={item.itemId} className="flex max-w-none flex-wrap justify-between gap-x-4 py-2">
                  <span className="min-w-0">{item.position}. {inLanguage(item.question, locale)}</span>
                  <strong className="ms-auto">{t(`meetings.confirm.${choice}`)}</strong>
                </li>
              )
            })}
          </ol>
          <p className="figures text-small text-note">{t('meetings.confirm.weight', { weight })}</p>
        </Card>
        {view.state === 'FROZEN'
          ? <ConfirmBallot
              place={{ buildingId: meeting.buildingId, meetingId, draftId }}
              digest={view.digest}
              check={view.agenda.length > mostInWords ? t('meetings.confirm.inDigest', { digest: view.shortDigest }) : t('meetings.confirm.inWords')}
              receiptHref={`${here}/receipt`}
              words={section(locale, 'meetings.confirm') as ConfirmWords}
            />
          : <Notice tone="care">{t('meetings.confirm.changed')}</Notice>}
        {change}
      </div>
    </>
  )
}
