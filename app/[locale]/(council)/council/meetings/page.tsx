import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { percentText } from '#app/_parts/meetings/weights.ts'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { inLanguage } from '#server/meetings/rules.ts'

type Props = { params: Promise<{ locale: string }> }
type House = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['meetings']['listConvened']>>[number]

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.council.title') } : {}
}

/** The council's meetings: announce one, and see how many have voted in what is open. */
export default async function CouncilMeetingsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const houses = await orElsewhere((await caller(locale)).meetings.listConvened(), { locale, path: '/council/meetings' })
  const t = texts(locale)
  return (
    <>
      <PageTitle back={{ href: `/${locale}/council`, word: t('meetings.council.back') }}>{t('meetings.council.title')}</PageTitle>
      {houses.length === 0 && <Notice tone="info">{t('meetings.council.notCouncil')}</Notice>}
      <div className="flex flex-col gap-6">
        {houses.map(house => <HouseMeetings key={house.buildingId} t={t} locale={locale} house={house} />)}
      </div>
    </>
  )
}

function HouseMeetings({ t, locale, house }: { t: Texts; locale: Locale; house: House }) {
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-title font-semibold">{house.name}</h2>
      {house.meetings.length === 0 ? <EmptyState icon="vote" title={t('meetings.council.none')} /> : (
        <List label={house.name}>
          {house.meetings.map(meeting => (
            <Row
              key={meeting.meetingId}
              href={`/${locale}/council/meetings/${meeting.meetingId}`}
              title={inLanguage(meeting.title, locale)}
              note={`${t(`meetings.states.${meeting.state}`)}. ${noteOf(t, locale, meeting)}`}
            />
          ))}
        </List>
      )}
      <LinkButton kind="main" icon="plus" href={`/${locale}/council/meetings/new?house=${house.buildingId}`}>{t('meetings.council.announce')}</LinkButton>
    </section>
  )
}

function noteOf(t: Texts, locale: Locale, meeting: House['meetings'][number]): string {
  if (meeting.turnout === null || meeting.rollWeight === null) return t('meetings.council.opensAt', { moment: formatDateTime(meeting.opensAt) })
  return t('meetings.council.turnout', { seats: meeting.turnout.seats, all: meeting.rollSeats ?? 0, percent: percentText({ locale }, meeting.turnout.weight, meeting.rollWeight) })
}
