import { List, Row } from '#app/_ui/list.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDay, type Locale } from '#server/kernel/format.ts'
import { localDateOf, type LocalDate } from '#server/kernel/period.ts'

type Meeting = { meetingId: string; state: string; opensAt: Date; closesAt: Date }
type Props = { locale: Locale; today: LocalDate; buildingId: string; meetings: readonly Meeting[]; council: boolean }

export function Sections({ locale, today, buildingId, meetings, council }: Props) {
  const t = texts(locale)
  return (
    <List label={t('house.sections.label')}>
      <Row icon="vote" title={t('house.sections.meetings')} note={meetingNote(meetings, { locale, today })} href={`/${locale}/meetings`} />
      <Row icon="star" title={t('house.sections.fund')} note={t('house.sections.fundNote')} href={`/${locale}/fund`} />
      <Row icon="paper" title={t('house.sections.passport')} note={t('house.sections.passportNote')} href={`/${locale}/house/passport?house=${buildingId}`} />
      <Row icon="wallet" title={t('house.sections.adjustments')} note={t('ledger.log.sectionNote')} href={`/${locale}/house/adjustments?house=${buildingId}`} />
      {council && <Row icon="people" title={t('house.sections.council')} href={`/${locale}/council?house=${buildingId}`} />}
    </List>
  )
}

function meetingNote(meetings: readonly Meeting[], { locale, today }: Pick<Props, 'locale' | 'today'>): string {
  const t = texts(locale)
  const open = meetings.find((meeting) => meeting.state === 'OPEN')
  if (open) return t('house.sections.openVote', { date: formatDay(localDateOf(open.closesAt), today, locale) })
  const next = meetings.find((meeting) => meeting.state === 'NOTICE_POSTED')
  return next ? t('house.sections.nextMeeting', { date: formatDay(localDateOf(next.opensAt), today, locale) }) : t('house.sections.noMeetings')
}
