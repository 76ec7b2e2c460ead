import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { inLanguage, type MeetingState } from '#server/meetings/rules.ts'

type Props = { params: Promise<{ locale: string }> }
type Meetings = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['meetings']['listMine']>>
type Listed = Meetings[number]

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.list.title') } : {}
}

/** Meetings of the house: what needs my vote first. */
export default async function MeetingsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const meetings = await orElsewhere((await caller(locale)).meetings.listMine(), { locale, path: '/meetings' })
  const t = texts(locale)
  const severalHouses = new Set(meetings.map(meeting => meeting.buildingId)).size > 1
  const of = (...states: MeetingState[]) => meetings.filter(meeting => states.includes(meeting.state))
  const [open, soon, past] = [of('OPEN'), of('DRAFT', 'NOTICE_POSTED'), of('CLOSED', 'COUNTED', 'NO_QUORUM', 'CANCELLED')]
  return (
    <>
      <PageTitle note={t('meetings.list.note')}>{t('meetings.list.title')}</PageTitle>
      {meetings.length === 0 && <EmptyState icon="vote" title={t('meetings.list.none')}>{t('meetings.list.noneNote')}</EmptyState>}
      <div className="flex flex-col gap-6">
        {open.map(meeting => <OpenCard key={meeting.meetingId} {...{ t, locale, meeting, severalHouses }} />)}
        <Group title={t('meetings.list.soon')} meetings={soon} {...{ t, locale, severalHouses }} />
        <Group title={t('meetings.list.past')} meetings={past} {...{ t, locale, severalHouses }} />
      </div>
    </>
  )
}

type CardProps = { t: Texts; locale: Locale; meeting: Listed; severalHouses: boolean }

function OpenCard({ t, locale, meeting, severalHouses }: CardProps) {
  const voted = meeting.ownSeats > 0 && meeting.votedSeats === meeting.ownSeats
  const waiting = meeting.ownSeats > meeting.votedSeats
  return (
    <Card
      title={inLanguage(meeting.title, locale)}
      note={[severalHouses ? meeting.house : '', t('meetings.list.questions', { count: meeting.questions }), t('meetings.list.until', { moment: formatDateTime(meeting.closesAt) })].filter(Boolean).join(', ')}
      actions={
        <LinkButton kind={waiting ? 'main' : 'plain'} href={`/${locale}/meetings/${meeting.meetingId}`}>
          {t(waiting ? 'meetings.list.vote' : 'meetings.list.look')}
        </LinkButton>
      }
    >
      <p>
        <StateMark tone={voted ? 'good' : 'info'}>{t(!voted ? 'meetings.states.OPEN' : meeting.votedByMe > 0 ? 'meetings.list.voted' : 'meetings.standing.VOTED_BY_OTHER')}</StateMark>
      </p>
    </Card>
  )
}

const tones: Partial<Record<MeetingState, Tone>> = { COUNTED: 'good', NO_QUORUM: 'care', CANCELLED: 'waiting', CLOSED: 'waiting' }

function Group({ title, meetings, t, locale, severalHouses }: { title: string; meetings: Meetings; t: Texts; locale: Locale; severalHouses: boolean }) {
  if (meetings.length === 0) return null
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-title font-semibold">{title}</h2>
      <List label={title}>
        {meetings.map(meeting => (
          <Row
            key={meeting.meetingId}
            href={`/${locale}/meetings/${meeting.meetingId}`}
            title={inLanguage(meeting.title, locale)}
            note={
              <>
                {severalHouses && `${meeting.house}, `}
                {meeting.state === 'NOTICE_POSTED' ? t('meetings.list.from', { moment: formatDateTime(meeting.opensAt) }) : t('meetings.list.ended', { moment: formatDateTime(meeting.closesAt) })}{' '}
                <StateMark tone={tones[meeting.state] ?? 'info'}>{t(`meetings.states.${meeting.state}`)}</StateMark>
              </>
            }
          />
        ))}
      </List>
    </section>
  )
}
