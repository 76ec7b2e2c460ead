import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeyForm, type KeyWords } from './key-form.tsx'
import { MerchantForm, type MerchantWords } from './merchant-form.tsx'
import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, isLocale, type Locale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ merchant?: string; key?: string }> }
type Merchants = OutputOf<'payments.merchants'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('payments.merchants.title') } : {}
}

/** Contracts with providers: whose houses, at which address, with how many keys. Kept by the operator of the platform. */
export default async function MerchantsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/merchants`)
  const t = texts(locale)
  const merchants = await api.payments.merchants().catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'FORBIDDEN') return null
    throw error
  })
  if (merchants === null) return <PageTitle note={t('payments.merchants.forKeeper')}>{t('payments.merchants.title')}</PageTitle>
  const { merchant: wanted, key } = await searchParams
  const chosen = merchants.find(each => each.merchantId === wanted) ?? null
  const words = { ...section(locale, 'payments.merchants'), noNetwork: t('errors.common.noNetwork') }
  return (
    <div className="flex max-w-5xl flex-col gap-6">
      <PageTitle note={t('payments.merchants.note')}>{t('payments.merchants.title')}</PageTitle>
      <List {...{ merchants, locale, t, wanted }} />
      {chosen && (
        <Card title={t('payments.merchants.keyTitle')} note={t(chosen.provider === 'kaspi' ? 'payments.merchants.noKey' : 'payments.merchants.keyNote')}>
          {chosen.provider !== 'kaspi' && <KeyForm key={chosen.merchantId} merchantId={chosen.merchantId} saved={key === 'added'} words={words as unknown as KeyWords} />}
        </Card>
      )}
      <Card title={t(chosen ? 'payments.merchants.change' : 'payments.merchants.addNew')}>
        <MerchantForm key={chosen?.merchantId ?? 'new'} merchant={chosen} today={me.today} names={section(locale, 'payments.providers')} words={words as unknown as MerchantWords} />
      </Card>
      {chosen && <p><a href={`/${locale}/staff/merchants`}>{t('payments.merchants.another')}</a></p>}
    </div>
  )
}

function List({ merchants, locale, t, wanted }: { merchants: Merchants; locale: Locale; t: Texts; wanted: string | undefined }) {
  const columns = ['provider', 'scope', 'address', 'service', 'keys', 'from'] as const
  return (
    <Table
      caption={t('payments.merchants.list')}
      empty={t('payments.merchants.none')}
      columns={columns.map(key => ({ key, title: t(`payments.merchants.column.${key}`) }))}
      rows={merchants.map(each => ({
        id: each.merchantId, href: `/${locale}/staff/merchants?merchant=${each.merchantId}`, current: each.merchantId === wanted,
        cells: [
          t(`payments.providers.${each.provider}`), each.scopeName ?? t('payments.merchants.everyHouse'), addressOf(each), each.serviceId,
          each.provider === 'kaspi' ? '' : t('payments.merchants.keysOf', { keys: each.keys, test: each.testKeys }), each.activeTo === null ? formatDate(each.activeFrom) : `${formatDate(each.activeFrom)} – ${formatDate(each.activeTo)}`,
        ],
      }))}
    />
  )
}

function addressOf({ provider, segment, shortAddress }: Merchants[number]): string {
  return shortAddress ? `/api/payments/${provider}` : `/api/payments/${provider}/${segment}`
}
