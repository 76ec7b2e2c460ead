import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { Table } from '#app/_ui/table.tsx'
import { texts, type Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber, type Locale } from '#server/kernel/format.ts'
import { actState, forWhom, heatHref, lastDayOf, placeOf, type Desk, type SeasonRow } from './heat-words.ts'

type Part = { desk: Desk; building?: string | undefined; locale: Locale }

export function ContractTable({ desk, building, locale }: Part) {
  const t = texts(locale)
  return (
    <Table caption={t('heat.list.contracts')} empty={building === undefined ? t('heat.list.chooseHouse') : t('heat.list.none')}
      columns={[{ key: 'number', title: t('heat.list.number') }, { key: 'house', title: t('heat.list.house') }, { key: 'unit', title: t('heat.list.unit') }, { key: 'mode', title: t('heat.list.mode') }, { key: 'area', title: t('heat.list.area'), align: 'end' },
        { key: 'from', title: t('heat.list.from'), whole: true }, { key: 'to', title: t('heat.list.to'), whole: true }, { key: 'state', title: t('heat.list.state') }]}
      rows={desk.contracts.map(row => ({
        id: row.id, href: heatHref(locale, row.buildingId, { open: `CONTRACT.${row.id}` }),
        cells: [row.number, row.house, forWhom(row, t), t(`heat.modes.${row.mode}`), row.areaM2 === null ? '' : formatNumber(row.areaM2), formatDate(row.from), lastDayOf(row.to, t), <State key="state" row={row} t={t} />],
      }))} />
  )
}

export function SeasonTable({ desk, building, locale }: Part) {
  const t = texts(locale)
  return (
    <Table caption={t('heat.list.seasons')} empty={t('heat.list.none')}
      columns={[{ key: 'place', title: t('heat.list.place') }, { key: 'from', title: t('heat.list.from'), whole: true }, { key: 'to', title: t('heat.list.to'), whole: true }, { key: 'act', title: t('heat.list.act') }, { key: 'state', title: t('heat.list.state') }]}
      rows={desk.seasons.map(row => ({
        id: row.id, href: heatHref(locale, building, { open: `SEASON.${row.id}` }),
        cells: [placeOf(row, t), formatDate(row.from), lastDayOf(row.to, t), row.actNumber ?? (row.demonstration ? '' : row.source), <State key="state" row={row} t={t} />],
      }))} />
  )
}

export function NormTable({ desk, building, locale }: Part) {
  const t = texts(locale)
  return (
    <Table caption={t('heat.list.norms')} empty={t('heat.list.none')}
      columns={[{ key: 'place', title: t('heat.list.place') }, { key: 'litres', title: t('heat.list.litres'), align: 'end' }, { key: 'gcal', title: t('heat.list.gcal'), align: 'end' }, { key: 'from', title: t('heat.list.from'), whole: true },
        { key: 'to', title: t('heat.list.to'), whole: true }, { key: 'state', title: t('heat.list.state') }]}
      rows={desk.norms.map(row => ({
        id: row.id, href: heatHref(locale, building, { open: `NORM.${row.id}` }),
        cells: [placeOf(row, t), formatNumber(row.litres), row.gcalPerM3 === null ? '' : formatNumber(row.gcalPerM3), formatDate(row.from), lastDayOf(row.to, t), <State key="state" row={row} t={t} />],
      }))} />
  )
}

export function ActTable({ desk, building, locale }: Part) {
  const t = texts(locale)
  return (
    <Table caption={t('heat.list.acts')} empty={t('heat.list.none')}
      columns={[{ key: 'act', title: t('heat.list.actNumber') }, { key: 'service', title: t('heat.list.service') }, { key: 'from', title: t('heat.list.from'), whole: true }, { key: 'to', title: t('heat.list.to'), whole: true }, { key: 'state', title: t('heat.list.state') }]}
      rows={desk.acts.map(row => ({ id: row.id, href: heatHref(locale, building, { open: `ACT.${row.id}` }), cells: [row.act, t(`billing.services.${row.service}`), formatDate(row.from), formatDate(row.to), actState(row, t)] }))} />
  )
}

function State({ row, t }: { row: { state: SeasonRow['state']; demonstration?: boolean }; t: Texts }) {
  const tones: Partial<Record<SeasonRow['state'], Tone>> = { IN_FORCE: 'good', DRAFT: 'waiting', COMING: 'info' }
  const word = row.demonstration ? `${t(`heat.states.${row.state}`)}, ${t('heat.list.demonstration')}` : t(`heat.states.${row.state}`)
  const tone = tones[row.state]
  return tone ? <StateMark tone={tone}>{word}</StateMark> : word
}
