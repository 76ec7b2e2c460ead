import { LinkButton } from '#app/_ui/link-button.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDate, type Locale } from '#server/kernel/format.ts'

type Props = { buildingId: string; seal: { day: string; hash: string; links: bigint }; locale: Locale }

/** The latest sealed day of the house, with the way to keep all of them at home. */
export function SealCard({ buildingId, seal, locale }: Props) {
  const t = texts(locale)
  return (
    <Sheet flat summary={t('ledger.seal.title', { date: formatDate(seal.day), hash: seal.hash.slice(0, 8) })}>
      <p className="text-small text-note">{t('ledger.seal.note')}</p>
      <p className="text-small">{t('ledger.seal.entries', { count: Number(seal.links) })}</p>
      <p className="figures text-small break-all">{seal.hash}</p>
      <LinkButton icon="download" href={`/api/ledger/${buildingId}/heads`} download>{t('ledger.seal.download')}</LinkButton>
    </Sheet>
  )
}
