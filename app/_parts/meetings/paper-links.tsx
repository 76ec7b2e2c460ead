import { Icon } from '#app/_ui/icon.tsx'
import type { Texts } from '#server/infra/texts.ts'
import { formatNumber } from '#server/kernel/format.ts'
import type { Paper } from '#server/meetings/schema.ts'

type Props = { t: Texts; buildingId: string; papers: readonly Paper[] }

/** What there is to read before answering; each opens as it is, from the house's own files. */
export function PaperLinks({ t, buildingId, papers }: Props) {
  if (papers.length === 0) return null
  return (
    <ul aria-label={t('meetings.papers.title')} className="flex flex-col">
      {papers.map(paper => (
        <li key={paper.paperId} className="max-w-none">
          <a href={`/api/files/${buildingId}/${paper.paperId}`} target="_blank" rel="noopener" className="flex min-h-12 items-center gap-3 py-1.5">
            <Icon name="paper" />
            <span className="flex min-w-0 flex-1 flex-col">
              <span className="wrap-anywhere">{paper.title}</span>
              <span className="text-small text-note">{paperNote(t, paper)}</span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}

/** 'PDF, 340 KB': what will open and what it costs to load. */
function paperNote(t: Texts, { mediaType, sizeBytes }: Paper): string {
  const kilobytes = Math.max(1, Math.round(sizeBytes / 1024))
  const size = kilobytes < 1024 ? t('meetings.papers.kilobytes', { amount: kilobytes }) : t('meetings.papers.megabytes', { amount: formatNumber((kilobytes / 1024).toFixed(1)) })
  return t('meetings.papers.opens', { kind: t(mediaType === 'application/pdf' ? 'meetings.papers.pdf' : 'meetings.papers.photo'), size })
}
