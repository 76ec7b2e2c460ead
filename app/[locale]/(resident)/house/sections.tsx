import { List, Row } from '#app/_ui/list.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDayMonth, type Locale } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'

type Meeting = { meetingId: string; state: string; opensAt: Date; closesAt: Date }
type Props = { locale: Locale; buildingId: string; meetings: readonly Meeting[]; council: boolean }

export function Sections({ locale, buildingId, meetings, council }: Props) {
  const t = texts(locale)
  return (
    <List label={t('house.sections.label')}>
      <Row icon="vote" title={t('house.sections.meetings')} note={meetingNote(meetings, locale)} href={`/${locale}/meetings`} />
      <Row icon="star" title={t('house.sections.fund')} note={t('house.sections.fundNote')} href={`/${locale}/fund`} />
      <Row icon="paper" title={t('house.sections.passport')} note={t('house.sections.passportNote')} href={`/${locale}/house/passport?house=${buildingId}`} />
      <Row icon="wallet" title={t('house.sections.adjustments')} note={t('ledger.log.sectionNote')} href={`/${locale}/house/adjustments?house=${buildingId}`} />
      {council && <Row icon="people" title={t('house.sections.council')} href={`/${locale}/council?house=${buildingId}`} />}
    </List>
  )
}

function meetingNote(meetings: readonly Meeting[], locale: Locale): string {
  const t = texts(locale)
  const open = meetings.find((meeting) => meeting.state === 'OPEN')
  if (open) return t('house.sections.openVote', { date: formatDayMonth(localDateOf(open.closesAt), locale) })
  const next = meetings.find((meeting) => meeting.state === 'NOTICE_POSTED')
  return next ? t('house.sections.nextMeeting', { date: formatDayMonth(localDateOf(next.opensAt), locale) }) : t('house.sections.noMeetings')
}
