import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Pager, pageOf } from '#app/_ui/pager.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatPercent, isLocale, type Locale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ text?: string; sort?: string; page?: string }> }
const sorts = ['name', 'filled', 'year'] as const
type Asked = { text: string; sort: (typeof sorts)[number]; page: number }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('buildings.registry.title') } : {}
}

/** Houses that I work with; what is looked for, how it is sorted and which page stand in the address. */
export default async function RegistryPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/registry`)
  const given = await searchParams
  const asked: Asked = { text: (given.text ?? '').slice(0, 120), sort: sorts.find(each => each === given.sort) ?? 'name', page: pageOf(given.page) }
  const { rows, total, page, pages } = await api.buildings.list(asked)
  const t = texts(locale)
  return (
    <>
      <PageTitle note={t('buildings.registry.found', { count: total })}>{t('buildings.registry.title')}</PageTitle>
      <form method="get" role="search" className="mb-3 flex max-w-xl items-end gap-2">
        <div className="flex-1">
          <Field label={t('buildings.registry.search')} name="text" type="search" defaultValue={asked.text} placeholder={t('buildings.registry.searchHint')} size="dense" data-search maxLength={120} />
        </div>
        <input type="hidden" name="sort" value={asked.sort} />
        <Button type="submit" kind="plain">{t('buildings.registry.find')}</Button>
      </form>
      <Table caption={t('buildings.registry.title')} hideCaption empty={t('buildings.registry.none')} columns={columnsOf(asked, locale, t)}
        rows={rows.map(row => ({
          id: row.buildingId, href: `/${locale}/staff/registry/${row.buildingId}`,
          cells: [row.name, row.addressState === 'GIVEN' ? row.address : <i key="none" className="text-note">{t('buildings.passport.addressNotGiven')}</i>, row.yearBuilt ?? '', row.storeyCount ?? '', row.units, formatPercent(String(row.filledPercent), locale), row.organisation ?? ''],
        }))} />
      <p className="my-3"><LinkButton href={`/${locale}/staff/numbers`}>{t('identity.numbers.nav')}</LinkButton></p>
      {pages > 1 && (
        <Pager words={section(locale, 'common.pager') as never} position={t('common.pager.position', { page, pages })}
          {...(page > 1 ? { previousHref: address(locale, { ...asked, page: page - 1 }) } : {})} {...(page < pages ? { nextHref: address(locale, { ...asked, page: page + 1 }) } : {})} />
      )}
    </>
  )
}

function address(locale: Locale, { text, sort, page }: Asked): string {
  return `/${locale}/staff/registry?${new URLSearchParams({ text, sort, page: String(page) }).toString()}`
}

function columnsOf(asked: Asked, locale: Locale, t: Texts) {
  const sortedBy = (sort: Asked['sort']) => ({ sortHref: address(locale, { ...asked, sort, page: 1 }), ...(asked.sort === sort ? { sorted: 'ascending' as const } : {}) })
  const end = { align: 'end' as const }
  return [
    { key: 'house', title: t('buildings.registry.column.house'), ...sortedBy('name') }, { key: 'address', title: t('buildings.registry.column.address') },
    { key: 'year', title: t('buildings.registry.column.year'), ...end, ...sortedBy('year') }, { key: 'storeys', title: t('buildings.registry.column.storeys'), ...end },
    { key: 'units', title: t('buildings.registry.column.units'), ...end }, { key: 'filled', title: t('buildings.registry.column.filled'), ...end, ...sortedBy('filled') },
    { key: 'organisation', title: t('buildings.registry.column.organisation') },
  ]
}
