import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { CauseList } from '#app/_parts/billing/cause-list.tsx'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { requestOf, wrongWords } from '#app/_parts/billing/wrong-words.ts'
import { WrongButton } from '#app/_parts/billing/wrong-button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { explainChange, pricedLines, type PricedLine } from '#server/billing/changes/rules.ts'
import { explainLine, serviceName, sourceInWords, vatPercent } from '#server/billing/explanation/rules.ts'
import { normPapers, volumeNotes } from '#server/billing/volumes/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string; number: string; period: string; line: string }> }
type Page = OutputOf<'billing.line'>
type PartProps = { page: Page; priced: PricedLine; locale: Locale }

/** A line opened: the formula in words, why it moved, the reading, the tariff and its act. */
export default async function LineScreen({ params }: Props) {
  const { locale, number, period, line: key } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const page = await billOrNothing(() => api.billing.line({ number, period }))
  if (page === 'stranger') redirect(`/${locale}/sign-in?next=/${locale}/bills/${number}/${period}`)
  const priced = page === null ? undefined : pricedLines(page.bill).find(each => each.line.key === decodeURIComponent(key))
  if (page === null || !priced) notFound()
  const t = texts(locale)
  const { currency } = page.bill
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/bills/${number}/${period}`, word: t('billing.line.back') }} note={formatPeriod(period, locale)}>{serviceName(priced.item, t)}</PageTitle>
      <Money amount={BigInt(priced.line.net)} currency={currency} locale={locale} size="sum" />
      <Formula page={page} priced={priced} locale={locale} />
      <Why page={page} priced={priced} locale={locale} />
      <Readings page={page} priced={priced} locale={locale} />
      <Tariff page={page} priced={priced} locale={locale} />
      <Norms page={page} priced={priced} locale={locale} />
      <WrongButton number={number} period={period} kind="LINE" subject={priced.line.key} disputed={requestOf(page, 'LINE', priced.line.key)} {...wrongWords(page, locale, t('billing.line.dispute'))} />
      <LinkButton wide icon="info" href={`/${locale}/bills/${number}/${period}/inputs`}>{t('inputs.open')}</LinkButton>
    </div>
  )
}

function Formula({ page: { bill }, priced, locale }: PartProps) {
  const t = texts(locale)
  const { item, line } = priced
  const { summary, steps, notes, amount } = explainLine(item, line, { say: t, locale, currency: bill.currency })
  const money = (value: bigint) => <Money amount={value} currency={bill.currency} locale={locale} />
  return (
    <Card title={t('billing.line.how')} note={summary}>
      <Facts facts={[
        ...steps.map(step => ({ term: step.text, value: step.value })),
        { term: item.vatBp > 0 ? t('billing.line.net') : t('billing.list.sum'), value: <strong>{money(amount.net)}</strong> },
        ...(item.vatBp > 0 ? [{ term: t('billing.bill.vat', { rate: vatPercent(item.vatBp) }), value: money(amount.vat) }, { term: t('billing.line.withVat'), value: <strong>{money(amount.net + amount.vat)}</strong> }] : []),
      ]} />
      {[...volumeNotes(priced, bill, t), ...notes].map(note => <p key={note} className="text-small">{note}</p>)}
      <p className="text-small text-note">{t('billing.line.rounded')} {item.vatBp === 0 && t(item.vatMode === 'INCLUDED' ? 'billing.line.vatIncluded' : 'billing.line.noVat')}</p>
    </Card>
  )
}

function Why({ page: { bill, previous }, priced: { item }, locale }: PartProps) {
  if (!previous) return null
  const t = texts(locale)
  const change = explainChange(previous, bill).find(each => each.service === item.service)
  if (!change) return null
  // The sums of the causes carry the tax; the line above does not.
  const withVat = item.vatBp > 0
  const now = pricedLines(bill).filter(each => each.item.service === item.service).reduce((sum, { line }) => sum + BigInt(line.net) + BigInt(line.vat), 0n)
  return (
    <Card title={t('billing.line.why')}>
      <Facts facts={[{ term: t(withVat ? 'billing.line.wasVat' : 'billing.line.was'), value: <Money amount={now - change.change} currency={bill.currency} locale={locale} /> }]} />
      <CauseList moved={change.causes} currency={bill.currency} locale={locale} />
      {change.change !== 0n && <Facts facts={[{ term: t(withVat ? 'billing.line.nowVat' : 'billing.line.nowSum'), value: <Money amount={now} currency={bill.currency} locale={locale} /> }]} />}
    </Card>
  )
}

function Readings({ page, priced: { item }, locale }: PartProps) {
  const services = item.heat?.mode === 'BY_FLAT_METER' ? ['HEAT'] : item.of === 'VOLUME' ? page.bill.prices.volumes.filter((_, index) => item.volumeAt.includes(index + 1)).map(each => each.service) : []
  const readings = page.readings.filter(each => services.includes(each.service))
  if (readings.length === 0) return null
  const t = texts(locale)
  const address = (fileId: string) => `/api/files/${page.bill.buildingId}/${fileId}`
  return (
    <>
      <Facts facts={readings.map(each => ({
        term: t('billing.line.reading', { serial: each.serial }),
        value: t('billing.line.readingValue', { from: each.from.map(formatNumber).join(' / '), to: each.to.map(formatNumber).join(' / '), date: formatDate(each.takenOn) }),
      }))} />
      <div className="flex flex-wrap gap-2">
        {readings.flatMap(each => each.photoIds.map(fileId => (
          <a key={fileId} href={address(fileId)}><img src={address(fileId)} loading="lazy" alt={t('billing.line.readingPhoto', { serial: each.serial })} width={96} height={96} className="size-24 rounded-field border border-line object-cover" /></a>
        )))}
      </div>
    </>
  )
}

function actNamed(page: PartProps['page'], actId: string | null, locale: Locale) {
  const act = page.acts.find(each => each.actId === actId)
  const title = act && { uz: act.titleUz, kk: act.titleKk, ru: act.titleRu }[locale]
  return { act, named: act && title ? (act.number ? texts(locale)('billing.line.actNumber', { title, number: act.number }) : title) : null }
}

function Act({ page, actId, locale }: Pick<PartProps, 'page' | 'locale'> & { actId: string | null }) {
  const { act, named } = actNamed(page, actId, locale)
  return named && act ? <p>{act.url ? <a href={act.url} rel="noreferrer">{named}</a> : named}</p> : null
}

/** Where a figure comes from; what was invented for showing says so and names no source. */
function Source({ demonstration, verified, source, locale }: { demonstration: string | null; verified: boolean; source: string; locale: Locale }) {
  const t = texts(locale)
  if (demonstration !== null) return <Notice tone="care">{demonstration}</Notice>
  return (
    <>
      <p className="text-small text-note">{t('billing.line.source')}: {source}</p>
      {!verified && <p className="text-small text-note">{t('billing.line.unverified')}</p>}
    </>
  )
}

function Tariff({ page, priced: { item }, locale }: PartProps) {
  const t = texts(locale)
  const season = actNamed(page, item.heat?.seasonAct ?? null, locale)
  return (
    <Card title={t('billing.line.tariff')} note={t('billing.line.validFrom', { date: formatDate(item.validFrom) })}>
      <Act page={page} actId={item.actId} locale={locale} />
      {season.named && <p>{season.act?.url ? <a href={season.act.url} rel="noreferrer">{t('billing.heat.seasonAct', { act: season.named })}</a> : t('billing.heat.seasonAct', { act: season.named })}</p>}
      <Source demonstration={item.demonstration ? t('billing.line.demonstration') : null} verified={item.verified} source={sourceInWords(item, t)} locale={locale} />
    </Card>
  )
}

/** A line made by a norm of consumption opens to the norm's own act. */
function Norms({ page, priced, locale }: PartProps) {
  const t = texts(locale)
  return normPapers(priced, page.bill).map(norm => (
    <Card key={norm.service} title={t('billing.line.normTitle', { service: t(`billing.services.${norm.service}`) })} note={t('billing.line.validFrom', { date: formatDate(norm.validFrom) })}>
      <Act page={page} actId={norm.actId} locale={locale} />
      <Source demonstration={norm.demonstration ? t('billing.line.demonstrationNorm') : null} verified={norm.verified} source={norm.source} locale={locale} />
    </Card>
  ))
}
