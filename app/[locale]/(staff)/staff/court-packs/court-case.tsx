import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { Facts, List, Row } from '#app/_ui/list.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { spanOf } from '#server/billing/court/rules.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { PaperForm } from './paper-form.tsx'
import { PrepareForm } from './prepare-form.tsx'

type Found = OutputOf<'billing.courtCase'>
type Props = { found: Found; today: string; locale: Locale }

/** One account: what is late, what stands in the way, the four papers, and the act. */
export function CourtCase({ found, today, locale }: Props) {
  const t = texts(locale)
  const { place, debt, obstacles } = found
  const money = (amount: bigint) => formatMoney(amount, place.currency, locale)
  const obstacle = found.obstacle === null ? null : t(`errors.court.${found.obstacle}`, { numbers: obstacles.disputed.map(number => `№ ${number}`).join(', '), sum: money(obstacles.inFlight) })
  const missing = found.missing.length === 0 || found.obstacle === 'nothingOverdue' ? null : t('errors.court.papersMissing', { names: found.missing.map(kind => t(`court.kinds.${kind}`)).join('; ') })
  const lacks: readonly string[] = [obstacle, missing].filter(each => each !== null)
  return (
    <Card title={`${place.house}, ${t(`identity.unit.${place.unitKind}`, { number: place.unitNumber })}`} note={formatAccountNumber(place.number)}>
      <Facts facts={[
        { term: t('court.overdue'), value: <strong>{money(debt.overdue)}</strong> }, { term: t('court.principal'), value: money(debt.principal) }, { term: t('court.penalty'), value: money(debt.penalty) },
        ...(debt.overdue > 0n ? [{ term: t('court.period'), value: spanOf(debt.from, debt.to, { t, locale }) }] : []),
        ...(obstacles.disputedSum > 0n ? [{ term: t('court.disputed'), value: money(obstacles.disputedSum) }] : []),
      ]} />
      {obstacle !== null && <Notice tone="care">{obstacle}</Notice>}
      <Papers found={found} today={today} locale={locale} t={t} />
      {lacks.length > 0 && <div id="lacks">{lacks.map(each => <p key={each} className="text-note">{each}</p>)}</div>}
      <PrepareForm number={place.number} act={t('court.prepare.act', { sum: money(debt.overdue) })} lacks={lacks.length > 0 ? 'lacks' : null} words={section(locale, 'court.prepare')} />
    </Card>
  )
}

function Papers({ found, today, locale, t }: Props & { t: Texts }) {
  const { place, debt, papers, missing } = found
  const words = { ...section(locale, 'court.file'), tooLarge: section(locale, 'errors.documents')['fileTooLarge'] ?? '' }
  const kinds = ['METHOD_DECISION', ...(place.byContract ? ['MANAGEMENT_CONTRACT' as const] : []), 'CLAIM_DELIVERY'] as const
  const row = (kind: (typeof kinds)[number]) => {
    const paper = papers[kind]
    return paper ? <Row key={kind} title={t(`court.kinds.${kind}`)} note={t('court.there', { title: paper.title, date: formatDate(paper.datedOn) })} href={`/api/files/${place.buildingId}/${paper.fileId}`} />
      : <Row key={kind} title={t(`court.kinds.${kind}`)} note={kind === 'CLAIM_DELIVERY' && debt.lateSince !== null && t('court.claimAfter', { date: formatDate(debt.lateSince) })} value={<StateMark tone={missing.includes(kind) ? 'care' : 'info'}>{t('court.missing')}</StateMark>} />
  }
  return (
    <>
      <List label={t('court.papers')} ordered>
        {row('METHOD_DECISION')}
        {place.byContract ? row('MANAGEMENT_CONTRACT') : <Row title={t('court.kinds.MANAGEMENT_CONTRACT')} note={t('court.notNeeded')} />}
        <Row title={t('court.kinds.CALCULATION')} note={t('court.made')} />
        {row('CLAIM_DELIVERY')}
      </List>
      {kinds.map(kind => <PaperForm key={kind} number={place.number} kind={kind} open={t('court.file.open', { kind: t(`court.kinds.${kind}`) })} today={today} words={words} />)}
    </>
  )
}
