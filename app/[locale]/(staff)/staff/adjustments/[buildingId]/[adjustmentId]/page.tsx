import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { AdjustmentMark, fundWord } from '#app/_parts/ledger/adjustment-words.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts } from '#server/infra/texts.ts'
import { formatDate, formatDateTime, formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber, isId } from '#server/kernel/ids.ts'
import { addDays, localDateOf } from '#server/kernel/period.ts'
import { ApplyForm, type ApplyWords } from './apply-form.tsx'
import { DecideForm, type DecideWords } from './decide-form.tsx'
import { Evidence } from './evidence.tsx'

type Props = { params: Promise<{ locale: string; buildingId: string; adjustmentId: string }> }
type Case = OutputOf<'ledger.adjustmentCase'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('ledger.queue.title') } : {}
}

/** One case: what is asked, the facts side by side, the decision; the inspector decides here and the body posts here. */
export default async function CasePage({ params }: Props) {
  const { locale, buildingId, adjustmentId } = await params
  if (!isLocale(locale) || !isId(buildingId) || !isId(adjustmentId)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/adjustments/${buildingId}/${adjustmentId}`)
  const found = await billOrNothing(() => api.ledger.adjustmentCase({ buildingId, adjustmentId }))
  if (found === null || found === 'stranger') notFound()
  const t = texts(locale)
  const { request } = found
  const unit = t(`identity.unit.${request.unitKind}`, { number: request.unitNumber })
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/adjustments`, word: t('ledger.queue.title') }}>{t('ledger.case.title', { house: request.house, unit })}</PageTitle>
      <p><AdjustmentMark state={request.state} t={t} /></p>
      <div className="grid gap-4 lg:grid-cols-2 xl:grid-cols-[1fr_1fr_24rem]">
        <div className="flex min-w-0 flex-col gap-4"><Asked found={found} locale={locale} /><Evidence found={found} locale={locale} side="register" /></div>
        <div className="flex min-w-0 flex-col gap-4"><Evidence found={found} locale={locale} side="money" /></div>
        <div className="flex min-w-0 flex-col gap-4"><Decision found={found} locale={locale} /><Acts found={found} locale={locale} today={me.today} /></div>
      </div>
    </div>
  )
}

function Asked({ found: { request, balances }, locale }: { found: Case; locale: Locale }) {
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(amount, request.currency, locale)
  const now = balances.find(each => each.fund === request.fund)?.amount ?? 0n
  const whole = request.amount < 0n ? -request.amount : request.amount
  return (
    <Card title={t(request.amount < 0n ? 'ledger.case.less' : 'ledger.case.more', { sum: money(whole) })}>
      <Facts facts={[
        { term: t('ledger.case.reason'), value: t(`ledger.reasons.${request.reason}`) }, { term: t('ledger.case.fund'), value: fundWord(request.fund, t) },
        { term: t('ledger.case.account'), value: formatAccountNumber(request.number) }, { term: t('ledger.case.sent'), value: formatDate(localDateOf(request.requestedAt)) },
        { term: t('ledger.case.now'), value: money(now) },
        ...(request.state === 'APPLIED' ? [] : [{ term: t('ledger.case.after'), value: money(now + request.amount) }]),
      ]} />
      <h3 className="font-semibold">{t('ledger.case.explanation')}</h3>
      <p className="break-words whitespace-pre-line">{request.explanation}</p>
      <h3 className="font-semibold">{t('ledger.case.papers')}</h3>
      <ul className="list-disc ps-5">{request.papers.map(paper => <li key={paper} className="break-words">{paper}</li>)}</ul>
    </Card>
  )
}

function Decision({ found: { request, conclusion, use }, locale }: { found: Case; locale: Locale }) {
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(amount, request.currency, locale)
  if (!conclusion) return <Notice tone="waiting" title={t('ledger.case.decision')}>{t(request.state === 'UNDER_CHECK' ? 'ledger.decide.taken' : 'ledger.case.waiting')}</Notice>
  const { allowedFrom, allowedTo, validUntil } = conclusion
  return (
    <Card title={t('ledger.case.decision')} note={t('ledger.case.conclusion', { number: conclusion.number, date: formatDate(conclusion.concludedOn) })}>
      <p className="font-semibold">
        {allowedFrom === null || allowedTo === null || validUntil === null ? t('ledger.case.refused') : t('ledger.case.allowed', { ...withoutSign(allowedFrom, allowedTo, money), date: formatDate(validUntil) })}
      </p>
      <h3 className="font-semibold">{t('ledger.case.grounds')}</h3>
      <p className="break-words whitespace-pre-line">{conclusion.grounds}</p>
      <p className="text-note">{t('ledger.case.signed', { date: formatDateTime(conclusion.signedAt), level: conclusion.signatureLevel })}</p>
      <p className="text-note">{t('ledger.case.hash')}: <span className="figures break-all">{conclusion.signedHash}</span></p>
      {use && <Notice tone="good">{t('ledger.case.posted', { sum: money(use.amount), date: formatDateTime(use.usedAt) })}</Notice>}
    </Card>
  )
}

/** Sums are told without a sign, the smaller first: the direction stands above. */
function withoutSign(from: bigint, to: bigint, money: (amount: bigint) => string) {
  return to < 0n ? { from: money(-to), to: money(-from) } : { from: money(from), to: money(to) }
}

function Acts({ found, locale, today }: { found: Case; locale: Locale; today: string }) {
  const t = texts(locale)
  const { request, conclusion, mayDecide, mayRequest } = found
  const about = { buildingId: request.buildingId, adjustmentId: request.adjustmentId }
  if (mayDecide && conclusion === null) {
    if (request.mine) return <Notice tone="care">{t('ledger.case.mine')}</Notice>
    return <DecideForm {...about} asked={request.amount} under={request.state === 'UNDER_CHECK'} until={addDays(today, 30)} today={today} words={section(locale, 'ledger.decide') as DecideWords} />
  }
  if (!mayRequest || request.state !== 'ALLOWED' || conclusion === null || conclusion.allowedFrom === null || conclusion.allowedTo === null) return null
  const inside = request.amount >= conclusion.allowedFrom && request.amount <= conclusion.allowedTo
  return <ApplyForm buildingId={request.buildingId} conclusionId={conclusion.conclusionId} amount={inside ? request.amount : conclusion.allowedTo} words={section(locale, 'ledger.apply') as ApplyWords} />
}
