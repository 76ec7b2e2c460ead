import { texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'

export type Said = { text: string; callerName: string; onBehalfReason: string; photoIds: string[] }

/** What was asked, in the asker's words and pictures. */
export function SaidInRequest({ said, buildingId, locale }: { said: Said; buildingId: string; locale: Locale }) {
  const t = texts(locale)
  return (
    <div className="flex flex-col gap-3">
      {said.text && <p className="whitespace-pre-line break-words">{said.text}</p>}
      {said.photoIds.map((photo, index) => (
        <img key={photo} src={`/api/files/${buildingId}/${photo}`} alt={t('requests.view.photo', { n: index + 1 })} loading="lazy" className="max-h-96 w-full rounded-card border border-line object-contain" />
      ))}
      {said.callerName && <p className="text-small text-note">{t('requests.view.byClerk', { caller: said.callerName, reason: said.onBehalfReason })}</p>}
    </div>
  )
}
