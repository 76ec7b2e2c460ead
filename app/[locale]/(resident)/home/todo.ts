import { dueWords } from '#app/_parts/billing/due-words.ts'
import { formatDateTime, formatMoney, formatPeriod, monthName, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { daysBetween, daysInPeriod, localDateOf, periodOf, previousPeriod, type LocalDate, type Period } from '#server/kernel/period.ts'
import { duesOf, lateOf } from '#server/payments/dues/rules.ts'
import type { HomeFacts, Meter } from './facts.ts'

export type Todo = {
  key: string
  /** Until when; null: it does not wait for a day. */
  date: LocalDate | null
  /** Until when in words, where the date alone does not tell it. */
  when?: string
  sum?: { amount: bigint; currency: Currency }
  title: string
  note: string
  act: { href: string; word: string }
  also?: { href: string; word: string }
}

type Texts = (key: string, params?: Record<string, unknown>) => string
export type Words = { t: Texts; locale: Locale }

/** What needs the person now, the nearest date first; what waits for no date stands before. */
export function todosOf(facts: HomeFacts, words: Words): Todo[] {
  const all = [devices, link, requests, bills, readings, votes].flatMap((list) => list(facts, words))
  return all.sort((a, b) => (a.date ?? '').localeCompare(b.date ?? ''))
}

function devices({ me }: HomeFacts, { t, locale }: Words): Todo[] {
  return me.pendingDevices.map((device) => ({
    key: device.device,
    date: null,
    title: t('home.device.title'),
    note: t('home.device.note', { device: device.name, since: formatDateTime(device.since) }),
    act: { href: `/${locale}/profile`, word: t('home.device.act') },
  }))
}

function link({ me }: HomeFacts, { t, locale }: Words): Todo[] {
  if (me.homes.length > 0) return []
  return [{ key: 'link', date: null, title: t('home.link.title'), note: t('home.link.note'), act: { href: `/${locale}/profile/link-home`, word: t('home.link.act') } }]
}

function requests({ requests: mine }: HomeFacts, { t, locale }: Words): Todo[] {
  return mine
    .filter((request) => request.mine && awaitsAnswer(request.state))
    .map((request) => ({
      key: request.requestId,
      date: request.silenceEndsOn,
      title: t('home.request.title', { number: request.number }),
      note: t('home.request.note', { category: t(`requests.categories.${request.category}`) }),
      act: { href: `/${locale}/requests/${request.buildingId}/${request.requestId}`, word: t('home.request.act') },
    }))
}

export function awaitsAnswer(state: string): boolean {
  return state === 'DONE_BY_EXECUTOR' || state === 'ANSWERED'
}

function bills({ accounts, payables, me }: HomeFacts, { t, locale }: Words): Todo[] {
  return accounts.flatMap((account) => {
    const { house, lastBill, months, currency, accountNumber, accountId } = account
    const unit = t(`identity.unit.${house.unitKind}`, { number: house.unitNumber })
    const { bill, disputed, instalments } = duesOf(account, payables.find((payable) => payable.accountId === accountId), me.today)
    const late = lateOf(bill, months, me.today)
    const payment = (sum: bigint, number: string) => ({ sum: { amount: sum, currency }, title: unit, act: { href: `/${locale}/pay/${number}`, word: t('home.bill.pay', { sum: formatMoney(sum, currency, locale) }) } })
    const owed: Todo[] = bill <= 0n ? [] : [{
      key: accountId,
      date: late.amount > 0n ? late.since : lastBill?.dueOn ?? null,
      ...(late.amount > 0n ? { when: dueWords({ bill, months, today: me.today, currency, locale, t }) } : {}),
      ...payment(bill, accountNumber),
      note: [lastBill ? t('home.bill.note', { unit, period: formatPeriod(lastBill.period, locale) }) : t('home.bill.noteRest', { unit }),
        ...(disputed > 0n ? [t('inputs.ofItDisputed', { sum: formatMoney(disputed, currency, locale) })] : [])].reduce((said, more) => `${said}${said.endsWith('.') ? '' : '.'} ${more}`),
      ...(lastBill ? { also: { href: `/${locale}/bills/${accountNumber}/${lastBill.period}`, word: t('home.bill.see') } } : {}),
    }]
    return [...owed, ...instalments.map((instalment) => ({
      key: instalment.invoiceId,
      date: instalment.dueOn,
      ...payment(instalment.amount, instalment.number),
      note: t('home.instalment.note', { unit }),
      also: { href: `/${locale}/fund?house=${house.buildingId}`, word: t('home.instalment.see') },
    }))]
  })
}

/** The month for which readings are asked today and its last day, or null when they are not asked. */
export function askedReadings(meter: Pick<Meter, 'window'>, today: LocalDate): { period: Period; until: LocalDate; grace: boolean } | null {
  const { fromDay, toDay, graceDays } = meter.window
  const period = periodOf(today)
  const day = Number(today.slice(8, 10))
  const last = Math.min(toDay, daysInPeriod(period))
  if (day >= fromDay && day <= last) return { period, until: dayOf(period, last), grace: false }
  return day <= graceDays ? { period: previousPeriod(period), until: dayOf(period, graceDays), grace: true } : null
}

const dayOf = (period: Period, day: number): LocalDate => `${period}-${String(day).padStart(2, '0')}`

export function hasReading(meter: Pick<Meter, 'last' | 'waiting'>, period: Period): boolean {
  return (meter.last !== null && meter.last.period >= period) || (meter.waiting !== null && periodOf(meter.waiting.takenOn) >= period)
}

/** Where readings are taken all month long, the reminder waits for its last third. */
const remindedWithin = 10

function readings({ me, meters }: HomeFacts, { t, locale }: Words): Todo[] {
  const [first] = meters
  const asked = first ? askedReadings(first, me.today) : null
  if (!asked) return []
  const left = daysBetween(me.today, asked.until)
  const missing = meters.filter((meter) => !hasReading(meter, asked.period))
  if (missing.length === 0 || left > remindedWithin) return []
  const when = asked.grace ? t('home.readings.grace', { month: monthName(asked.period, locale) }) : left === 0 ? t('home.readings.today') : t('home.readings.left', { count: left })
  return [
    {
      key: 'readings',
      date: asked.until,
      title: t('home.readings.title'),
      note: `${when}. ${t('home.readings.meters', { count: missing.length })}`,
      act: { href: `/${locale}/meters`, word: t('home.readings.act') },
    },
  ]
}

function votes({ meetings }: HomeFacts, { t, locale }: Words): Todo[] {
  return meetings
    .filter((meeting) => meeting.state === 'OPEN' && meeting.votedSeats < meeting.ownSeats)
    .map((meeting) => ({
      key: meeting.meetingId,
      date: localDateOf(meeting.closesAt),
      title: t('home.vote.title'),
      note: `${meeting.title[locale]}. ${t('home.vote.questions', { count: meeting.questions })}`,
      act: { href: `/${locale}/meetings/${meeting.meetingId}`, word: t('home.vote.act') },
    }))
}
