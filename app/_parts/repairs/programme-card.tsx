import type { OutputOf } from '#app/_client/trpc.ts'
import { Card, Figure } from '#app/_ui/card.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { Facts, List, Row } from '#app/_ui/list.tsx'
import { Money } from '#app/_ui/money.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatDay, formatMoney, formatNumber, type Locale } from '#server/kernel/format.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { AccountLines } from './account-lines.tsx'
import { BackNotice } from './back-notice.tsx'
import { EstimateSheet } from './estimate-sheet.tsx'
import { ratio } from './ratio.ts'
import { TitleText } from './title-text.tsx'
import { VersionsSheet } from './versions-sheet.tsx'
import { WorksCard } from './works-card.tsx'

type Programme = OutputOf<'repairs.fund'>['programmes'][number]
type Share = Programme['shares'][number]
type Props = { programme: Programme; accounts: OutputOf<'repairs.fund'>['accounts']; currency: Currency; locale: Locale; today: LocalDate; main: string | undefined }

/** The instalment that a flat pays next; none when all are paid. */
export function nextInstalment(share: Share): Share['instalments'][number] | undefined {
  return share.instalments.find(each => each.state === 'OPEN' && each.covered < each.amount)
}

/** One repair programme: own share first, then the house as sums and per cent, never another flat. */
export function ProgrammeCard({ programme, accounts, currency, locale, today, main }: Props) {
  const t = texts(locale)
  const money = (amount: bigint) => formatMoney(amount, currency, locale)
  const gathered = t('repairs.fund.gathered', { gathered: money(programme.gathered), all: money(programme.ownersTotal) })
  return (
    <section className="flex flex-col gap-3">
      {programme.shares.map(share => <ShareCard key={share.premisesId} share={share} programme={programme} accounts={accounts} locale={locale} currency={currency} today={today} main={main} t={t} />)}
      <Card title={<TitleText title={programme.title} locale={locale} />} note={t(`repairs.states.${programme.state}`)}>
        {/* Who owes nothing any more has not paid up: a cancelled programme gathers nothing. */}
        {programme.state !== 'CANCELLED' && (
          <>
            <Progress label={t('repairs.fund.gatheredAll')} share={ratio(programme.gathered, programme.ownersTotal)} text={gathered} />
            <p className="text-small text-note">{t('repairs.fund.paidUp', { percent: formatNumber(programme.paidUpPercent) })}</p>
          </>
        )}
        {programme.estimate && <EstimateSheet estimate={programme.estimate} currency={currency} locale={locale} />}
      </Card>
      {(programme.works.stages.length > 0 || programme.works.closing || programme.works.refusals.length > 0) && (
        <WorksCard title={programme.title} state={programme.state} contract={programme.contract} works={programme.works} buildingId={programme.buildingId} currency={currency} locale={locale}
          cap={programme.estimate?.ownersTotal ? { total: programme.estimate.total, owners: programme.estimate.ownersTotal } : null} />
      )}
    </section>
  )
}

type ShareProps = Props & { share: Share; t: Texts }

function ShareCard({ share, programme, accounts, currency, locale, today, main, t }: ShareProps) {
  const money = (amount: bigint) => <Money amount={amount} currency={currency} locale={locale} />
  const next = nextInstalment(share)
  const paid = t('repairs.fund.paidOf', { paid: formatMoney(share.paid, currency, locale), all: formatMoney(share.obligation, currency, locale) })
  const unit = t(`identity.unit.${share.unitKind}`, { number: share.unitNumber })
  return (
    <Card title={t('repairs.fund.mine', { unit })} note={<TitleText title={programme.title} locale={locale} />} actions={next && (
      <LinkButton kind={next.number === main ? 'main' : 'plain'} wide href={`/${locale}/pay/${next.number}`}>{t('repairs.fund.payInstalment', { sum: formatMoney(next.amount, currency, locale), date: formatDay(next.dueOn, today, locale) })}</LinkButton>
    )}>
      {programme.kind === 'TARGETED' && <p className="text-small text-note">{t('repairs.contributions.targeted')}</p>}
      <BackNotice share={share} currency={currency} locale={locale} />
      <Figure label={t('repairs.fund.share')} value={<Money amount={share.obligation} currency={currency} locale={locale} size="sum" />} />
      {programme.state !== 'CANCELLED' && <Progress label={t('repairs.fund.paid')} share={ratio(share.paid, share.obligation)} text={paid} />}
      {programme.state !== 'CANCELLED' && (
        <Sheet summary={t('repairs.fund.how')}>
          <Facts facts={[
            { term: t('repairs.fund.ownersPart', { percent: formatNumber(programme.ownersPercent) }), value: money(programme.ownersTotal) },
            { term: t('repairs.fund.area'), value: t('meetings.weight.area', { amount: formatNumber(share.areaM2) }) },
            { term: t('repairs.fund.houseArea'), value: t('meetings.weight.area', { amount: formatNumber(share.houseAreaM2) }) },
            { term: t('repairs.fund.share'), value: <strong>{money(share.obligation)}</strong> },
          ]} />
          <p className="text-small text-note">{t('repairs.fund.formula')}</p>
        </Sheet>
      )}
      {share.versions.length > 1 && <VersionsSheet versions={share.versions} currency={currency} locale={locale} />}
      {share.instalments.length > 0 && <List label={t('repairs.fund.instalments')}>
        {share.instalments.map(each => (
          <Row key={`${each.n} ${each.number}`} {...(each.state === 'OPEN' ? { href: `/${locale}/pay/${each.number}` } : {})} title={t('repairs.fund.instalment', { n: each.n, date: formatDate(each.dueOn) })}
            note={each.state === 'PAID' || each.covered >= each.amount ? t('repairs.fund.paid') : undefined} value={money(each.amount)} />
        ))}
      </List>}
      {share.instalments.length > 0 && <AccountLines accounts={accounts.filter(each => each.fund === 'CURRENT')} locale={locale} />}
    </Card>
  )
}
