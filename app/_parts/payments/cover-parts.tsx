import type { WordsRecord } from '#app/_client/words.ts'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import type { Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { fundName, type FundAmount } from '#server/payments/split/rules.ts'

type Props = { parts: readonly FundAmount[]; /** Names of funds. */ words: WordsRecord; currency: Currency; locale: Locale }

/** What a payment covers, fund by fund; also in the browser. */
export function CoverParts({ parts, words, currency, locale }: Props) {
  return <Facts facts={parts.map(part => ({ term: String(words[fundName(part.fund)]), value: <Money amount={part.amount} currency={currency} locale={locale} /> }))} />
}
