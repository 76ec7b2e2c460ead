import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { BatchProgress } from './batch-progress.tsx'
import { Decision } from './decision.tsx'
import { Preview } from './preview.tsx'
import { Findings } from './findings.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { pageOf } from '#app/_ui/pager.tsx'
import { Table } from '#app/_ui/table.tsx'
import type { OutputOf } from '#app/_client/trpc.ts'
import { caller } from '#server/api/caller.ts'
import { targets, type BatchState } from '#server/imports/schema.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'

type Props = { params: Promise<{ locale: string; batchId: string }>; searchParams: Promise<{ only?: string; page?: string }> }
type BatchView = OutputOf<'imports.batch'>
const underWay: ReadonlySet<BatchState> = new Set(['RECEIVED', 'READING', 'APPLYING'])
const outcomes = ['NEW', 'CHANGED', 'SAME', 'REFUSED'] as const

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('imports.list.title') } : {}
}

/** One file: how far it is, what was understood, what is wrong with it, and the decision. */
export default async function BatchPage({ params, searchParams }: Props) {
  const { locale, batchId } = await params
  if (!isLocale(locale) || !isId(batchId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/imports/${batchId}`)
  const view = await api.imports.batch({ batchId }).catch(() => notFound())
  const { only, page } = choiceOf(await searchParams)
  const found = await api.imports.findings({ batchId, page, ...(only ? { severity: only } : {}) })
  const { batch, preview } = view
  const t = texts(locale)
  const waiting = underWay.has(batch.state)
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/imports`, word: t('imports.batch.back') }} note={[t(`imports.mappings.${batch.mapping}`), batch.options.houseName, batch.options.unitNumber].filter(Boolean).join(', ')}>{batch.fileName}</PageTitle>
      {waiting && <BatchProgress batchId={batchId} state={batch.state} words={{ ...section(locale, 'imports.batch'), states: section(locale, 'imports.state') } as never} />}
      <Outcome view={view} t={t} />
      {batch.state === 'READ' && <Decision batchId={batchId} count={batch.rowsNew + batch.rowsChanged} words={section(locale, 'imports.batch') as never} />}
      {batch.options.counts && <Counts view={view} t={t} />}
      {preview.length > 0 && <Preview rows={preview} t={t} />}
      {!waiting && batch.state !== 'FAILED' && <Findings batchId={batchId} found={found} only={only} locale={locale} t={t} />}
    </div>
  )
}

function choiceOf(asked: { only?: string; page?: string }): { only: 'REFUSED' | undefined; page: number } {
  return { only: asked.only === 'REFUSED' ? 'REFUSED' : undefined, page: pageOf(asked.page) }
}

function Outcome({ view: { batch }, t }: { view: BatchView; t: Texts }) {
  const failureParams = (batch.options as { failureParams?: Record<string, unknown> }).failureParams ?? {}
  return (
    <>
      {batch.state === 'FAILED' && <Notice tone="care" title={t('imports.batch.whole')} code={`imports ${batch.failure ?? ''}`}>{t(`errors.${batch.failure ?? 'common.internal'}`, failureParams)}</Notice>}
      {batch.state === 'DONE' && <Notice tone="good">{t('imports.batch.done', { count: batch.rowsApplied, refused: batch.rowsRefused })}</Notice>}
      {batch.state === 'DISCARDED' && <Notice>{t('imports.batch.discarded')}</Notice>}
      {(batch.options.ignored?.length ?? 0) > 0 && <p className="text-note">{t('imports.batch.ignored', { columns: batch.options.ignored?.join(', ') })}</p>}
      {batch.options.encoding === 'windows-1251' && <p className="text-note">{t('imports.batch.encoding', { encoding: batch.options.encoding })}</p>}
    </>
  )
}

function Counts({ view: { batch }, t }: { view: BatchView; t: Texts }) {
  const counts = batch.options.counts ?? {}
  return (
    <Table caption={t('imports.batch.counts')}
      columns={[{ key: 'what', title: t('imports.batch.what') }, ...outcomes.map(outcome => ({ key: outcome, title: t(`imports.outcome.${outcome}`), align: 'end' as const }))]}
      rows={targets.filter(target => counts[target]).map(target => ({ id: target, cells: [t(`imports.targets.${target}`), ...outcomes.map(outcome => counts[target]?.[outcome] ?? 0)] }))} />
  )
}
