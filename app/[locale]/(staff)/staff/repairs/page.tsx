import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { TitleText } from '#app/_parts/repairs/title-text.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('repairs.desk.title') } : {}
}

/** Repair programmes of the houses one keeps; where a refund waits stands first. */
export default async function RepairsPage({ params }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/repairs`)
  const [rows, houses] = [await api.repairs.programmes(), await api.repairs.keptHouses()]
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('repairs.desk.note')}>{t('repairs.desk.title')}</PageTitle>
      {houses.length > 0 && <div><LinkButton kind="main" href={`/${locale}/staff/repairs/new`} icon="plus" hotkey="n">{t('repairs.open.link')}</LinkButton></div>}
      <Table caption={t('repairs.desk.title')} hideCaption empty={t('repairs.desk.none')}
        columns={[
          { key: 'house', title: t('repairs.desk.house') }, { key: 'title', title: t('repairs.desk.programme') }, { key: 'kind', title: t('repairs.desk.kind') },
          { key: 'year', title: t('repairs.desk.year') }, { key: 'state', title: t('repairs.desk.state') }, { key: 'waiting', title: t('repairs.desk.waiting'), align: 'end' },
        ]}
        rows={rows.map(row => ({
          id: row.programmeId, href: `/${locale}/staff/repairs/${row.buildingId}/${row.programmeId}`,
          cells: [row.houseName, <TitleText key="title" title={row.title} locale={locale} />, t(`repairs.kinds.${row.kind}`), String(row.year), t(`repairs.states.${row.state}`), row.waiting > 0 ? String(row.waiting) : ''],
        }))} />
    </div>
  )
}
