import { List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import type { PricedLine } from '#server/billing/changes/rules.ts'
import { explainLine, serviceName, vatPercent, type Voice } from '#server/billing/explanation/rules.ts'
import { vatRows } from '#server/billing/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { formatMoney, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'

type Props = { lines: readonly PricedLine[]; currency: Currency; locale: Locale; /** Where a line opens its formula. */ href: (key: string) => string; /** Numbers of open requests by the key of the line they dispute. */ disputed?: ReadonlyMap<string, number> | undefined }

/** Lines of a bill: utilities with their VAT row, then what goes to the house. */
export function LineList({ lines, currency, locale, href, disputed }: Props) {
  const t = texts(locale)
  const utilities = lines.filter(each => each.item.fund === 'UTILITIES')
  const house = lines.filter(each => each.item.fund !== 'UTILITIES')
  return (
    <>
      {utilities.length > 0 && (
        <section className="flex flex-col gap-2">
          <h2 className="font-semibold">{t('billing.bill.utilities')}</h2>
          <List label={t('billing.bill.utilities')}>
            {utilities.map(each => <LineRow key={each.line.key} priced={each} currency={currency} locale={locale} href={href} disputed={disputed} />)}
            {vatRows(utilities).map(row => (
              <Row key={row.vatBp} title={t('billing.bill.vat', { rate: vatPercent(row.vatBp) })} note={t('billing.bill.vatNote', { sum: formatMoney(row.net, currency, locale) })}
                value={<Money amount={row.vat} currency={currency} locale={locale} />} />
            ))}
          </List>
        </section>
      )}
      {house.length > 0 && (
        <section className="flex flex-col gap-2">
          <h2 className="font-semibold">{t('billing.bill.house')}</h2>
          <List label={t('billing.bill.house')}>
            {house.map(each => <LineRow key={each.line.key} priced={each} currency={currency} locale={locale} href={href} disputed={disputed} />)}
          </List>
          <p className="text-small text-note">{t('billing.bill.houseNote')}</p>
        </section>
      )}
    </>
  )
}

function LineRow({ priced: { item, line }, currency, locale, href, disputed }: Omit<Props, 'lines'> & { priced: PricedLine }) {
  const voice: Voice = { say: texts(locale), locale, currency }
  const { summary } = explainLine(item, line, voice)
  let note = line.source === undefined ? summary : `${summary}, ${voice.say('billing.bill.estimated')}`
  const request = disputed?.get(line.key)
  if (request !== undefined) note += `. ${voice.say('inputs.disputed', { number: request })}`
  return <Row title={serviceName(item, voice.say)} note={note} href={href(line.key)} value={<Money amount={BigInt(line.net)} currency={currency} locale={locale} />} />
}
