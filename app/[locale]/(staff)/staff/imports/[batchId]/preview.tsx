import type { BatchView } from './page.tsx'
import { Table } from '#app/_ui/table.tsx'
import type { Texts } from '#server/infra/texts.ts'

// What a person wants to see of a row; keys and codes of the machine stay behind.
const hidden = new Set(['country', 'address_state', 'external_key', 'edition', 'own_row', 'parent_row', 'number_state'])

/** The first rows as they were understood, before anything is written. */
export function Preview({ rows, t }: { rows: BatchView['preview']; t: Texts }) {
  return (
    <Table caption={t('imports.batch.preview')}
      columns={[{ key: 'row', title: t('imports.batch.row'), align: 'end' }, { key: 'what', title: t('imports.batch.what') }, { key: 'outcome', title: t('imports.list.state') }, { key: 'values', title: t('imports.list.rows') }]}
      rows={rows.map(row => ({
        id: `${row.row}.${row.part}`,
        cells: [row.row, t(`imports.targets.${row.target}`), row.outcome === null ? '' : t(`imports.outcome.${row.outcome}`),
          [row.houseKey, ...Object.entries(row.payload).filter(([key, value]) => !hidden.has(key) && value !== null && value !== '').map(([, value]) => String(value))].filter(Boolean).join(' · ')],
      }))} />
  )
}
