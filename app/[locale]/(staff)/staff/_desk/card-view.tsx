import type { ReactNode, Ref } from 'react'
import { accountGroups, type DeskWords } from './desk-words.ts'
import { placeOf } from './search-pane.tsx'
import { fill } from '#app/_client/words.ts'
import { MomentText } from '#app/_ui/date-text.tsx'
import { Facts } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Table } from '#app/_ui/table.tsx'
import type { DeskCard } from '#server/desk/schema.ts'
import { formatDate, formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'

type Props = { card: DeskCard; locale: Locale; words: DeskWords; titleRef: Ref<HTMLHeadingElement>; actions: ReactNode }

/** The caller's home on one screen: what is owed, what the meters last showed, what was asked before. */
export function CardView({ card, locale, words, titleRef, actions }: Props) {
  const w = words.card
  return (
    <div className="flex flex-col gap-3">
      <h2 ref={titleRef} tabIndex={-1} className="text-title font-semibold outline-none">{placeOf(card, words)}</h2>
      <div className="flex flex-wrap gap-2">{actions}</div>
      <Facts facts={[
        { term: w.area, value: fill(w.areaValue, { area: formatNumber(card.areaM2) }) },
        { term: w.persons, value: card.persons ?? '—' },
        ...card.owners.map((owner) => ({ term: owner.share === '1/1' ? w.owners : `${w.owners}, ${owner.share}`, value: `${owner.name}${owner.phone ? ` · ${owner.phone}` : ''}` })),
      ]} />
      {card.accounts.map((account) => <AccountCard key={account.accountId} {...{ account, card, locale, words }} />)}
      <Table caption={w.meters} columns={[{ key: 'service', title: words.reading.meter }, { key: 'last', title: w.last, align: 'end' }, { key: 'verified', title: w.verified, align: 'end' }]}
        rows={card.meters.map((meter) => ({ id: meter.meterId, href: `/${locale}/staff/registry/${card.buildingId}/meters/${meter.meterId}`, cells: [
          `${words.services[meter.service] ?? meter.service} №\u00A0${meter.serial}`,
          meter.lastOn === null ? w.noReading : `${meter.lastValues.map((value) => formatNumber(value)).join(' / ')} · ${formatDate(meter.lastOn)}`,
          meter.verifiedUntil === null ? '—' : formatDate(meter.verifiedUntil)] }))} empty={words.reading.noMeters} />
      <Table caption={w.requests} columns={[{ key: 'number', title: w.number, align: 'end' }, { key: 'category', title: w.category }, { key: 'state', title: w.state }, { key: 'due', title: w.dueOn, align: 'end' }]}
        rows={card.requests.map((request) => ({ id: request.requestId, cells: [request.number, String(words.categories[request.category] ?? request.category),
          String(words.states[request.state] ?? request.state), formatDate(request.dueOn)] }))} empty={w.noRequests} />
    </div>
  )
}

type AccountProps = { account: DeskCard['accounts'][number]; card: DeskCard; locale: Locale; words: DeskWords }

function AccountCard({ account, card, locale, words }: AccountProps) {
  const w = words.card
  const { lastBill: bill, lastPayment: payment, owed } = account
  const money = (amount: bigint, size: 'title' | 'small' = 'small') => <Money amount={amount < 0n ? -amount : amount} currency={card.currency} locale={locale} size={size} />
  return (
    <section className="flex flex-col gap-2 rounded-card border border-line bg-surface p-3">
      <h3 className="figures font-semibold">{w.account} {accountGroups(account.number)}</h3>
      <Facts facts={[
        { term: owed > 0n ? w.owed : owed < 0n ? w.overpaid : w.settled, value: money(owed, 'title') },
        ...(account.underWay > 0n ? [{ term: w.underWay, value: money(account.underWay) }] : []),
        ...(account.disputed > 0n ? [{ term: w.disputed, value: money(account.disputed) }] : []),
        ...account.funds.filter(({ amount }) => amount !== 0n).map(({ fund, amount }) => ({ term: words.funds[fund.split(':')[0] ?? fund] ?? fund, value: <Money amount={amount} currency={card.currency} locale={locale} size="small" /> })),
        { term: w.lastBill, value: bill ? <>{formatPeriod(bill.period, locale)} · {money(bill.total)} · {w.dueOn} {formatDate(bill.dueOn)}</> : w.noBill },
        ...(payment ? [{ term: w.lastPayment, value: <>{money(payment.amount)} · <MomentText at={payment.acceptedAt} /> · {payment.posted ? w.posted : w.accepted}</> }] : []),
      ]} />
    </section>
  )
}
