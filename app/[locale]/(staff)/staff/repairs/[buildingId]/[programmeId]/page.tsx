import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { WorksCard } from '#app/_parts/repairs/works-card.tsx'
import { EstimateSheet } from '#app/_parts/repairs/estimate-sheet.tsx'
import { TitleText } from '#app/_parts/repairs/title-text.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatAmount, formatDate, formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { formsOf } from './forms.ts'
import { KeepForm, type KeepWords } from './keep-form.tsx'

type Props = { params: Promise<{ locale: string; buildingId: string; programmeId: string }> }
type Desk = OutputOf<'repairs.programme'>
type PartProps = { desk: Desk; locale: Locale }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('repairs.desk.title') } : {}
}

/** One programme for those who keep it: versions, works, payers, refunds, and what can be done next. */
export default async function ProgrammePage({ params }: Props) {
  const { locale, buildingId, programmeId } = await params
  if (!isLocale(locale) || !isId(buildingId) || !isId(programmeId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/repairs/${buildingId}/${programmeId}`)
  const desk = await billOrNothing(() => api.repairs.programme({ buildingId, programmeId }))
  if (desk === null || desk === 'stranger') notFound()
  const t = texts(locale)
  const voted = desk.estimates.findLast(each => each.approvedAt !== null)
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/repairs`, word: t('repairs.desk.title') }} note={`${desk.houseName} · ${t(`repairs.kinds.${desk.kind}`)} · ${t(`repairs.states.${desk.state}`)}`}><TitleText title={desk.title} locale={locale} /></PageTitle>
      <div className="grid gap-4 lg:grid-cols-2 xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Versions desk={desk} locale={locale} />
          <WorksCard title={desk.title} state={desk.state} contract={desk.contract} works={desk} buildingId={buildingId} currency={desk.currency} locale={locale} cap={voted?.ownersTotal ? { total: voted.total, owners: voted.ownersTotal } : null} />
        </div>
        <div className="flex min-w-0 flex-col gap-4"><Refunds desk={desk} locale={locale} /><Payers desk={desk} locale={locale} /></div>
        <div className="flex min-w-0 flex-col gap-2">
          {formsOf({ desk, today: me.today, locale }).map(form => (
            <KeepForm key={`${form.act} ${form.id}`} act={form.act} title={form.title} {...(form.note ? { note: form.note } : {})} fields={form.fields} place={{ buildingId, programmeId }} words={{ ...section(locale, 'repairs.keep'), tooLarge: section(locale, 'errors.documents')['fileTooLarge'] } as KeepWords} />
          ))}
        </div>
      </div>
    </div>
  )
}

function Versions({ desk, locale }: PartProps) {
  const t = texts(locale)
  const money = (amount: bigint | null) => (amount === null ? '' : formatMoney(amount, desk.currency, locale))
  return (
    <Card title={t('repairs.versions.title')}>
      {desk.estimates.length === 0 && <p className="text-note">{t('repairs.desk.noEstimate')}</p>}
      {desk.estimates.map(each => (
        <section key={each.version} className="flex flex-col gap-2">
          <EstimateSheet estimate={each} currency={desk.currency} locale={locale} />
          <Facts facts={[
            { term: t('repairs.desk.owners'), value: money(each.ownersTotal) },
            { term: t('repairs.desk.decision'), value: each.decisionOn ? `${each.decisionNumber ?? ''}, ${formatDate(each.decisionOn)}` : t('repairs.desk.notApproved') },
          ]} />
        </section>
      ))}
    </Card>
  )
}

function Payers({ desk, locale }: PartProps) {
  const t = texts(locale)
  if (desk.shares.length === 0) return null
  return (
    <Card title={t('repairs.desk.payers')}>
      <Table caption={t('repairs.desk.payers')} hideCaption
        columns={[{ key: 'unit', title: t('repairs.desk.unit') }, { key: 'part', title: t('buildings.registry.column.share'), align: 'end' }, { key: 'paid', title: t('repairs.fund.paid'), align: 'end' }, { key: 'back', title: t('repairs.desk.back'), align: 'end' }]}
        rows={desk.shares.map(each => ({ id: each.premisesId, cells: [<span key="unit" className={each.unitKind === 'APARTMENT' ? 'whitespace-nowrap' : ''}>{t(`identity.unit.${each.unitKind}`, { number: each.unitNumber })}</span>, formatAmount(each.part), formatAmount(each.paid - each.refunded), each.refundable > 0n ? formatAmount(each.refundable) : ''] }))} />
    </Card>
  )
}

function Refunds({ desk, locale }: PartProps) {
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(amount, desk.currency, locale)
  if (desk.refunds.length === 0) return null
  return (
    <Card title={t('repairs.back.list')}>
      {desk.refunds.map(each => (
        <Facts key={each.refundId} facts={[
          { term: t(`identity.unit.${each.unitKind}`, { number: each.unitNumber }), value: money(each.amount) },
          { term: t('repairs.desk.application'), value: each.application },
          { term: t('repairs.desk.state'), value: t(`repairs.desk.${each.approved === null ? 'refundWaits' : each.approved ? 'refundPaid' : 'refundDeclined'}`) },
          ...(each.ground === null ? [] : [{ term: t('repairs.desk.ground'), value: each.ground }]),
        ]} />
      ))}
    </Card>
  )
}
