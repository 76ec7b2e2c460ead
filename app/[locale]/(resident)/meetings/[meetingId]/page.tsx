import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { FreshNotice } from '#app/_parts/identity/fresh-notice.tsx'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { QuestionCard } from '#app/_parts/meetings/question-card.tsx'
import { ResultBars } from '#app/_parts/meetings/result-bars.tsx'
import { unitName } from '#app/_parts/meetings/seats.ts'
import { Turnout } from '#app/_parts/meetings/turnout.tsx'
import { percentText, weightNumber, weightText, type Scale } from '#app/_parts/meetings/weights.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { inLanguage } from '#server/meetings/rules.ts'

type Props = { params: Promise<{ locale: string; meetingId: string }> }
type Api = Awaited<ReturnType<typeof caller>>
type View = Awaited<ReturnType<Api['meetings']['show']>>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.list.title') } : {}
}

/** One meeting: what is asked, what my vote weighs, how many have voted; after the end the results by the rule. */
export default async function MeetingPage({ params }: Props) {
  const { locale, meetingId } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const view = await orElsewhere(api.meetings.show({ meetingId }), { locale, path: `/meetings/${meetingId}` })
  const t = texts(locale)
  const { meeting, house, standing } = view
  const scale: Scale = { t, locale, kind: meeting.weight, denominator: meeting.weightDenominator ?? 1n }
  const me = standing === 'NEW_DEVICE' ? await api.identity.me() : null
  return (
    <>
      <PageTitle back={{ href: `/${locale}/meetings`, word: t('meetings.page.back') }} note={`${house.name}. ${t('meetings.page.number', { number: meeting.number, form: t(`meetings.forms.${meeting.form}`) })}`}>
        {inLanguage(meeting.title, locale)}
      </PageTitle>
      <div className="flex flex-col gap-6">
        <Head t={t} view={view} />
        <OwnVote scale={scale} view={view} locale={locale} />
        {standing === 'NEW_DEVICE' && <FreshNotice locale={locale} freshUntil={me?.freshUntil ?? null} demoReturn={me?.demoDevice ? `/${locale}/meetings/${meetingId}` : null} />}
        <Turnout scale={scale} turnout={view.turnout} roll={meeting} />
        {meeting.state === 'CLOSED' && <Notice tone="waiting">{t('meetings.result.counting')}</Notice>}
        <section className="flex flex-col gap-3">
          <h2 className="text-title font-semibold">{t('meetings.page.questions')}</h2>
          {view.agenda.map(item => {
            const result = view.results?.find(each => each.itemId === item.itemId)
            return (
              <QuestionCard key={item.itemId} {...{ t, locale, item }} buildingId={meeting.buildingId} demonstration={house.demonstration} signOff={meeting.signOff} ruleOpen={result !== undefined}>
                {result && <ResultBars scale={scale} result={result} />}
              </QuestionCard>
            )
          })}
        </section>
        {meeting.manifestHash && <p className="text-small text-note">{t('meetings.page.frozen', { hash: meeting.manifestHash })}</p>}
      </div>
      {standing === 'MAY_VOTE' && (
        <ActBar>
          <LinkButton kind="main" href={`/${locale}/meetings/${meetingId}/vote`}>{t('meetings.page.vote')}</LinkButton>
        </ActBar>
      )}
    </>
  )
}

function Head({ t, view: { meeting } }: { t: Texts; view: View }) {
  const moment = meeting.state === 'NOTICE_POSTED' ? t('meetings.page.opens', { moment: formatDateTime(meeting.opensAt) })
    : t(meeting.state === 'OPEN' ? 'meetings.page.until' : 'meetings.page.ended', { moment: formatDateTime(meeting.closesAt) })
  const initiator = ['CHAIR', 'COUNCIL_MEMBER', 'MANAGER'].includes(meeting.initiator) ? meeting.initiator : 'COUNCIL_MEMBER'
  return (
    <div className="flex flex-col gap-1">
      <p><StateMark tone={meeting.state === 'COUNTED' ? 'good' : meeting.state === 'NO_QUORUM' ? 'care' : 'info'}>{t(`meetings.states.${meeting.state}`)}</StateMark></p>
      {meeting.state !== 'CANCELLED' && <p className="font-medium">{moment}</p>}
      {meeting.noticePostedAt && (
        <p className="text-small text-note">{t('meetings.page.convened', { initiator: t(`meetings.initiators.${initiator}`), date: formatDate(localDateOf(meeting.noticePostedAt)) })}</p>
      )}
    </div>
  )
}

function OwnVote({ scale, view, locale }: { scale: Scale; view: View; locale: Locale }) {
  const { t } = scale
  const { seats, meeting, standing } = view
  const words = standing === 'VOTED' && !seats.some(seat => seat.votedByMe) ? 'VOTED_BY_OTHER' : standing
  const mine = seats.some(seat => seat.votedByMe)
  if (seats.length === 0) return ['TENANT', 'NOT_CONFIRMED', 'NOT_IN_ROLL'].includes(standing) ? <Notice tone="info">{t(`meetings.standing.${standing}`)}</Notice> : null
  const total = seats.reduce((sum, seat) => sum + seat.weight, 0n)
  const whole = meeting.rollWeight ?? 0n
  const ofAll = t('meetings.weight.ofAll', { part: weightText(scale, total), whole: weightNumber(scale, whole), percent: percentText(scale, total, whole) })
  return (
    <Card
      title={t('meetings.page.yourVote')}
      actions={mine && <LinkButton href={`/${locale}/meetings/${meeting.meetingId}/receipt`} icon="paper">{t('meetings.page.receipt')}</LinkButton>}
    >
      {seats.length === 1
        ? <p className="figures">{t('meetings.page.seat', { unit: unitName(t, seats[0] ?? { kind: '', unit: '' }), weight: ofAll })}</p>
        : <>
            {seats.map(seat => <p key={`${seat.premisesId}.${seat.seat}`} className="figures">{t('meetings.page.seat', { unit: unitName(t, seat), weight: weightText(scale, seat.weight) })}</p>)}
            <p className="figures font-medium">{t('meetings.page.together', { weight: ofAll })}</p>
          </>}
      {['VOTED', 'VOTED_BY_OTHER', 'NOT_CONFIRMED'].includes(words) && <p><StateMark tone={words === 'VOTED' ? 'good' : 'care'}>{t(`meetings.standing.${words}`)}</StateMark></p>}
    </Card>
  )
}
