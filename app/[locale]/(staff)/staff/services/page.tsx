import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { billOrNothing } from '#app/_parts/billing/read.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { SelectField } from '#app/_ui/field.tsx'
import { LinkButton } from '#app/_ui/link-button.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { PageTitle } from '#app/_ui/page-title.tsx'
import { Table } from '#app/_ui/table.tsx'
import { services } from '#server/billing/schema.ts'
import { chargeMethods, commonWays, premisesKinds } from '#server/billing/services/schema.ts'
import { methodsOf, sharesCommon } from '#server/billing/services/rules.ts'
import { caller } from '#server/api/caller.ts'
import { section, texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatPeriod, isLocale, type Locale } from '#server/kernel/format.ts'
import { isId } from '#server/kernel/ids.ts'
import { firstDay, nextPeriod, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { ServiceChange } from './service-change.tsx'
import { ServiceForm, type ServiceChoices, type ServiceFormWords } from './service-form.tsx'
import { lastDayOf, methodOf, moreOf, servicesHref, type ServicesDesk } from './service-words.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ building?: string; open?: string; new?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('services.list.title') } : {}
}

/** What a house is charged for and how: what holds, what follows, and changes that wait for the second person. */
export default async function ServicesPage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const api = await caller(locale)
  const me = await api.identity.me()
  if (me?.kind !== 'STAFF') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/services`)
  const asked = await searchParams
  const desk = await billOrNothing(() => api.billing.services({ ...(isId(asked.building ?? '') ? { buildingId: asked.building } : {}), ...(isId(asked.open ?? '') ? { changeId: asked.open } : {}) }))
  if (desk === 'stranger') redirect(`/${locale}/staff-sign-in?next=/${locale}/staff/services`)
  const t = texts(locale)
  if (desk === null) notFound()
  const { house } = desk
  if (house === null) return <PageTitle note={t('services.list.noHouse')}>{t('services.list.title')}</PageTitle>
  const closed = servicesHref(locale, house.buildingId)
  return (
    <div className="flex flex-col gap-4">
      <PageTitle back={{ href: `/${locale}/staff/registry/${house.buildingId}`, word: t('services.list.back') }} note={t('services.list.note')}>{`${t('services.list.title')}: ${house.name}`}</PageTitle>
      <HouseChoice desk={desk} building={house.buildingId} locale={locale} />
      <div><LinkButton kind="main" href={servicesHref(locale, house.buildingId, { new: '1' })} icon="plus" hotkey="n">{t('services.list.new')}</LinkButton></div>
      {asked.new !== undefined && (
        <Card title={t('services.form.title')} note={house.billed === null ? undefined : t('services.list.billed', { period: formatPeriod(house.billed, locale) })} actions={<LinkButton href={closed} hotkey="x">{t('services.form.close')}</LinkButton>}>
          <ServiceForm buildingId={house.buildingId} done={closed} from={firstDay(firstFree(house.billed, me.today))} words={section(locale, 'services.form') as ServiceFormWords} choices={choicesOf(t)} now={nowOf(desk)} />
        </Card>
      )}
      {desk.open && <ServiceChange opened={desk.open} buildingId={house.buildingId} closed={closed} locale={locale} />}
      <Waiting desk={desk} locale={locale} />
      <Rows title={t('services.list.rows')} empty={t('services.list.none')} rows={desk.rows.filter(row => row.state !== 'ENDED')} locale={locale} />
      {desk.rows.some(row => row.state === 'ENDED') && <Rows title={t('services.list.past')} empty={t('services.list.none')} rows={desk.rows.filter(row => row.state === 'ENDED')} locale={locale} />}
    </div>
  )
}

/** The first month that no run has billed, never one that is over. */
function firstFree(billed: string | null, today: LocalDate): string {
  const next = nextPeriod(periodOf(today))
  return billed !== null && billed >= next ? nextPeriod(billed) : next
}

/** How each service is charged last of all, so that a form begins with it. */
function nowOf({ rows }: ServicesDesk): Record<string, ServicesDesk['rows'][number]> {
  return Object.fromEntries(rows.filter(row => row.state !== 'ENDED').toReversed().map(row => [row.service, row]))
}

function choicesOf(t: Texts): ServiceChoices {
  const options = (values: readonly string[], key: string) => values.map(value => ({ value, label: t(`${key}.${value}`) }))
  return {
    services: options(services, 'billing.services'), methods: Object.fromEntries(services.map(service => [service, options(chargeMethods.filter(each => methodsOf[service].includes(each)), 'services.methods')])),
    kinds: options(premisesKinds, 'billing.kinds'), volumes: options(['COLD_WATER', 'HOT_WATER'], 'billing.services'), common: [{ value: '', label: t('services.common.NONE') }, ...options(commonWays, 'services.common')],
    shared: services.filter(sharesCommon),
  }
}

type Part = { desk: ServicesDesk; locale: Locale }

function HouseChoice({ desk, building, locale }: Part & { building: string }) {
  const t = texts(locale)
  return (
    <form method="get" className="flex max-w-2xl flex-wrap items-end gap-2">
      <SelectField size="dense" name="building" label={t('services.list.house')} defaultValue={building} options={desk.houses.map(house => ({ value: house.buildingId, label: house.name }))} />
      <Button type="submit">{t('services.list.show')}</Button>
    </form>
  )
}

function Waiting({ desk, locale }: Part) {
  const t = texts(locale)
  return (
    <Table caption={t('services.list.waiting')} empty={t('services.list.waitingNone')}
      columns={[{ key: 'service', title: t('services.list.service') }, { key: 'method', title: t('services.list.method') }, { key: 'from', title: t('services.list.from'), whole: true }, { key: 'state', title: t('services.list.state') }]}
      rows={desk.changes.map(each => ({
        id: each.id, href: servicesHref(locale, desk.house?.buildingId, { open: each.id }),
        cells: [t(`billing.services.${each.service}`), methodOf(each, t), formatDate(each.from), <StateMark key="state" tone={each.state === 'DRAFT' ? 'waiting' : 'care'}>{t(`services.states.${each.state}`)}</StateMark>],
      }))} />
  )
}

function Rows({ title, empty, rows, locale }: { title: string; empty: string; rows: ServicesDesk['rows']; locale: Locale }) {
  const t = texts(locale)
  const tones: Partial<Record<string, Tone>> = { IN_FORCE: 'good', COMING: 'info' }
  return (
    <Table caption={title} empty={empty}
      columns={[{ key: 'service', title: t('services.list.service') }, { key: 'method', title: t('services.list.method') }, { key: 'more', title: t('services.list.more') }, { key: 'from', title: t('services.list.from'), whole: true },
        { key: 'to', title: t('services.list.to'), whole: true }, { key: 'state', title: t('services.list.state') }]}
      rows={rows.map(row => {
        const [word, tone] = [t(`services.states.${row.state}`), tones[row.state]]
        return { id: `${row.service}.${row.from}`, cells: [t(`billing.services.${row.service}`), methodOf(row, t), moreOf(row, t), formatDate(row.from), lastDayOf(row.to, t), tone ? <StateMark key="state" tone={tone}>{word}</StateMark> : word] }
      })} />
  )
}
