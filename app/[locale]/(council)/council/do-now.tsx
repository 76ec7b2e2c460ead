import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import { localDateOf, type LocalDate } from '#server/kernel/period.ts'
import type { CouncilMeeting } from './figures.tsx'

type Props = { locale: Locale; here: string; claims: number; meetings: readonly CouncilMeeting[]; overdue: number; today: LocalDate }
type Act = { key: string; title: string; href: string; word: string }

/** What waits for the council's hand, one button each. */
export function DoNow(props: Props) {
  const t = texts(props.locale)
  const acts = actsOf(props)
  return (
    <section className="flex flex-col gap-3">
      <h2 className="sr-only">{t('council.now.title')}</h2>
      {acts.length === 0 && <StateMark tone="good">{t('council.now.nothing')}</StateMark>}
      {acts.map((act, index) => (
        <Card
          key={act.key}
          level={3}
          title={act.title}
          actions={
            <LinkButton kind={index === 0 ? 'main' : 'plain'} wide href={act.href}>
              {act.word}
            </LinkButton>
          }
        />
      ))}
    </section>
  )
}

function actsOf({ locale, here, claims, meetings, overdue, today }: Props): Act[] {
  const t = texts(locale)
  const acts: Act[] = []
  for (const { meetingId, state, title, opensAt } of meetings) {
    const href = `/${locale}/council/meetings/${meetingId}`
    if (state === 'NOTICE_POSTED' && localDateOf(opensAt) <= today) acts.push({ key: meetingId, title: t('council.now.open', { title: title[locale] }), href, word: t('council.now.openAct') })
    if (state === 'CLOSED') acts.push({ key: meetingId, title: t('council.now.close', { title: title[locale] }), href, word: t('council.now.closeAct') })
  }
  if (claims > 0) acts.push({ key: 'claims', title: t('council.now.claims', { count: claims }), href: `/${locale}/council/owners`, word: t('council.now.claimsAct') })
  if (overdue > 0) acts.push({ key: 'overdue', title: t('council.now.overdue', { count: overdue }), href: `/${locale}/council/requests?${here}&only=overdue`, word: t('council.now.overdueAct') })
  return acts
}
