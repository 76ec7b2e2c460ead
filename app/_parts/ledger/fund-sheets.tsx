import type { ReactNode } from 'react'
import { FactLines } from '#app/_parts/ledger/fact-lines.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { wholeOf } from './whole.ts'

export type FundFigures = { fund: string; charged: bigint; gathered: bigint; spent: bigint; held: bigint; underWay: bigint }
type Props = { funds: readonly FundFigures[]; currency: Currency; locale: Locale; /** What all accounts still owe, for the council. */ owed?: ReadonlyMap<string, bigint>; titles?: ReadonlyMap<string, ReactNode>; /** What was paid for, paper by paper. */ papers?: ReadonlyMap<string, ReactNode> }

/** A fund is what it holds; it opens to how that came about. */
export function FundSheets({ funds, currency, locale, owed, titles, papers }: Props) {
  const t = texts(locale)
  const money = (amount: bigint) => <Money amount={amount} currency={currency} locale={locale} />
  return (
    <div className="flex flex-col gap-2">
      {funds.map(({ fund, charged, gathered, spent, held, underWay }) => (
        <Sheet
          key={fund}
          summary={
            <span className="flex flex-col">
              {titles?.get(fund) ?? t(`house.funds.${fund.split(':')[0] ?? fund}`)}
              <span className="font-semibold">{money(wholeOf(held))}</span>
            </span>
          }
        >
          <FactLines
            facts={[
              { term: t('house.money.charged'), value: money(charged) },
              { term: t('house.money.gathered'), value: money(gathered) },
              ...(owed ? [{ term: t('house.money.owed'), value: money(owed.get(fund) ?? 0n) }] : []),
              { term: t('house.money.spent'), value: money(spent) },
              ...(held === gathered - spent ? [] : [{ term: t('house.money.opened'), value: money(held - gathered + spent) }]),
              { term: t('house.money.held'), value: money(held) },
              ...(underWay === 0n ? [] : [{ term: t('house.money.underWay'), value: money(underWay) }]),
            ]}
          />
          {papers?.get(fund)}
        </Sheet>
      ))}
    </div>
  )
}
