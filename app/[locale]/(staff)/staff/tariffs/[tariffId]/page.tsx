import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { cameBack } from '#app/_parts/billing/drafts.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { fieldInWords, placeInWords, tellingFields } from '#app/_parts/billing/tariff-words.ts'
import { Card } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { TariffActs, type ActWords } from './tariff-acts.tsx'

type Props = { params: Promise<{ locale: string; tariffId: string }> }
type Found = OutputOf<'billing.tariff'>
type Part = { found: Found; locale: Locale }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('tariffs.page.facts') } : {}
}

/** One tariff beside what it takes the place of; the second person decides here. */
export default async function TariffScreen({ params }: Props) {
  const { locale, tariffId } = await params
  if (!isLocale(locale) || !isId(tariffId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/tariffs/${tariffId}`)
  const found = await billOrNothing(() => api.billing.tariff({ tariffId }))
  if (found === null || found === 'stranger') notFound()
  const t = texts(locale)
  const { tariff } = found
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/tariffs`, word: t('tariffs.page.back') }} note={t(`tariffs.states.${tariff.state}`)}>
        {t('tariffs.page.title', { service: t(`billing.services.${tariff.service}`), place: placeInWords(tariff, t) })}
      </PageTitle>
      <div className="grid gap-4 lg:grid-cols-[1fr_24rem]">
        <div className="flex min-w-0 flex-col gap-4"><Whole found={found} locale={locale} /><Compare found={found} locale={locale} /></div>
        <div className="flex min-w-0 flex-col gap-4"><Act found={found} locale={locale} /><Decision found={found} locale={locale} today={me.today} /></div>
      </div>
    </div>
  )
}

function Whole({ found: { tariff }, locale }: Part) {
  const t = texts(locale)
  return (
    <Card title={t('tariffs.page.facts')}>
      <Facts facts={tellingFields(tariff).map(field => ({ term: t(`tariffs.fields.${field}`), value: fieldInWords(tariff, field, t) }))} />
      {tariff.note !== '' && <p className="text-note">{tariff.note}</p>}
    </Card>
  )
}

function Compare({ found: { tariff, before }, locale }: Part) {
  const t = texts(locale)
  if (before.length === 0) return <Notice>{t('tariffs.page.first')}</Notice>
  return before.map(({ tariff: old, differs }) => (
    <Table key={old.tariffId} caption={t('tariffs.page.compare')} empty={t('tariffs.page.same')}
      columns={[{ key: 'field', title: t('tariffs.page.field') }, { key: 'was', title: `${t('tariffs.page.was')} (${formatDate(old.validFrom)})` }, { key: 'becomes', title: t('tariffs.page.becomes') }]}
      rows={differs.map(field => ({ id: field, cells: [t(`tariffs.fields.${field}`), fieldInWords(old, field, t), <strong key="now">{fieldInWords(tariff, field, t)}</strong>] }))} />
  ))
}

function Act({ found: { tariff, act }, locale }: Part) {
  const t = texts(locale)
  if (act === null) return <Notice tone="care" title={t('tariffs.page.act')}>{tariff.state === 'DRAFT' ? t('tariffs.page.noAct') : tariff.source}</Notice>
  const kinds: readonly string[] = ['LAW', 'CODE', 'RESOLUTION', 'ORDER', 'DECISION']
  const name = [kinds.includes(act.kind) ? t(`tariffs.actKinds.${act.kind}`) : '', act.number === '' ? '' : `№ ${act.number}`, act.issuedOn === null ? '' : formatDate(act.issuedOn)].filter(Boolean).join(', ')
  return (
    <Card title={t('tariffs.page.act')} note={name}>
      <p className="break-words">{act.url === '' ? act.title : <a href={act.url} rel="noreferrer">{act.title}</a>}</p>
      {!act.verified && <p className="text-note">{t('tariffs.page.unverified')}</p>}
    </Card>
  )
}

function Decision({ found: { tariff, act, mayDraft }, locale, today }: Part & { today: string }) {
  const t = texts(locale)
  const does = actOf(tariff, act !== null)
  return (
    <>
      {cameBack(tariff.state) && <Notice tone="care">{t(`tariffs.sentBack.${tariff.state}`, { reason: tariff.declinedReason ?? '' })}</Notice>}
      {tariff.state === 'DRAFT' && <Waits tariff={tariff} locale={locale} />}
      {does !== null && <TariffActs tariffId={tariff.tariffId} words={section(locale, 'tariffs.page') as ActWords} does={does} least={tariff.validFrom > today ? tariff.validFrom : today} />}
      {mayDraft && tariff.publishedAt !== null && <div><LinkButton href={`/${locale}/staff/tariffs/new?from=${tariff.tariffId}`}>{t('tariffs.page.copy')}</LinkButton></div>}
    </>
  )
}

function Waits({ tariff, locale }: { tariff: Found['tariff']; locale: Locale }) {
  const t = texts(locale)
  if (tariff.mine) return <Notice tone="waiting">{t('tariffs.page.mine')}</Notice>
  return tariff.mayPublish ? null : <Notice tone="waiting">{t('tariffs.page.waits')}</Notice>
}

function actOf(tariff: Found['tariff'], hasAct: boolean): 'DECIDE' | 'DECLINE' | 'TAKE_BACK' | 'END' | null {
  if (tariff.state === 'DRAFT' && tariff.mine) return 'TAKE_BACK'
  if (!tariff.mayPublish) return null
  if (tariff.state === 'DRAFT') return hasAct && tariff.vatMode !== 'UNKNOWN' ? 'DECIDE' : 'DECLINE'
  return !tariff.demonstration && (tariff.state === 'IN_FORCE' || tariff.state === 'COMING') ? 'END' : null
}
