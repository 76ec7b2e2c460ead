import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { DebtorsButton } from '#app/_parts/billing/debtors-button.tsx'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { languages } from '#app/_ui/locale.ts'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { findingWithStep, serviceName, sourceInWords } from '#server/billing/explanation/rules.ts'
import { payerKinds } from '#server/billing/penalties/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatAmount, formatDate, formatMoney, formatNumber, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { lastDay } from '#server/kernel/period.ts'
import { RequestPapers } from './request-papers.tsx'
import { PostBills } from './post-bills.tsx'
import { ReissueBill } from './reissue-bill.tsx'
import { Reissued } from './reissued.tsx'

type Props = { params: Promise<{ locale: string; building: string; period: string }> }
type Preview = OutputOf<'billing.preview'>

/** What a run of this house would post, before it is posted; every line has been recomputed. */
export default async function PreviewPage({ params }: Props) {
  const { locale, building, period } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const preview = await billOrNothing(() => api.billing.preview({ buildingId: building, period }))
  if (preview === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/billing`)
  const me = await api.identity.me()
  if (preview === null || me === null) notFound()
  // What was posted stays; below it stands what the facts of today would give.
  const posted = preview.billed ? (await api.billing.houses({ period })).find(each => each.buildingId === building)?.total ?? null : null
  const t = texts(locale)
  return (
    <div className="flex max-w-5xl flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/billing?period=${period}`, word: t('billing.runs.back') }}>
        {t('billing.runs.previewTitle', { house: preview.house, period: formatPeriod(period, locale) })}
      </PageTitle>
      <Sums preview={preview} posted={posted} locale={locale} />
      {preview.findings.length > 0 && (
        <Notice tone="care" title={t('billing.runs.findings')}>
          <ul className="flex flex-col gap-2">{preview.findings.map(finding => <WhatLacks key={`${finding.service}.${finding.code}.${finding.kind ?? finding.premisesId ?? ''}`} finding={finding} buildingId={building} locale={locale} />)}</ul>
        </Notice>
      )}
      <div><LinkButton href={`/${locale}/staff/services?building=${building}`}>{t('services.link')}</LinkButton></div>
      <DebtorsButton buildingId={building} locale={locale} t={t} />
      <Services preview={preview} locale={locale} />
      {preview.left.length > 0 && <Left preview={preview} locale={locale} />}
      {preview.last && <BesideLast last={preview.last} preview={preview} locale={locale} />}
      <Tariffs preview={preview} locale={locale} />
      {preview.billed
        ? (
          <>
            <Notice tone="good">{t('billing.runs.billed')}</Notice>
            <RequestPapers buildingId={building} period={period} first={locale} languages={languages} batches={await api.billing.papers({ buildingId: building, period })} words={section(locale, 'billing.runs.papers')} />
            <ReissueBill buildingId={building} period={period} currency={preview.currency} locale={locale} words={section(locale, 'billing.reissue')} />
            <Reissued rows={await api.billing.corrections({ buildingId: building, period })} buildingId={building} period={period} locale={locale} />
          </>
        )
        : <PostBills buildingId={building} period={period} accounts={preview.accounts} hash={preview.billsHash} findings={preview.findings.length} early={lastDay(period) >= me.today}
            total={formatMoney(preview.total, preview.currency, locale)} words={section(locale, 'billing.runs')} />}
    </div>
  )
}

/** What was posted, and what the facts of today would give. */
function Sums({ preview, posted, locale }: { preview: Preview; posted: bigint | null; locale: Locale }) {
  const t = texts(locale)
  return (
    <>
      <Facts facts={[
        { term: t('billing.runs.accounts'), value: String(preview.accounts) },
        ...(posted === null ? [] : [{ term: t('billing.runs.postedSum'), value: <strong>{formatMoney(posted, preview.currency, locale)}</strong> }]),
        { term: t(posted === null ? 'billing.runs.total' : 'billing.runs.today'), value: formatMoney(preview.total, preview.currency, locale) },
        { term: t('billing.runs.dueOn'), value: formatDate(preview.dueOn) },
        { term: t('billing.runs.hash'), value: preview.billsHash.slice(0, 16) },
      ]} />
      {posted !== null && posted !== preview.total && <Notice>{t('billing.runs.todayNote')}</Notice>}
    </>
  )
}

/** What is not charged and what to do next, with the way there where it is another screen. */
function WhatLacks({ finding, buildingId, locale }: { finding: Preview['findings'][number]; buildingId: string; locale: Locale }) {
  const t = texts(locale)
  const { words, step } = findingWithStep(finding, t)
  const [way, name] = wayOut(finding, buildingId)
  return <li><p>{words}</p><p className="text-note">{step}{way !== '' && <> <a className="underline" href={`/${locale}/staff/${way}`}>{t(name)}</a></>}</p></li>
}

/** The screen on which what lacks is put right, and its name. */
function wayOut({ code, service, premisesId }: Preview['findings'][number], buildingId: string): readonly [string, string] {
  if (service === 'MAINTENANCE' || service === 'SAVINGS') return [`tariffs?house=${buildingId}#contributions`, 'tariffs.list.title']
  if (code === 'noPrice' || code === 'vatUnknown') return [`tariffs?service=${service}`, 'tariffs.list.title']
  if (code === 'noHeatContract' || code === 'noSeason' || code === 'noHotWaterNorm') return [`heat?building=${buildingId}`, 'heat.nav']
  if (code === 'noHouseMeter' || code === 'noCommonShare' || code === 'flatsAboveHouse') return [`registry/${buildingId}#meters`, 'meters.staff.houseMeters']
  if (premisesId !== undefined && (code === 'noVolume' || code === 'aboveTiers')) return [`registry/${buildingId}/${premisesId}`, 'meters.staff.unitMeters']
  return code === 'noSharers' ? [`registry/${buildingId}`, 'buildings.registry.title'] : ['', '']
}

