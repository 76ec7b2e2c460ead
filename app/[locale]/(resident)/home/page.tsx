import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { KeepBill, KeepOffline } from '#app/_client/keep-offline.tsx'
import { FreshNotice } from '#app/_parts/identity/fresh-notice.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { SwitchMenu } from '#app/_ui/switch-menu.tsx'
import { texts } from '#server/infra/texts.ts'
import { isLocale } from '#server/kernel/format.ts'
import { duesOf } from '#server/payments/dues/rules.ts'
import { CalmHouse } from './calm.tsx'
import { factsOfHouse, housesOf, readHome, type HomeFacts, type House } from './facts.ts'
import { TodoCard } from './todo-card.tsx'
import { todosOf, type Words } from './todo.ts'

type Props = { params: Promise<{ locale: string }>; searchParams: Promise<{ house?: string }> }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { locale } = await params
  return isLocale(locale) ? { title: texts(locale)('home.title') } : {}
}

/** What needs me now comes first; when nothing does, it says so and shows the house calmly. */
export default async function HomePage({ params, searchParams }: Props) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  const facts = await readHome(locale)
  if (!facts) redirect(`/${locale}/sign-in?next=/${locale}/home`)
  if (facts.me.kind === 'STAFF') redirect(`/${locale}/staff`)
  const houses = housesOf(facts.me)
  const asked = (await searchParams).house
  const house = houses.find((each) => each.buildingId === asked) ?? houses[0]
  const words: Words = { t: texts(locale), locale }
  const here = house ? factsOfHouse(facts, house.buildingId) : facts
  const todos = todosOf(here, words)
  const elsewhere = houses.length > 1 ? todosOf(facts, words).length > todos.length : false
  const { t } = words
  return (
    <div className="flex flex-col gap-5">
      {house && <SwitchMenu label={t('home.switch')} current={labelOf(house, words)} choices={choicesOf(houses, house, words)} />}
      <section className="flex flex-col gap-3">
        <h1 className={todos.length > 0 ? 'text-title font-semibold' : 'sr-only'}>{t(todos.length > 0 ? 'home.todo' : 'home.title')}</h1>
        {todos.length === 0 && <EmptyState title={t('home.calm')}>{t('home.calmNote')}</EmptyState>}
        {todos.length > 0 && (
          <ul className="flex flex-col gap-3">
            {todos.map((todo, index) => (
              <TodoCard key={todo.key} todo={todo} first={index === 0} today={facts.me.today} {...words} />
            ))}
          </ul>
        )}
        {elsewhere && <Notice tone="waiting">{t('home.other')}</Notice>}
      </section>
      <KeptForLater facts={facts} {...words} />
      <FreshNotice locale={locale} freshUntil={facts.me.freshUntil} demoReturn={facts.me.demoDevice ? `/${locale}/home` : null} />
      {house && (
        <section className="flex flex-col gap-3">
          <h2 className="text-title font-semibold">{t('home.here')}</h2>
          <CalmHouse facts={here} {...words} />
        </section>
      )}
    </div>
  )
}

function labelOf(house: House, { t }: Words): string {
  return [house.name, ...house.units.map((unit) => t(`identity.unit.${unit.kind}`, { number: unit.number }))].join(', ')
}

function choicesOf(houses: House[], current: House, words: Words) {
  return houses.map((house) => ({
    href: `/${words.locale}/home?house=${house.buildingId}`,
    title: house.name,
    note: labelOf(house, words).slice(house.name.length + 2),
    current: house === current,
  }))
}

/** Whoever opened the app once can read the last bill, send a reading and complain where there is no network. */
function KeptForLater({ facts: { me, accounts, meters, payables, asking }, t }: Words & { facts: HomeFacts }) {
  return (
    <>
      {meters.length > 0 && <KeepOffline name="meters" value={meters.map(({ waiting: _, ...meter }) => meter)} />}
      {asking.homes.length > 0 && <KeepOffline name="request-places" value={asking} />}
      {accounts.map((account) => {
        const { accountId, house, lastBill, currency } = account
        const { bill } = duesOf(account, payables.find((payable) => payable.accountId === accountId), me.today)
        const addressLabel = `${house.name}, ${t(`identity.unit.${house.unitKind}`, { number: house.unitNumber })}`
        return lastBill && <KeepBill key={accountId} bill={{ addressLabel, period: lastBill.period, amount: bill > 0n ? bill : 0n, currency, dueDate: lastBill.dueOn }} />
      })}
    </>
  )
}
