import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeepOffline } from '#app/_client/keep-offline.tsx'
import { HistoryPicture } from '#app/_parts/meters/history-picture.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { shownRegisters } from '#server/meters/rules.ts'
import { ConfirmKept } from './confirm-kept.tsx'
import { ReadingForm } from './reading-form.tsx'
import type { ReadingFormWords } from './use-reading-form.ts'

type Props = { params: Promise<{ locale: string; meterId: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meters.form.sendEmpty') } : {}
}

/** One meter: send its figures, see its year. */
export default async function MeterPage({ params }: Props) {
  const { locale, meterId } = await params
  if (!isLocale(locale) || !isId(meterId)) notFound()
  const api = await caller(locale)
  if (!(await api.identity.me())) redirect(`/${locale}/sign-in?next=/${locale}/meters/${meterId}`)
  const mine = await api.meters.listMine()
  const meter = mine.find(each => each.meterId === meterId)
  if (!meter) notFound()
  const t = texts(locale)
  const { waiting, ...facts } = meter
  const history = await api.meters.history({ buildingId: meter.buildingId, meterId })
  const note = meter.last ? t('meters.form.last', { value: shownRegisters(meter.last.values, meter), date: formatDate(meter.last.takenOn) }) : t('meters.form.first')
  const words = wordsOf(locale, t(`meters.services.${meter.service}`))
  return (
    <>
      <PageTitle back={{ href: `/${locale}/meters`, word: t('meters.form.back') }} note={note}>{`${t(`meters.services.${meter.service}`)} №\u00A0${meter.serial}`}</PageTitle>
      <KeepOffline name="meters" value={mine.map(({ waiting: _, ...each }) => each)} />
      <div className="flex flex-col gap-5">
        {waiting && <ConfirmKept kept={{ ...waiting, shown: shownRegisters(waiting.values, meter) }} buildingId={meter.buildingId} words={words.form.waiting} errors={{ noNetwork: words.noNetwork }} />}
        <ReadingForm meter={facts} words={words} locale={locale} backHref={`/${locale}/meters`} />
        <Card title={t('meters.history.title')}>
          <HistoryPicture months={history} unit={t(`meters.units.${meter.unit}`)} locale={locale} />
        </Card>
        <Card title={t('meters.history.device')}>
          <Facts facts={[
            { term: t('meters.history.serial'), value: meter.serial },
            { term: t('meters.history.installedOn'), value: formatDate(meter.installedOn) },
            { term: t('meters.history.verifiedUntil'), value: meter.verifiedUntil ? formatDate(meter.verifiedUntil) : t('meters.history.notGiven') },
          ]} />
        </Card>
      </div>
    </>
  )
}

function wordsOf(locale: Locale, service: string): ReadingFormWords {
  return {
    form: section(locale, 'meters.form'), units: section(locale, 'meters.units'), errors: section(locale, 'errors.meters'), photo: section(locale, 'common.photo'),
    service, noNetwork: texts(locale)('errors.common.noNetwork'),
  } as unknown as ReadingFormWords
}