function Services({ preview, locale }: { preview: Preview; locale: Locale }) {
  const t = texts(locale)
  return (
    <Table caption={t('billing.runs.preview')}
      columns={[
        { key: 'service', title: t('billing.runs.service') }, { key: 'lines', title: t('billing.runs.lines'), align: 'end' }, { key: 'estimated', title: t('billing.runs.estimated'), align: 'end' },
        { key: 'net', title: t('billing.runs.net'), align: 'end' }, { key: 'vat', title: t('billing.runs.vat'), align: 'end' }, { key: 'gross', title: t('billing.runs.gross'), align: 'end' },
      ]}
      rows={preview.services.map(each => ({
        id: each.service,
        cells: [t(`billing.services.${each.service}`), String(each.lines), String(each.estimated), formatAmount(each.net), formatAmount(each.vat), formatAmount(each.net + each.vat)],
      }))}
      foot={[t('billing.runs.total'), String(preview.lineCount), '', '', formatAmount(preview.vat), formatAmount(preview.total)]} />
  )
}

/** What moved since last month, and whose service moved otherwise than the house's: to be looked at before posting. */
function BesideLast({ last, preview, locale }: { last: NonNullable<Preview['last']>; preview: Preview; locale: Locale }) {
  const t = texts(locale)
  const signed = (amount: bigint) => `${amount > 0n ? '+' : ''}${formatAmount(amount)}`
  const now = (service: string) => preview.services.filter(each => each.service === service).reduce((sum, each) => sum + each.net + each.vat, 0n)
  const services = [...new Set([...preview.services, ...last.services].map(each => each.service))]
  const before = (service: string) => last.services.find(each => each.service === service)?.before ?? 0n
  return (
    <>
      <Table caption={t('billing.runs.besideLast', { period: formatPeriod(last.period, locale) })}
        columns={[{ key: 'service', title: t('billing.runs.service') }, { key: 'before', title: t('billing.runs.before'), align: 'end' }, { key: 'now', title: t('billing.runs.now'), align: 'end' }, { key: 'change', title: t('billing.runs.change'), align: 'end' }]}
        rows={services.map(service => ({ id: service, cells: [t(`billing.services.${service}`), formatAmount(before(service)), formatAmount(now(service)), signed(now(service) - before(service))] }))}
        foot={[t('billing.runs.total'), formatAmount(last.total), formatAmount(preview.total), signed(preview.total - last.total)]} />
      <Table caption={t('billing.runs.outliers')} empty={t('billing.runs.noOutliers')}
        columns={[
          { key: 'unit', title: t('billing.runs.unit') }, { key: 'service', title: t('billing.runs.service') }, { key: 'before', title: t('billing.runs.before'), align: 'end' },
          { key: 'now', title: t('billing.runs.now'), align: 'end' }, { key: 'cause', title: t('billing.runs.cause') },
        ]}
        rows={last.outliers.map(each => ({
          id: `${each.accountId}.${each.service}`,
          cells: [`${t(`identity.unit.${each.unitKind}`, { number: each.unitNumber })}, ${formatAccountNumber(each.accountNumber)}`, t(`billing.services.${each.service}`), formatAmount(each.before), formatAmount(each.now), t(`billing.causes.${each.cause}`)],
        }))} />
    </>
  )
}

/** Who is gone and is recalculated on the closed account. */
function Left({ preview, locale }: { preview: Preview; locale: Locale }) {
  const t = texts(locale)
  return (
    <Table caption={t('billing.runs.left')} columns={[{ key: 'unit', title: t('billing.runs.unit') }, { key: 'sum', title: t('billing.runs.gross'), align: 'end' }]}
      rows={preview.left.map(each => ({ id: each.accountNumber, cells: [`${t(`identity.unit.${each.unitKind}`, { number: each.unitNumber })}, ${formatAccountNumber(each.accountNumber)}`, formatAmount(each.amount)] }))} />
  )
}

function priceOfItem({ prices, unit, of }: Preview['items'][number], t: Texts): string {
  // A recalculation is by the prices of the months it is of.
  if (prices.length === 0) return ''
  const price = prices.map(formatNumber).join(' / ')
  return of === 'PENALTY' ? `${price} %` : t('tariffs.values.one', { price, unit: t(`billing.units.${unit}`) })
}

/** A penalty has a rule for persons and another for firms: by the key, PENALTY.<fund>.<payer>. */
function nameOfItem(item: Preview['items'][number], t: Texts): string {
  const payer = item.of === 'PENALTY' ? payerKinds.find(each => item.key.endsWith(`.${each}`)) : undefined
  return [serviceName(item, t), payer && t(`penalties.payers.${payer}`)].filter(Boolean).join(', ')
}

function Tariffs({ preview, locale }: { preview: Preview; locale: Locale }) {
  const t = texts(locale)
  return (
    <Table caption={t('billing.runs.tariffs')}
      columns={[
        { key: 'service', title: t('billing.runs.service') }, { key: 'price', title: t('billing.runs.price'), align: 'end' },
        { key: 'from', title: t('billing.runs.validFrom') }, { key: 'source', title: t('billing.runs.source') },
      ]}
      rows={preview.items.map(item => ({
        id: item.key,
        cells: [nameOfItem(item, t), priceOfItem(item, t), formatDate(item.validFrom),
          [sourceInWords(item, t), item.demonstration || item.verified ? '' : t('billing.runs.unverified')].filter(Boolean).join(', ')],
      }))} />
  )
}
