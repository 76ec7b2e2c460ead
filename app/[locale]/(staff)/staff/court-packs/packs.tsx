import type { OutputOf } from '#app/_client/trpc.ts'
import { StateMark } from '#app/_ui/notice.tsx'
import { Table } from '#app/_ui/table.tsx'
import { spanOf } from '#server/billing/court/rules.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, type Locale } from '#server/kernel/format.ts'
import { formatAccountNumber } from '#server/kernel/ids.ts'
import { localDateOf } from '#server/kernel/period.ts'

/** Packs made, each with its papers one tap away. */
export function Packs({ packs, locale }: { packs: OutputOf<'billing.court'>['packs']; locale: Locale }) {
  const t = texts(locale)
  return (
    <Table caption={t('court.packs')} empty={t('court.noPacks')}
      columns={[{ key: 'at', title: t('court.preparedAt') }, { key: 'number', title: t('court.number'), whole: true }, { key: 'home', title: t('court.home') }, { key: 'period', title: t('court.period') },
        { key: 'sum', title: t('court.sum'), align: 'end' }, { key: 'papers', title: t('court.papers') }]}
      rows={packs.map(pack => ({
        id: pack.packId,
        cells: [formatDate(localDateOf(pack.preparedAt)), formatAccountNumber(pack.number), `${pack.house}, ${t(`identity.unit.${pack.unitKind}`, { number: pack.unitNumber })}`,
          spanOf(pack.periodFrom, pack.periodTo, { t, locale }), formatMoney(pack.principal + pack.penalty, pack.currency, locale),
          <Files key="papers" pack={pack} t={t} />],
      }))} />
  )
}

/** A pack whose account had a bill corrected since is prepared again, not given. */
function Files({ pack, t }: { pack: OutputOf<'billing.court'>['packs'][number]; t: Texts }) {
  if (pack.outdatedAt !== null) return <StateMark tone="care">{t('court.outdated', { date: formatDate(localDateOf(pack.outdatedAt)) })}</StateMark>
  return <ol className="flex flex-col">{pack.files.map(file => <li key={file.fileId}><a className="inline-flex min-h-6 items-center" href={`/api/files/${pack.buildingId}/${file.fileId}`}>{t(`court.kinds.${file.kind}`)}</a></li>)}</ol>
}
