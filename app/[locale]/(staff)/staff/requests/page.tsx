import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { StateWord } from '#app/_parts/requests/state-word.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Pager, pageOf } from '#app/_ui/pager.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, isLocale, type Locale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ only?: string; page?: string }> }

const filters = ['OPEN', 'OVERDUE', 'EMERGENCY', 'MINE', 'ALL'] as const
type Filter = (typeof filters)[number]
const pageSize = 40

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('requests.staff.title') } : {}
}

/** The desk's queue: the most urgent first, filters and page in the address. */
export default async function StaffRequestsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/requests`)
  const asked = await searchParams
  const only = filters.find(each => each === asked.only) ?? 'OPEN'
  const page = pageOf(asked.page)
  const { rows, total } = await api.requests.queue({ only, page })
  const t = texts(locale)
  return (
    <>
      <PageTitle note={t('requests.staff.total', { count: total })}>{t('requests.staff.title')}</PageTitle>
      <Filters only={only} locale={locale} t={t} />
      <Table caption={t('requests.staff.title')} hideCaption empty={t('requests.staff.empty')} columns={columnsOf(t)} rows={rows.map(row => rowOf(row, locale, t))} />
      {total > pageSize && (
        <Pager words={section(locale, 'common.pager') as never} position={t('common.pager.position', { page, pages: Math.ceil(total / pageSize) })}
          {...(page > 1 ? { previousHref: address(locale, only, page - 1) } : {})} {...(page * pageSize < total ? { nextHref: address(locale, only, page + 1) } : {})} />
      )}
    </>
  )
}

function address(locale: Locale, only: Filter, page: number): string {
  return `/${locale}/staff/requests?only=${only}&page=${page}`
}

function Filters({ only, locale, t }: { only: Filter; locale: Locale; t: Texts }) {
  return (
    <nav aria-label={t('requests.staff.filters')} className="mb-3 flex flex-wrap gap-4">
      {filters.map(each => (
        <a key={each} href={address(locale, each, 1)} aria-current={each === only ? 'page' : undefined} className="py-1 text-act aria-[current]:font-semibold aria-[current]:text-ink aria-[current]:no-underline">
          {t(`requests.staff.${each}`)}
        </a>
      ))}
    </nav>
  )
}

function columnsOf(t: Texts) {
  const end = { align: 'end' as const }
  return [
    { key: 'number', title: t('requests.staff.number'), ...end }, { key: 'house', title: t('requests.staff.house'), whole: true }, { key: 'flat', title: t('requests.staff.flat'), ...end },
    { key: 'category', title: t('requests.staff.category') }, { key: 'text', title: t('requests.staff.text') }, { key: 'joined', title: t('requests.staff.joined'), ...end },
    { key: 'state', title: t('requests.staff.state') }, { key: 'executor', title: t('requests.staff.executor') }, { key: 'due', title: t('requests.staff.due'), ...end },
  ]
}

type QueueRow = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['requests']['queue']>>['rows'][number]

function rowOf(row: QueueRow, locale: Locale, t: Texts) {
  const due = formatDate(row.extendedTo ?? row.dueOn)
  const category = `${t(`requests.categories.${row.category}`)}, ${t(`requests.places.${row.place}`)}`
  return {
    id: row.requestId, href: `/${locale}/staff/requests/${row.buildingId}/${row.requestId}`,
    cells: [
      row.number, row.house, row.flat, row.emergency ? <StateMark key="emergency" tone="danger">{category}</StateMark> : category, row.text, row.joined > 0 ? `+${row.joined}` : '',
      <StateWord key="state" state={row.state} word={t(`requests.states.${row.state}`)} />, row.executor ?? '',
      row.overdue ? <StateMark key="due" tone="care">{`${due}, ${t('requests.view.overdue')}`}</StateMark> : due,
    ],
  }
}
