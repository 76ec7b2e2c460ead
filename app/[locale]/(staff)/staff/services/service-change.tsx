import { cameBack } from '#app/_parts/billing/drafts.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Table } from '#app/_ui/table.tsx'
import { findingWithStep, sourceInWords } from '#server/billing/explanation/rules.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { periodOf } from '#server/kernel/period.ts'
import { ServiceActs, type ServiceActsWords } from './service-acts.tsx'
import { fieldOf, type ServicesDesk } from './service-words.ts'

type Opened = NonNullable<ServicesDesk['open']>
type Props = { opened: Opened; buildingId: string; closed: string; locale: Locale }

/** One change with what it does, in words; the second person decides here. */
export function ServiceChange({ opened, buildingId, closed, locale }: Props) {
  const t = texts(locale)
  const { change } = opened
  const service = t(`billing.services.${change.service}`)
  return (
    <Card title={t('services.open.title', { service, date: formatDate(change.from) })} note={t(`services.states.${change.state}`)} actions={<LinkButton href={closed} hotkey="x">{t('services.open.close')}</LinkButton>}>
      <Facts facts={[{ term: t('services.open.ground'), value: change.ground }]} />
      <Differences opened={opened} service={service} locale={locale} />
      {opened.effect && <Effect opened={opened} effect={opened.effect} locale={locale} />}
      {cameBack(change.state) && <Notice tone="care">{t(`tariffs.sentBack.${change.state}`, { reason: change.declinedReason ?? '' })}</Notice>}
      {change.state === 'PUBLISHED' && <Notice tone="good">{t('services.open.published')}</Notice>}
      {change.state === 'DRAFT' && change.mine && <Notice tone="waiting">{t('services.open.mine')}</Notice>}
      {change.state === 'DRAFT' && <ServiceActs buildingId={buildingId} changeId={change.id} mine={change.mine} done={closed} words={section(locale, 'services.open') as ServiceActsWords} />}
    </Card>
  )
}

function Differences({ opened: { change, before, differs }, service, locale }: { opened: Opened; service: string; locale: Locale }) {
  const t = texts(locale)
  const date = formatDate(change.from)
  if (change.method === null) return <p>{t('services.open.ends', { service, date })}</p>
  return (
    <>
      {before === null && <p>{t('services.open.begins', { service, date })}</p>}
      <Table caption={t('services.open.changes')} columns={[{ key: 'what', title: t('services.open.what') }, { key: 'was', title: t('services.open.was') }, { key: 'becomes', title: t('services.open.becomes') }]}
        rows={differs.map(field => ({ id: field, cells: [t(`services.fields.${field}`), before === null ? '' : fieldOf(before, field, t), fieldOf(change, field, t)] }))} />
    </>
  )
}

function Effect({ opened: { change }, effect, locale }: { opened: Opened; effect: NonNullable<Opened['effect']>; locale: Locale }) {
  const t = texts(locale)
  return (
    <>
      <ul className="flex list-disc flex-col gap-1 ps-5">
        <li>{t('services.open.firstBill', { period: formatPeriod(periodOf(change.from), locale) })}</li>
        {change.method !== null && chargedInWords(told(change.method, effect), t).map(words => <li key={words}>{words}</li>)}
        {effect.prices.map(price => (
          <li key={price.key}>{t('services.open.price', { price: price.prices.map(formatNumber).join(' / '), unit: t(`billing.units.${price.unit}`), source: sourceInWords(price, t) })}</li>
        ))}
        {effect.byHeatContract && <li>{t('services.open.contract')}</li>}
      </ul>
      {effect.findings.length > 0 && (
        <Notice tone="care" title={t('services.open.lacks')}>
          <ul className="flex flex-col gap-2">
            {effect.findings.map(finding => {
              const { words, step } = findingWithStep(finding, t)
              return <li key={`${finding.service}.${finding.code}`}><p>{words}</p><p className="text-note">{step} {finding.code === 'noPrice' && <a className="underline" href={`/${locale}/staff/tariffs?service=${finding.service}`}>{t('services.open.tariffs')}</a>}</p></li>
            })}
          </ul>
        </Notice>
      )}
    </>
  )
}

type Told = { method: string; charged: NonNullable<Opened['effect']>['charged'] }
const told = (method: string, { charged }: NonNullable<Opened['effect']>): Told => ({ method, charged })

function chargedInWords({ method, charged: { units, areaM2, metered, norm, persons, empty, houseMeter } }: Told, t: Texts): string[] {
  const meters = method !== 'METER' || metered === units ? [] : [norm === null ? t('services.open.unmetered', { units, metered }) : t('services.open.metered', { units, metered, norm: formatNumber(norm) })]
  return [
    t('services.open.units', { units, area: formatNumber(areaM2) }), ...meters, ...(method === 'PERSON' ? [t('services.open.persons', { persons, empty })] : []),
    ...(method === 'BUILDING_METER' && !houseMeter ? [t('services.open.noHouseMeter')] : []),
  ]
}
