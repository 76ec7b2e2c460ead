import type { ReactNode } from 'react'
import { wholeOf } from '#app/_parts/ledger/whole.ts'
import { percentText } from '#app/_parts/meetings/weights.ts'
import { Card } from '#app/_ui/card.tsx'
import { Icon } from '#app/_ui/icon.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import type { OutputOf } from '#app/_client/trpc.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDay, formatMoney, monthName, type Locale } from '#server/kernel/format.ts'
import { localDateOf, type LocalDate, type Period } from '#server/kernel/period.ts'

export type HouseMoney = OutputOf<'ledger.houseMoney'>
export type CouncilMeeting = OutputOf<'meetings.listConvened'>[number]['meetings'][number]
type Place = { locale: Locale; here: string }

/** Four figures; each opens to how it came about. */
export function MoneyFigures({ locale, here, money }: Place & { money: HouseMoney }) {
  const t = texts(locale)
  const total = (of: 'gathered' | 'spent' | 'held') => money.funds.reduce((sum, fund) => sum + fund[of], 0n)
  const owed = money.owed.reduce((sum, fund) => sum + fund.owed, 0n)
  const last = money.months.at(-1)
  const href = `/${locale}/council/money?${here}`
  const figure = (word: string, amount: bigint) => <FigureLink href={href} label={word} value={<Money amount={wholeOf(amount)} currency={money.currency} locale={locale} size="title" />} />
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-title font-semibold">{t('council.money.title')}</h2>
      <ul className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {figure(t('council.money.owed'), owed)}
        {figure(t('council.money.gathered'), total('gathered'))}
        {figure(t('council.money.spent'), total('spent'))}
        {figure(t('council.money.held'), total('held'))}
      </ul>
      {money.disputed > 0n && <p className="figures text-small text-note">{t('council.money.disputed', { sum: formatMoney(wholeOf(money.disputed), money.currency, locale) })}</p>}
      {last && (
        <p className="figures text-small text-note">
          {t('council.money.month', { charged: formatMoney(wholeOf(last.charged), money.currency, locale), gathered: formatMoney(wholeOf(last.gathered), money.currency, locale) })}
        </p>
      )}
    </section>
  )
}

function FigureLink({ href, label, value }: { href: string; label: string; value: ReactNode }) {
  return (
    <li>
      <a href={href} className="flex h-full min-h-14 flex-wrap items-center justify-between gap-x-3 rounded-card border border-line bg-surface px-4 py-2.5 text-ink no-underline">
        <span className="text-note">{label}</span>
        <span className="ms-auto flex items-center gap-2">
          {value}
          <Icon name="forward" size={20} />
        </span>
      </a>
    </li>
  )
}

/** Turnout and nothing else: how anybody voted is nobody's to see before the end. */
export function VoteFigure({ locale, today, meetings }: { locale: Locale; today: LocalDate; meetings: readonly CouncilMeeting[] }) {
  const t = texts(locale)
  const open = meetings.filter((meeting) => meeting.state === 'OPEN')
  return open.map(({ meetingId, title, closesAt, turnout, rollSeats, rollWeight }) => {
    const thousandths = turnout && rollWeight ? (turnout.weight * 1000n) / rollWeight : 0n
    const share = percentText({ locale }, turnout?.weight ?? 0n, rollWeight ?? 0n)
    return (
      <Card
        key={meetingId}
        title={t('council.vote.title', { title: title[locale] })}
        actions={<LinkButton href={`/${locale}/council/meetings/${meetingId}`}>{t('council.vote.open')}</LinkButton>}
      >
        <Progress
          label={t('council.vote.until', { date: formatDay(localDateOf(closesAt), today, locale) })}
          share={Number(thousandths) / 1000}
          text={t('council.vote.finding', { voted: turnout?.seats ?? 0, all: rollSeats ?? 0, share })}
        />
      </Card>
    )
  })
}

type HouseProps = Place & { readings: { total: number; without: string[]; period: Period }; counts: { open: number; overdue: number }; chairs: boolean }

export function HouseFigures({ locale, here, readings, counts, chairs }: HouseProps) {
  const t = texts(locale)
  const missing = readings.without.length
  return (
    <List label={t('council.title')}>
      {readings.total > 0 && (
        <Row
          icon="gauge"
          title={t('council.readings.figure', { month: monthName(readings.period, locale) })}
          href={`/${locale}/council/readings?${here}&period=${readings.period}`}
          note={missing === 0 ? <StateMark tone="good">{t('council.readings.all')}</StateMark> : <strong className="text-base text-ink">{t('council.readings.value', { without: missing, total: readings.total })}</strong>}
        />
      )}
      <Row
        icon="chat"
        title={t('council.requests.title')}
        href={`/${locale}/council/requests?${here}`}
        note={
          <span className="flex flex-wrap items-center gap-x-3">
            <strong className="text-base text-ink">{t('council.requests.value', { count: counts.open })}</strong>
            {counts.overdue > 0 ? <StateMark tone="care">{t('council.requests.overdue', { count: counts.overdue })}</StateMark> : t('council.requests.inTime')}
          </span>
        }
      />
      <Row icon="vote" title={t('council.vote.meetings')} href={`/${locale}/council/meetings`} />
      {chairs && <Row icon="people" title={t('identity.grants.councilLink')} note={t('identity.grants.councilLinkNote')} href={`/${locale}/council/people?${here}`} />}
    </List>
  )
}
