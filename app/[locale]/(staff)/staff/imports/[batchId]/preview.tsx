import type { OutputOf } from '#app/_client/trpc.ts'
import { Table } from '#app/_ui/table.tsx'
import type { Texts } from '#server/infra/texts.ts'
import { formatDate, formatNumber } from '#server/kernel/format.ts'
import { isLocalDate } from '#server/kernel/period.ts'

type Row = OutputOf<'imports.batch'>['preview'][number]

// What a person wants to see of a row, in this order; keys and codes of the machine stay behind.
const shown = ['name', 'territory_code', 'address_ru', 'storey_count', 'year_built', 'wall_type', 'number', 'entrance', 'floor', 'rooms', 'area_m2', 'living_area_m2', 'persons', 'full_name', 'share_numerator',
  'since', 'phone', 'basis', 'external_number', 'opened_on', 'serial', 'taken_on', 'register', 'code', 'parent_code', 'name_uz', 'name_kk', 'name_ru', 'cadastral_number']

/** The first rows as they were understood, before anything is written. */
export function Preview({ rows, t }: { rows: readonly Row[]; t: Texts }) {
  return (
    <Table caption={t('imports.batch.preview')}
      columns={[{ key: 'row', title: t('imports.batch.row'), align: 'end' }, { key: 'what', title: t('imports.batch.what') }, { key: 'outcome', title: t('imports.batch.does') }, { key: 'values', title: t('imports.batch.understood') }]}
      rows={rows.map(row => ({
        id: `${row.row}.${row.part}`,
        cells: [row.row, t(`imports.targets.${row.target}`), row.outcome === null ? '' : t(`imports.will.${row.outcome}`), inWords(row, t)],
      }))} />
  )
}

function inWords({ payload, unitKey, target }: Row, t: Texts): string {
  const kind = typeof payload['kind'] === 'string' && target === 'PREMISES' ? [t(`premises.kind.${payload['kind']}`)] : []
  const unit = (target === 'OWNER' || target === 'ACCOUNT') && unitKey !== '' ? [`${t('imports.preview.number')} ${unitKey.split(':')[1] ?? ''}`] : []
  const values = shown.flatMap(key => {
    const value = key === 'share_numerator' && payload[key] ? `${String(payload[key])}/${String(payload['share_denominator'])}` : payload[key]
    return value === null || value === undefined || value === '' ? [] : [`${t(`imports.preview.${key}`)} ${figure(key, String(value))}`]
  })
  return [...kind, ...unit, ...values].join(', ')
}

function figure(key: string, value: string): string {
  if (isLocalDate(value)) return formatDate(value)
  return /area|register$/.test(key) && /^\d+([.]\d+)?$/.test(value) ? formatNumber(value) : value
}
