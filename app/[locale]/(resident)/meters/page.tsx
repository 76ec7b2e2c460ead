import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeepOffline } from '#app/_client/keep-offline.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { List, Row } from '#app/_ui/list.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, isLocale } from '#server/kernel/format.ts'
import { periodOf } from '#server/kernel/period.ts'
import { monthOf, shownRegisters } from '#server/meters/rules.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meters.list.title') } : {}
}

/** My meters: what is still to be sent, by home. */
export default async function MetersPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/meters`)
  const t = texts(locale)
  const meters = await api.meters.listMine()
  const homes = [...new Map(meters.map(meter => [meter.premisesId, meter])).values()]
  const window = meters[0]?.window
  const forOffline = meters.map(({ waiting: _, ...meter }) => meter)
  return (
    <>
      <PageTitle note={window ? windowWords(window, t) : undefined}>{t('meters.list.title')}</PageTitle>
      <KeepOffline name="meters" value={forOffline} />
      {meters.length === 0 && me.homes.length === 0 && (
        <EmptyState icon="gauge" title={t('meters.list.noHome')} actions={<LinkButton kind="main" href={`/${locale}/profile/link-home`}>{t('house.link')}</LinkButton>} />
      )}
      {meters.length === 0 && me.homes.length > 0 && (
        <EmptyState icon="gauge" title={t('meters.list.empty')} actions={<LinkButton href={`/${locale}/requests/new`}>{t('meters.list.ask')}</LinkButton>}>{t('meters.list.emptyBody')}</EmptyState>
      )}
      <div className="flex flex-col gap-5">
        {homes.map(home => {
          const label = t('meters.list.flat', { house: home.house, flat: home.flat })
          return (
            <section key={home.premisesId} className="flex flex-col gap-2">
              {homes.length > 1 && <h2 className="font-semibold">{label}</h2>}
              <List label={label}>
                {meters.filter(meter => meter.premisesId === home.premisesId).map(meter => (
                  <Row key={meter.meterId} href={`/${locale}/meters/${meter.meterId}`} title={t(`meters.services.${meter.service}`)} note={lastWords(meter, t)} value={<MeterState meter={meter} today={me.today} t={t} />} />
                ))}
              </List>
            </section>
          )
        })}
      </div>
    </>
  )
}

type Card = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['meters']['listMine']>>[number]

function windowWords(window: Card['window'], t: Texts): string {
  return window.fromDay === 1 && window.toDay === 31 ? t('meters.list.windowWhole') : t('meters.list.window', { from: window.fromDay, to: window.toDay })
}

function lastWords(meter: Card, t: Texts): string {
  if (!meter.last) return t('meters.list.noReading', { serial: meter.serial })
  return t('meters.list.last', { serial: meter.serial, value: shownRegisters(meter.last.values, meter), date: formatDate(meter.last.takenOn) })
}

function MeterState({ meter, today, t }: { meter: Card; today: string; t: Texts }) {
  if (meter.waiting) return <StateMark tone="care">{t('meters.list.asks')}</StateMark>
  const { period } = monthOf(today, { receivedOn: today, window: meter.window, lastPeriod: meter.last?.period ?? null })
  // What came after the bills of its month counts for this one too, and is not this one's reading.
  const since = `${period < periodOf(today) ? period : periodOf(today)}-01`
  if (meter.last && meter.last.period >= period && meter.last.takenOn >= since) return <StateMark tone="good">{t('meters.list.sent')}</StateMark>
  if (meter.verifiedUntil !== null && meter.verifiedUntil < today) return <StateMark tone="care">{t('meters.list.expired')}</StateMark>
  return <StateMark tone="waiting">{t('meters.list.waits')}</StateMark>
}
