import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { orElsewhere } from '#app/_parts/meetings/guard.ts'
import { unitName, unitNames } from '#app/_parts/meetings/seats.ts'
import { weightText, type Scale } from '#app/_parts/meetings/weights.ts'
import { Card, Figure } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { formatDateTime, isLocale, type Locale } from '#server/kernel/format.ts'
import { shortTag, type ReceiptToCheck } from '#server/meetings/ballots/rules.ts'
import { inLanguage } from '#server/meetings/rules.ts'
import { CheckReceipt } from './check-receipt.tsx'

type Props = { params: Promise<{ locale: string; meetingId: string }> }
type View = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['meetings']['receipts']>>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('meetings.receipt.title') } : {}
}

/** What was recorded, under which tag, and the proof that it lies in the house's log. */
export default async function ReceiptPage({ params }: Props) {
  const { locale, meetingId } = await params
  if (!isLocale(locale)) notFound()
  const view = await orElsewhere((await caller(locale)).meetings.receipts({ meetingId }), { locale, path: `/meetings/${meetingId}/receipt` })
  const t = texts(locale)
  const here = `/${locale}/meetings/${meetingId}`
  const words = { checking: t('meetings.receipt.checking'), checked: t('meetings.receipt.checked'), wrong: t('meetings.receipt.wrong'), print: t('meetings.receipt.print') }
  return (
    <>
      <PageTitle back={{ href: here, word: t('meetings.receipt.toMeeting') }} note={`${inLanguage(view.meeting.title, locale)}, ${view.house}`}>
        {view.receipts.length > 0 ? t('meetings.receipt.title') : t('meetings.page.receipt')}
      </PageTitle>
      <div className="flex flex-col gap-4">
        {view.receipts.length === 0 && <EmptyState icon="vote" title={t('meetings.receipt.none')} actions={<LinkButton href={here}>{t('meetings.receipt.toMeeting')}</LinkButton>} />}
        {view.receipts.map(receipt => <Receipt key={receipt.ballotId} locale={locale} view={view} receipt={receipt} />)}
        {view.receipts.length > 0 && <CheckReceipt receipts={toCheck(view)} words={words} />}
      </div>
    </>
  )
}

function Receipt({ locale, view, receipt }: { locale: Locale; view: View; receipt: View['receipts'][number] }) {
  const t = texts(locale)
  const scale: Scale = { t, locale, kind: view.meeting.weight, denominator: view.meeting.weightDenominator ?? 1n }
  const total = receipt.seats.reduce((sum, seat) => sum + seat.weight, 0n)
  return (
    <Card title={t('meetings.confirm.voting', { units: unitNames(t, receipt.seats), house: view.house })} note={t('meetings.receipt.at', { moment: formatDateTime(receipt.castAt) })}>
      <ol aria-label={t('meetings.receipt.answers')} className="flex flex-col divide-y divide-line">
        {view.agenda.map((item, index) => (
          <li key={item.itemId} className="flex max-w-none flex-wrap justify-between gap-x-4 py-2">
            <span className="min-w-0">{item.position}. {inLanguage(item.question, locale)}</span>
            <strong className="ms-auto">{t(`meetings.confirm.${receipt.choices[index] ?? 'ABSTAIN'}`)}</strong>
          </li>
        ))}
      </ol>
      <p className="figures">{t('meetings.confirm.weight', { weight: weightText(scale, total) })}</p>
      {receipt.seats.map(seat => (
        <Figure
          key={`${seat.premisesId}.${seat.seat}`}
          label={receipt.seats.length > 1 ? `${t('meetings.receipt.tag')}, ${unitName(t, seat)}` : t('meetings.receipt.tag')}
          value={<span className="figures tracking-wider">{shortTag(seat.tag)}</span>}
        />
      ))}
      <p className="text-small text-note">{t('meetings.receipt.tagNote')}</p>
      <Sheet summary={t('meetings.receipt.details')} flat>
        {receipt.seats.map(seat => (
          <div key={seat.tag} className="text-small">
            <p>{t('meetings.receipt.leaf', { index: seat.leafIndex + 1, size: seat.proof.size })}</p>
            <p>{t('meetings.receipt.tag')}: {seat.tag}</p>
            <p>{t('meetings.receipt.root')}: {seat.proof.root}</p>
          </div>
        ))}
        <p className="text-small">{t('meetings.receipt.digest')}: {receipt.digest}</p>
      </Sheet>
    </Card>
  )
}

function toCheck(view: View): ReceiptToCheck[] {
  return view.receipts.flatMap(receipt => receipt.seats.map(seat => ({
    meetingId: view.meeting.meetingId, kind: seat.kind, unit: seat.unit, seat: seat.seat, secret: seat.secret, tag: seat.tag, weight: seat.weight.toString(), leaf: seat.leaf,
    index: seat.leafIndex, size: seat.proof.size, path: seat.proof.path, root: seat.proof.root,
    answers: view.agenda.map((item, index) => [item.itemId, receipt.choices[index] ?? 'ABSTAIN'] as const),
  })))
}
