import type { OutputOf } from '#app/_client/trpc.ts'
import { Card, Figure } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, formatNumber, type Locale } from '#server/kernel/format.ts'
import { AccountLines } from './account-lines.tsx'

type Fund = OutputOf<'repairs.fund'>
type Props = { fund: Fund; locale: Locale }

/** The Kazakh current contribution: so much per m² a month by the owners' meeting, into the house's current account. */
export function CurrentCard({ fund: { current, accounts, currency }, locale }: Props) {
  const t = texts(locale)
  return current.map(share => (
    <Card key={share.premisesId} title={t('repairs.contributions.current', { unit: t(`identity.unit.${share.unitKind}`, { number: share.unitNumber }) })}
      actions={<LinkButton wide href={`/${locale}/pay/${share.accountNumber}`}>{t('repairs.contributions.pay')}</LinkButton>}>
      <Figure label={t('repairs.fund.monthly')} value={<Money amount={share.monthly} currency={currency} locale={locale} size="sum" />} />
      <Sheet summary={t('repairs.fund.how')}>
        <Facts facts={[
          { term: t('repairs.fund.perM2'), value: `${formatNumber(share.perM2)} ₸` },
          { term: t('repairs.fund.area'), value: t('meetings.weight.area', { amount: formatNumber(share.areaM2) }) },
          { term: t('repairs.fund.monthly'), value: <strong>{formatMoney(share.monthly, currency, locale)}</strong> },
          { term: t('repairs.contributions.owed'), value: formatMoney(share.owed > 0n ? share.owed : 0n, currency, locale) },
        ]} />
        <p className="text-small text-note">{t('repairs.contributions.basis')}: {share.basis}</p>
      </Sheet>
      <AccountLines accounts={accounts.filter(each => each.fund === 'CURRENT')} locale={locale} />
    </Card>
  ))
}
