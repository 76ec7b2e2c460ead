import type { OutputOf } from '#app/_client/trpc.ts'
import { List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

type Act = OutputOf<'repairs.fund'>['programmes'][number]['works']['stages'][number]['acts'][number]
export type PapersPlace = { buildingId: string; currency: Currency; locale: Locale }
type Props = PapersPlace & { acts: readonly Act[] }

/** What was paid for, paper by paper: the row leads to the scan itself. */
export function ActList({ acts, buildingId, currency, locale }: Props) {
  const t = texts(locale)
  if (acts.length === 0) return <p className="text-small text-note">{t('repairs.works.noPapers')}</p>
  const noteOf = (act: Act) => [act.contractor, act.what, ...(act.ownersAmount === act.amount ? [] : [t('repairs.works.fromFund', { sum: formatMoney(act.ownersAmount, currency, locale) })]),
    ...(act.withdrawn === null ? [] : [t('repairs.works.withdrawn', { ground: act.withdrawn })])].join(' · ')
  return (
    <List label={t('repairs.works.papers')}>
      {acts.flatMap(act => [
        <Row key={act.actId} {...(act.files[0] ? { href: `/api/files/${buildingId}/${act.files[0].fileId}` } : {})} title={t(`repairs.works.${act.kind}`, { number: act.number, date: formatDate(act.datedOn) })}
          note={noteOf(act)} value={act.withdrawn === null ? <Money amount={act.amount} currency={currency} locale={locale} /> : <s><Money amount={act.amount} currency={currency} locale={locale} /></s>} />,
        ...act.files.slice(1).map((file, index) => <Row key={file.fileId} href={`/api/files/${buildingId}/${file.fileId}`} title={t('repairs.works.scan', { n: index + 2 })} />),
      ])}
    </List>
  )
}
