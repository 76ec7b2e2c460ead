import { StateMark } from '#app/_ui/notice.tsx'
import { Pager } from '#app/_ui/pager.tsx'
import { Table } from '#app/_ui/table.tsx'
import type { caller } from '#server/api/caller.ts'
import { section, type Texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'

type Found = Awaited<ReturnType<Awaited<ReturnType<typeof caller>>['imports']['findings']>>
type Props = { batchId: string; found: Found; only: 'REFUSED' | undefined; locale: Locale; t: Texts }

/** What is wrong, by row and column of the file, forty at a time; the choice stands in the address. */
export function Findings({ batchId, found, only, locale, t }: Props) {
  const address = (page: number, severity: string) => `/${locale}/staff/imports/${batchId}?only=${severity}&page=${page}`
  const link = 'py-1 text-act aria-[current]:font-semibold aria-[current]:text-ink aria-[current]:no-underline'
  return (
    <section className="flex flex-col gap-2">
      <nav aria-label={t('imports.batch.findings')} className="flex gap-4">
        <a href={address(1, 'ALL')} aria-current={only ? undefined : 'page'} className={link}>{t('imports.batch.all')}</a>
        <a href={address(1, 'REFUSED')} aria-current={only ? 'page' : undefined} className={link}>{t('imports.batch.onlyRefused')}</a>
      </nav>
      <Table caption={t('imports.batch.findings')} empty={t('imports.batch.noFindings')}
        columns={[{ key: 'row', title: t('imports.batch.row'), align: 'end' }, { key: 'column', title: t('imports.batch.column') }, { key: 'mark', title: t('imports.list.state') }, { key: 'what', title: t('imports.batch.finding') }]}
        rows={found.rows.map((each, index) => ({
          id: `${each.row}.${each.part}.${index}`,
          cells: [each.row, each.column, <StateMark key="mark" tone={each.severity === 'REFUSED' ? 'danger' : 'care'}>{t(each.severity === 'REFUSED' ? 'imports.batch.refusedMark' : 'imports.batch.flaggedMark')}</StateMark>, t(each.code, each.params)],
        }))} />
      {(found.page > 1 || found.more) && (
        <Pager words={section(locale, 'common.pager') as never} position={String(found.page)}
          {...(found.page > 1 ? { previousHref: address(found.page - 1, only ?? 'ALL') } : {})} {...(found.more ? { nextHref: address(found.page + 1, only ?? 'ALL') } : {})} />
      )}
    </section>
  )
}
