import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice, StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDateTime, formatMoney, isLocale, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { GiveBack, type GiveBackWords } from './give-back.tsx'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ number?: string }> }
type Found = OutputOf<'payments.ofNumber'>

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('statements.payments.title') } : {}
}

/** The payments of one account; what was posted is given back here, with the reason. The number is in the address. */
export default async function PaymentsPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/statements/payments`)
  const typed = (await searchParams).number ?? ''
  const number = typed.replace(/\D/g, '')
  const t = texts(locale)
  const found = number.length === 10 ? await api.payments.ofNumber({ number }).catch((error: unknown) => refusal(error, t)) : typed === '' ? null : t('errors.payments.payableNotFound')
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/statements`, word: t('statements.list.all') }} note={t('statements.payments.note')}>{t('statements.payments.title')}</PageTitle>
      <form method="get" className="flex max-w-sm items-end gap-2">
        <Field size="dense" name="number" label={t('statements.payments.number')} inputMode="numeric" required minLength={10} maxLength={16} autoComplete="off" defaultValue={typed} />
        <Button type="submit">{t('statements.payments.find')}</Button>
      </form>
      {typeof found === 'string' && <Notice tone="care">{found}</Notice>}
      {found !== null && typeof found !== 'string' && <Payments found={found} t={t} locale={locale} />}
    </div>
  )
}

/** A refusal in words; anything else is none. */
function refusal(error: unknown, t: Texts): string {
  if (error instanceof Error && 'code' in error && ['NOT_FOUND', 'FORBIDDEN'].includes(String(error.code))) return t(`errors.${error.message}`)
  throw error
}

const tones: Partial<Record<Found['payments'][number]['state'], Tone>> = { PAID: 'good', PENDING: 'waiting' }

function Payments({ found, t, locale }: { found: Found; t: Texts; locale: Locale }) {
  const words = section(locale, 'statements.payments') as GiveBackWords
  return (
    <Table caption={`${found.house}, ${t(`identity.unit.${found.unitKind}`, { number: found.unitNumber })}, ${formatAccountNumber(found.number)}`} empty={t('statements.payments.none')}
      columns={[{ key: 'at', title: t('statements.payments.at') }, { key: 'provider', title: t('statements.reconciliation.provider') }, { key: 'operation', title: t('statements.payments.operation') }, { key: 'paid', title: t('statements.payments.paidBy') },
        { key: 'sum', title: t('statements.payments.sum'), align: 'end' }, { key: 'state', title: t('statements.reconciliation.state') }, { key: 'act', title: t('statements.payments.giveBack') }]}
      rows={found.payments.map(each => ({
        id: each.paymentId,
        // Of a bank's line it is a key of our own, long and said to nobody: enough of it to tell two apart.
        cells: [formatDateTime(each.postedAt ?? each.acceptedAt), t(`statements.providers.${each.provider}`), <span key="operation" className="break-all">{each.provider === 'bank' ? each.externalId.slice(0, 12) : each.externalId}</span>, formatAccountNumber(each.number),
          formatMoney(each.amount, each.currency, locale), <State key="state" payment={each} t={t} />,
          each.state === 'PAID' && !each.refundAsked ? <GiveBack key="act" buildingId={found.buildingId} paymentId={each.paymentId} way={t(`statements.payments.ways.${each.provider}`)} words={words} /> : ''],
      }))} />
  )
}

function State({ payment: { state, refundAsked, cancelledAt }, t }: { payment: Found['payments'][number]; t: Texts }) {
  const tone = refundAsked ? 'waiting' : tones[state]
  const word = refundAsked ? t('statements.payments.asked') : t(`payments.states.${state}`)
  return <>{tone ? <StateMark tone={tone}>{word}</StateMark> : word}{cancelledAt && ` ${formatDateTime(cancelledAt)}`}</>
}
