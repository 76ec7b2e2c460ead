import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'

type Account = { fund: 'CURRENT' | 'SAVINGS'; number: string; bank: string }
type Props = { accounts: readonly Account[]; locale: Locale }

/** Into which of the house's bank accounts the money goes, where one pays. */
export function AccountLines({ accounts, locale }: Props) {
  if (accounts.length === 0) return null
  const t = texts(locale)
  return (
    <dl className="flex flex-col gap-2 text-small">
      {accounts.map(({ fund, number, bank }) => (
        <div key={fund}>
          <dt className="text-note">{t(`repairs.contributions.${fund}`)}</dt>
          <dd className="figures break-words">{number.replaceAll(/(.{4})(?=.)/g, '$1 ')}, {bank}</dd>
        </div>
      ))}
    </dl>
  )
}
