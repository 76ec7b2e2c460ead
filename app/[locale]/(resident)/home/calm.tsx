import { List, Row } from '#app/_ui/list.tsx'
import { formatDay, formatMoney, monthName } from '#server/kernel/format.ts'
import { localDateOf, periodOf } from '#server/kernel/period.ts'
import type { HomeFacts } from './facts.ts'
import { askedReadings, awaitsAnswer, hasReading, type Words } from './todo.ts'

type Props = { facts: HomeFacts } & Words

/** The house as it stands: everything that asks for nothing, one tap behind. */
export function CalmHouse({ facts, t, locale }: Props) {
  const { unread } = facts
  const council = facts.me.roles.some((role) => role.role === 'CHAIR' || role.role === 'COUNCIL_MEMBER')
  const [next] = facts.meetings.filter((meeting) => meeting.state === 'NOTICE_POSTED')
  const claimed = facts.me.homes.some((home) => home.role === 'OWNER' && home.level === 1)
  return (
    <List label={t('home.here')}>
      <Row icon="bell" title={t('home.rows.inbox')} href={`/${locale}/inbox`} {...(unread > 0 ? { value: <strong>{t('home.rows.unread', { count: unread })}</strong> } : {})} />
      {facts.accounts.length > 0 && <Row icon="wallet" title={t('home.rows.bill')} note={moneyNote(facts, { t, locale })} href={`/${locale}/payments`} />}
      {facts.meters.length > 0 && <Row icon="gauge" title={t('home.rows.meters')} note={metersNote(facts, { t, locale })} href={`/${locale}/meters`} />}
      <Row icon="chat" title={t('home.rows.requests')} note={requestsNote(facts, { t, locale })} href={`/${locale}/requests`} />
      {next && (
        <Row
          icon="vote"
          title={t('home.rows.meeting', { title: next.title[locale] })}
          note={t('home.rows.meetingOn', { date: formatDay(localDateOf(next.opensAt), facts.me.today, locale) })}
          href={`/${locale}/meetings/${next.meetingId}`}
        />
      )}
      {claimed && <Row icon="vote" title={t('home.rows.notConfirmed')} note={t('home.rows.notConfirmedNote')} href={`/${locale}/profile`} />}
      {council && <Row icon="people" title={t('home.rows.council')} href={`/${locale}/council`} />}
    </List>
  )
}

function moneyNote({ accounts, payables }: HomeFacts, { t, locale }: Words): string {
  const [first] = accounts
  if (!first) return ''
  const moving = payables.reduce((sum, payable) => sum + payable.inFlight.amount, 0n)
  if (moving > 0n) return t('home.rows.inFlight', { sum: formatMoney(moving, first.currency, locale) })
  const total = accounts.reduce((sum, account) => sum + account.balance, 0n)
  const sum = formatMoney(total < 0n ? -total : total, first.currency, locale)
  if (total > 0n) return t('home.rows.owed', { sum })
  if (total < 0n) return t('home.rows.overpaid', { sum })
  return accounts.some((account) => account.lastBill !== null) ? t('home.rows.paid') : t('home.rows.noBill')
}

function metersNote({ meters, me }: HomeFacts, { t, locale }: Words): string {
  const [first] = meters
  if (!first) return ''
  const period = askedReadings(first, me.today)?.period ?? periodOf(me.today)
  if (meters.every((meter) => hasReading(meter, period))) return t('home.rows.sent', { month: monthName(period, locale) })
  if (first.window.fromDay === 1 && first.window.toDay >= 28) return t('home.rows.windowAll')
  return t('home.rows.window', { from: first.window.fromDay, to: first.window.toDay })
}

function requestsNote({ requests }: HomeFacts, { t }: Words): string {
  const open = requests.filter((request) => !['CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED'].includes(request.state) && !awaitsAnswer(request.state)).length
  return open === 0 ? t('home.rows.none') : t('home.rows.open', { count: open })
}
