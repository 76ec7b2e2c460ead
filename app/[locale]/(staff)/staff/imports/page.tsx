import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { FileForm } from './file-form.tsx'
import { Card } from '#app/_ui/card.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Pager, pageOf } from '#app/_ui/pager.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import type { BatchState } from '#server/imports/schema.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ page?: string }> }

const tones: Record<BatchState, Tone> = { RECEIVED: 'waiting', READING: 'waiting', READ: 'care', APPLYING: 'waiting', DONE: 'good', FAILED: 'danger', DISCARDED: 'info' }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('imports.list.title') } : {}
}

/** Files that were brought, the newest first, and the form to bring one. */
export default async function ImportsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/imports`)
  const t = texts(locale)
  const page = pageOf((await searchParams).page)
  const [mappings, places] = await Promise.all([api.imports.mappings().catch(() => null), api.imports.places()])
  if (mappings === null) return <PageTitle note={t('errors.imports.mayNotImport')}>{t('imports.list.title')}</PageTitle>
  const { rows, more } = await api.imports.list({ page })
  const choices = mappings.map(({ id, needs, columns }) => ({ id, title: t(`imports.mappings.${id}`), needs, columns: columns.map(column => ({ header: column.headers[0] ?? column.field, others: column.headers.slice(1, 6), required: column.required })) }))
  return (
    <div className="flex flex-col gap-4">
      <PageTitle note={t('imports.list.note')}>{t('imports.list.title')}</PageTitle>
      <Card><FileForm locale={locale} choices={choices} places={places} words={section(locale, 'imports.form') as never} /></Card>
      <Table caption={t('imports.list.history')} empty={t('imports.list.none')}
        columns={[
          { key: 'file', title: t('imports.list.file') }, { key: 'what', title: t('imports.list.what') }, { key: 'when', title: t('imports.list.when') }, { key: 'state', title: t('imports.list.state') },
          { key: 'rows', title: t('imports.list.rows'), align: 'end' }, { key: 'new', title: t('imports.outcome.NEW'), align: 'end' }, { key: 'changed', title: t('imports.outcome.CHANGED'), align: 'end' },
          { key: 'refused', title: t('imports.outcome.REFUSED'), align: 'end' },
        ]}
        rows={rows.map(batch => ({
          id: batch.batchId, href: `/${locale}/staff/imports/${batch.batchId}`,
          cells: [batch.fileName, t(`imports.mappings.${batch.mapping}`), formatDateTime(batch.createdAt), <StateMark key="state" tone={tones[batch.state]}>{t(`imports.state.${batch.state}`)}</StateMark>,
            batch.rowsRead, batch.rowsNew, batch.rowsChanged, batch.rowsRefused],
        }))} />
      {(page > 1 || more) && (
        <Pager words={section(locale, 'common.pager') as never} position={String(page)}
          {...(page > 1 ? { previousHref: `/${locale}/staff/imports?page=${page - 1}` } : {})} {...(more ? { nextHref: `/${locale}/staff/imports?page=${page + 1}` } : {})} />
      )}
    </div>
  )
}
