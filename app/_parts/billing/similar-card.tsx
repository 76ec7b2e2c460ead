import type { OutputOf } from '#app/_client/trpc.ts'
import { Card } from '#app/_ui/card.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { pricedLines } from '#server/billing/changes/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, type Locale } from '#server/kernel/format.ts'

type Props = { page: Pick<OutputOf<'billing.bill'>, 'bill' | 'similar'>; locale: Locale }

/** One's own charges beside those of similar flats of the house; nothing where there are too few of them. */
export function SimilarCard({ page: { bill, similar }, locale }: Props) {
  if (similar === null) return null
  const t = texts(locale)
  const own = new Map<string, bigint>()
  for (const { item, line } of pricedLines(bill)) if (item.service !== 'PENALTY') own.set(item.service, (own.get(item.service) ?? 0n) + BigInt(line.net) + BigInt(line.vat))
  const mine = [...own.values()].reduce((sum, amount) => sum + amount, 0n)
  const money = (amount: bigint) => formatMoney(amount, bill.currency, locale)
  const services = similar.services.filter(each => own.has(each.service))
  return (
    <Card title={t('billing.similar.title')} note={t('billing.similar.note', { count: similar.others })}>
      <p>{t('billing.similar.sentence', { usual: money(similar.total), mine: money(mine) })}</p>
      <Pair mine={mine} usual={similar.total} />
      {services.length > 0 && (
        <Sheet flat summary={t('billing.similar.services')}>
          {services.map(each => (
            <div key={each.service} className="flex flex-col gap-1">
              <p className="text-small">{t(`billing.services.${each.service}`)}: {t('billing.similar.pair', { usual: money(each.amount), mine: money(own.get(each.service) ?? 0n) })}</p>
              <Pair mine={own.get(each.service) ?? 0n} usual={each.amount} />
            </div>
          ))}
        </Sheet>
      )}
    </Card>
  )
}

/** One's own above, the usual below; the words beside say the same. */
function Pair({ mine, usual }: { mine: bigint; usual: bigint }) {
  const top = Math.max(1, Number(mine), Number(usual))
  const wide = (amount: bigint) => Math.max(1, (Math.max(0, Number(amount)) / top) * 200)
  return (
    <svg aria-hidden="true" viewBox="0 0 200 14" preserveAspectRatio="none" className="block h-4 w-full">
      <rect width={wide(mine)} height="6" rx="2" className="fill-act" />
      <rect y="8" width={wide(usual)} height="6" rx="2" className="fill-act/40" />
    </svg>
  )
}
