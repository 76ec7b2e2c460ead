import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { QuestionCard } from '#app/_parts/meetings/question-card.tsx'
import { ResultBars } from '#app/_parts/meetings/result-bars.tsx'
import { Turnout } from '#app/_parts/meetings/turnout.tsx'
import type { Scale } from '#app/_parts/meetings/weights.ts'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, isLocale } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { firstOpeningDay, inLanguage } from '#server/meetings/rules.ts'
import { ConveneActs, type ConveneWords } from './convene-acts.tsx'
import { PaperActs, type PaperWords } from './paper-acts.tsx'

type Props = { params: Promise<{ locale: string; meetingId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.council.title') } : {}
}

/** One meeting as its conveners see it: turnout, and what they may do with it now. */
export default async function CouncilMeetingPage({ params }: Props) {
  const { locale, meetingId } = await params
  if (!isLocale(locale)) notFound()
  const view = await orElsewhere((await caller(locale)).meetings.show({ meetingId }), { locale, path: `/council/meetings/${meetingId}` })
  if (!view.house.mayConvene) notFound()
  const t = texts(locale)
  const { meeting, house } = view
  const place = { buildingId: meeting.buildingId, meetingId }
  const scale: Scale = { t, locale, kind: meeting.weight, denominator: meeting.weightDenominator ?? 1n }
  const first = firstOpeningDay(localDateOf(meeting.noticePostedAt ?? meeting.opensAt), meeting.noticeDays)
  const waitsForLawyer = meeting.state === 'NOTICE_POSTED' && !house.demonstration && meeting.signOff === null && view.agenda.some(item => !item.rule.verified)
  return (
    <>
      <PageTitle back={{ href: `/${locale}/council/meetings`, word: t('meetings.council.backToList') }} note={`${house.name}. ${t('meetings.page.number', { number: meeting.number, form: t(`meetings.forms.${meeting.form}`) })}`}>
        {inLanguage(meeting.title, locale)}
      </PageTitle>
      <div className="flex flex-col gap-6">
        <div className="flex flex-col gap-1">
          <p><StateMark tone={meeting.state === 'COUNTED' ? 'good' : 'info'}>{t(`meetings.states.${meeting.state}`)}</StateMark></p>
          <p>{meeting.state === 'NOTICE_POSTED' ? t('meetings.page.opens', { moment: formatDateTime(meeting.opensAt) }) : t('meetings.list.until', { moment: formatDateTime(meeting.closesAt) })}</p>
          {meeting.state === 'NOTICE_POSTED' && <p className="text-small text-note">{t('meetings.council.earliest', { days: meeting.noticeDays, first: formatDate(first) })}</p>}
        </div>
        <Turnout scale={scale} turnout={view.turnout} roll={meeting} />
        {waitsForLawyer && <Notice tone="care">{t('meetings.council.signOffNeeded')}</Notice>}
        <ConveneActs place={place} state={meeting.state} words={section(locale, 'meetings.council') as ConveneWords} />
        <section className="flex flex-col gap-3">
          <h2 className="text-title font-semibold">{t('meetings.page.questions')}</h2>
          {view.agenda.map(item => {
            const result = view.results?.find(each => each.itemId === item.itemId)
            return (
              <QuestionCard key={item.itemId} {...{ t, locale, item }} buildingId={meeting.buildingId} demonstration={house.demonstration} signOff={meeting.signOff}>
                {result && <ResultBars scale={scale} result={result} />}
                {meeting.state === 'NOTICE_POSTED' && (
                  <PaperActs place={place} itemId={item.itemId} papers={item.papers.map(({ paperId, title }) => ({ paperId, title }))} words={section(locale, 'meetings.papers') as PaperWords} />
                )}
              </QuestionCard>
            )
          })}
        </section>
        <LinkButton kind="quiet" href={`/${locale}/meetings/${meetingId}`}>{t('meetings.council.asResident')}</LinkButton>
      </div>
    </>
  )
}
