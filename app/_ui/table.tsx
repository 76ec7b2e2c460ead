import type { ReactNode } from 'react'

export type Column = {
  key: string
  title: ReactNode
  /** Numbers and sums stand at the end, in tabular figures. */
  align?: 'start' | 'end'
  /** Stays in one line: numbers of accounts and telephones. */
  whole?: boolean
  /** The address that sorts by this column; the order lives in the URL. */
  sortHref?: string
  sorted?: 'ascending' | 'descending'
}

export type TableRow = { id: string; cells: readonly ReactNode[]; href?: string; current?: boolean }

export type TableProps = {
  caption: ReactNode
  hideCaption?: boolean
  columns: readonly Column[]
  rows: readonly TableRow[]
  foot?: readonly ReactNode[]
  empty?: ReactNode
}

/** The dense table of staff screens: about 40 rows on a screen, it scrolls inside itself. */
export function Table({ caption, hideCaption, columns, rows, foot, empty }: TableProps) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={typeof caption === 'string' ? caption : undefined}>
      <table className="figures w-full border-collapse text-small leading-5">
        <caption className={hideCaption ? 'sr-only' : 'pb-2 text-start text-title font-semibold'}>{caption}</caption>
        <thead>
          <tr className="border-b border-note">
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <BodyRow key={row.id} row={row} columns={columns} />
          ))}
          {rows.length === 0 && empty && (
            <tr>
              <td colSpan={columns.length} className="py-3 text-note">
                {empty}
              </td>
            </tr>
          )}
        </tbody>
        {foot && (
          <tfoot>
            <tr className="border-t border-note font-semibold">
              {foot.map((cell, index) => (
                <td key={index} className={look(columns[index])}>
                  {cell}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

function HeadCell({ column }: { column: Column }) {
  const arrow = column.sorted === 'ascending' ? ' ↑' : column.sorted === 'descending' ? ' ↓' : ''
  return (
    <th scope="col" aria-sort={column.sorted} className={`${place(column)} align-bottom font-medium text-note`}>
      {column.sortHref ? (
        <a href={column.sortHref} className="inline-block py-0.5 text-inherit">
          {column.title}
          <span aria-hidden="true">{arrow}</span>
        </a>
      ) : (
        column.title
      )}
    </th>
  )
}

function BodyRow({ row, columns }: { row: TableRow; columns: readonly Column[] }) {
  return (
    <tr aria-current={row.current ? 'true' : undefined} className="border-b border-line hover:bg-act-soft aria-[current]:bg-act-soft">
      {row.cells.map((cell, index) => (
        <td key={columns[index]?.key ?? index} className={look(columns[index])}>
          {index === 0 && row.href ? (
            <a href={row.href} className="font-medium">
              {cell}
            </a>
          ) : (
            cell
          )}
        </td>
      ))}
    </tr>
  )
}

function look(column: Column | undefined): string {
  return `${place(column)} align-top ${column?.align === 'end' || column?.whole ? 'whitespace-nowrap' : ''}`
}

function place(column: Column | undefined): string {
  return `px-2 py-0.5 first:ps-0 last:pe-0 ${column?.align === 'end' ? 'text-end' : 'text-start'}`
}
