import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { OutputOf } from '#app/_client/trpc.ts'
import { CurrentCard } from '#app/_parts/repairs/current-card.tsx'
import { nextInstalment, ProgrammeCard } from '#app/_parts/repairs/programme-card.tsx'
import { SavingsCard } from '#app/_parts/repairs/savings-card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { SwitchMenu } from '#app/_ui/switch-menu.tsx'
import { caller } from '#server/api/caller.ts'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('repairs.fund.title') } : {}
}

/** The repair fund: my share and how it came about, what the house has gathered, the estimate, the instalments. */
export default async function FundPage({ params, searchParams }: Props) {
  const [{ locale }, { house }] = await Promise.all([params, searchParams])
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/fund`)
  const t = texts(locale)
  const houses = await api.repairs.houses()
  const chosen = houses.find(each => each.buildingId === house) ?? houses[0]
  const fund = chosen ? await api.repairs.fund({ buildingId: chosen.buildingId }) : null
  const main = firstDue(fund)
  return (
    <div className="flex flex-col gap-5">
      <PageTitle back={{ href: `/${locale}/payments`, word: t('repairs.fund.back') }} note={fund?.houseName}>{t('repairs.fund.title')}</PageTitle>
      {houses.length > 1 && chosen && (
        <SwitchMenu label={t('repairs.fund.house')} current={chosen.houseName} choices={houses.map(each => ({ href: `/${locale}/fund?house=${each.buildingId}`, title: each.houseName, current: each === chosen }))} />
      )}
      {!fund || fund.programmes.length === 0 && !fund.savings ? <EmptyState icon="wallet" title={t('repairs.fund.none')}>{t('repairs.fund.noneNote')}</EmptyState> : null}
      {fund?.programmes.map(programme => <ProgrammeCard key={programme.programmeId} programme={programme} accounts={fund.accounts} currency={fund.currency} locale={locale} today={me.today} main={main} />)}
      {fund && <CurrentCard fund={fund} locale={locale} />}
      {fund?.savings && <SavingsCard savings={fund.savings} accounts={fund.accounts} currency={fund.currency} locale={locale} main={main} />}
    </div>
  )
}

/** One main button on the screen: the number of what is due first, an instalment or else an account. */
function firstDue(fund: OutputOf<'repairs.fund'> | null): string | undefined {
  const instalment = fund?.programmes.flatMap(each => each.shares).map(nextInstalment).find(each => each !== undefined)
  return instalment?.number ?? fund?.savings?.shares.find(each => each.charged > each.paid)?.accountNumber
}
