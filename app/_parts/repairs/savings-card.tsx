import type { OutputOf } from '#app/_client/trpc.ts'
import { Card, Figure } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts } from '#server/infra/texts.ts'
import { formatDate, formatMoney, formatNumber, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import { AccountLines } from './account-lines.tsx'
import { ratio } from './ratio.ts'

type Savings = NonNullable<OutputOf<'repairs.fund'>['savings']>
type Props = { savings: Savings; accounts: OutputOf<'repairs.fund'>['accounts']; currency: Currency; locale: Locale; main: string | undefined }

/** The Kazakh savings contribution: so much per m² a month by the index of law or by the meeting, and what lies in the house's own savings account. */
export function SavingsCard({ savings, accounts, currency, locale, main }: Props) {
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(amount, currency, locale)
  return (
    <section className="flex flex-col gap-3">
      {savings.shares.map(share => {
        const unit = t(`identity.unit.${share.unitKind}`, { number: share.unitNumber })
        const paid = t('repairs.fund.paidOf', { paid: money(share.paid), all: money(share.charged) })
        return (
          <Card key={share.premisesId} title={t('repairs.fund.savingsMine', { unit })}
            actions={<LinkButton kind={share.accountNumber === main ? 'main' : 'plain'} wide href={`/${locale}/pay/${share.accountNumber}`}>{t('repairs.fund.paySavings')}</LinkButton>}>
            <Figure label={t('repairs.fund.monthly')} value={<Money amount={share.monthly} currency={currency} locale={locale} size="sum" />} />
            <Progress label={t('repairs.fund.paid')} share={ratio(share.paid, share.charged)} text={paid} />
            <Sheet summary={t('repairs.fund.how')}>
              <Facts facts={[
                ...(share.multiple === null ? [] : [
                  { term: t('repairs.fund.index', { date: formatDate(savings.index.validFrom) }), value: `${formatNumber(savings.index.value)} ₸` },
                  { term: t('repairs.fund.multiple'), value: formatNumber(share.multiple) },
                ]),
                { term: t('repairs.fund.perM2'), value: `${formatNumber(share.perM2)} ₸` },
                { term: t('repairs.fund.area'), value: t('meetings.weight.area', { amount: formatNumber(share.areaM2) }) },
                { term: t('repairs.fund.monthly'), value: <strong>{money(share.monthly)}</strong> },
              ]} />
            </Sheet>
            <AccountLines accounts={accounts.filter(each => each.fund === 'SAVINGS')} locale={locale} />
          </Card>
        )
      })}
      <Card title={t('repairs.fund.savingsHouse')}>
        <Figure label={t('repairs.fund.inFund')} value={<Money amount={savings.gathered - savings.spent} currency={currency} locale={locale} size="title" />} />
        <Facts facts={[{ term: t('repairs.fund.gatheredAll'), value: money(savings.gathered) }, { term: t('repairs.fund.spent'), value: money(savings.spent) }]} />
        <p className="text-small text-note">{t('repairs.fund.paidUp', { percent: formatNumber(savings.paidUpPercent) })}</p>
      </Card>
    </section>
  )
}
