import type { OutputOf } from '#app/_client/trpc.ts'
import { fundWord } from '#app/_parts/ledger/adjustment-words.tsx'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { Table } from '#app/_ui/table.tsx'
import { netOf, sumOf } from '#server/billing/month/rules.ts'
import type { RunState } from '#server/billing/month/schema.ts'
import type { Texts } from '#server/infra/texts.ts'
import { formatAmount, formatMoney, type Locale } from '#server/kernel/format.ts'

type Shown = { month: OutputOf<'billing.month'>; t: Texts; locale: Locale }

/** By service and fund, as the bills have it; what was charged without a bill stands beside. */
export function Services({ month: { charged, currency }, t, locale }: Shown) {
  return (
    <Table caption={t('month.services.title')} empty={t('month.services.none')}
      columns={[{ key: 'service', title: t('month.services.service') }, { key: 'fund', title: t('month.services.fund') }, { key: 'sum', title: t('month.services.sum'), align: 'end' }]}
      rows={charged.map(each => ({ id: `${each.service} ${each.fund}`, cells: [each.service === 'OTHER' ? t('month.services.other') : t(`billing.services.${each.service}`), fundWord(each.fund, t), formatAmount(each.amount)] }))}
      foot={[t('month.charged'), '', formatMoney(sumOf(charged), currency, locale)]} />
  )
}

/** By the way the money came. */
export function Channels({ month: { gathered, currency }, t, locale }: Shown) {
  return (
    <Table caption={t('month.channels.title')} empty={t('month.channels.none')}
      columns={[{ key: 'channel', title: t('month.channels.channel') }, { key: 'count', title: t('month.channels.count'), align: 'end' }, { key: 'sum', title: t('month.channels.sum'), align: 'end' }, { key: 'back', title: t('month.channels.back'), align: 'end' }]}
      rows={gathered.map(each => ({ id: each.channel, cells: [each.channel === 'desk' ? t('month.channels.desk') : t(`statements.providers.${each.channel}`), String(each.count), formatAmount(each.amount), each.givenBack === 0n ? '' : formatAmount(each.givenBack)] }))}
      foot={[t('month.gathered'), '', formatMoney(netOf(gathered), currency, locale), '']} />
  )
}

const tones: Partial<Record<RunState, Tone>> = { POSTED: 'good', WAITING: 'waiting', HELD: 'care', NONE: 'care' }
const shownAtOnce = 40

/** Houses and their runs, the unfinished first. */
export function Houses({ month, t, locale }: Shown) {
  const done = month.houses.filter(house => house.state === 'POSTED' || house.state === 'NOTHING')
  const ordered = [...month.houses.filter(house => !done.includes(house)), ...done].slice(0, shownAtOnce)
  return (
    <section className="flex flex-col gap-2">
      <Table caption={t('month.runs.title')}
        columns={[{ key: 'house', title: t('month.runs.house') }, { key: 'state', title: t('month.runs.state') }, { key: 'findings', title: t('month.runs.findings'), align: 'end' }, { key: 'total', title: t('month.runs.total'), align: 'end' }]}
        rows={ordered.map(house => ({
          id: house.buildingId, href: `/${locale}/staff/billing/${house.buildingId}/${month.period}`,
          cells: [house.name, <State key="state" state={house.state} t={t} />, house.findings === 0 ? '' : String(house.findings), house.total === null ? '' : formatMoney(house.total, house.currency, locale)],
        }))} />
      <p className="text-note">{t('month.runs.done', { done: done.length, all: month.houses.length })} <a href={`/${locale}/staff/billing?period=${month.period}`}>{t('billing.runs.title')}</a></p>
    </section>
  )
}

function State({ state, t }: { state: RunState; t: Texts }) {
  const word = state === 'NOTHING' ? t('month.runs.nothing') : t(`billing.runs.states.${state}`)
  const tone = tones[state]
  return tone ? <StateMark tone={tone}>{word}</StateMark> : <>{word}</>
}
