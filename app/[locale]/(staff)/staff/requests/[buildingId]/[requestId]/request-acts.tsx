'use client'

import { useState } from 'react'
import { base64Of } from '#app/_client/photo.ts'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { usePhotos } from '#app/_client/use-photos.ts'
import { Button } from '#app/_ui/button.tsx'
import { SelectField, TextArea } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { PhotoField, type PhotoFieldWords } from '#app/_ui/photo-field.tsx'

export type Act = 'start' | 'reportDone' | 'answer' | 'assign' | 'extend' | 'transfer' | 'decline'
export type ActWords = Record<'assign' | 'assignTo' | 'start' | 'answer' | 'answerText' | 'reportDone' | 'doneText' | 'donePhoto' | 'extend' | 'transfer' | 'decline' | 'reason' | 'sending' | 'noActs', string> & { photo: PhotoFieldWords }
type Executor = { organisationId: string; name: string; kind: string }
type Props = { buildingId: string; requestId: string; acts: readonly Act[]; executors: readonly Executor[]; words: ActWords }

const letters: Record<Act, string> = { start: 's', reportDone: 'd', answer: 'r', assign: 'a', extend: 'e', transfer: 't', decline: 'n' }

/** The right column: choose an act by its letter, fill what it needs, send. */
export function RequestActs({ buildingId, requestId, acts, executors, words }: Props) {
  const [chosen, setChosen] = useState<Act | null>(null)
  const [text, setText] = useState('')
  const [executor, setExecutor] = useState(executors[0]?.organisationId ?? '')
  const { photos, put, prepare, whole } = usePhotos()
  const { busy, problem, act } = useAct()
  const send = (what: Act) => act(async () => {
    const pictures = await whole()
    if (pictures === null) return
    await perform(what, { buildingId, requestId, text, organisationId: executor, photos: pictures })
    await leave()
  })

  return (
    <section className="flex flex-col gap-3">
      {acts.length === 0 && <p className="text-note">{words.noActs}</p>}
      <div className="flex flex-wrap gap-2">
        {acts.map(each => <Button key={each} hotkey={letters[each]} disabled={busy} onClick={() => (each === 'start' ? void send(each) : setChosen(each))}>{words[each]}</Button>)}
      </div>
      {chosen && (
        <form key={chosen} className="flex flex-col gap-3" onSubmit={event => { event.preventDefault(); void send(chosen) }}>
          {chosen === 'assign' && (
            <SelectField size="dense" autoFocus label={words.assignTo} value={executor} onChange={event => setExecutor(event.target.value)} options={executors.map(each => ({ value: each.organisationId, label: each.name }))} />
          )}
          <TextArea autoFocus={chosen !== 'assign'} label={labelOf(chosen, words)} rows={4} maxLength={4000} value={text} onChange={event => setText(event.target.value)} />
          {chosen === 'reportDone' && (
            <PhotoField label={words.donePhoto} words={words.photo} photo={photos[0] ?? null} onPhoto={photo => put(0, photo)} prepare={prepare} />
          )}
          <Button kind="main" type="submit" busy={busy && words.sending}>{words[chosen]}</Button>
        </form>
      )}
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
    </section>
  )
}

function labelOf(act: Act, words: ActWords): string {
  if (act === 'answer') return words.answerText
  return act === 'reportDone' ? words.doneText : words.reason
}

/** Acts that need nothing but a reason which the applicant reads. */
const reasoned = { extend: 'requests.extendDeadline', transfer: 'requests.transferRequest', decline: 'requests.declineRequest' } as const

type Filled = { buildingId: string; requestId: string; text: string; organisationId: string; photos: readonly Blob[] }

async function perform(act: Act, { text, organisationId, photos, ...about }: Filled): Promise<unknown> {
  if (act === 'start') return call('requests.startWork', about)
  if (act === 'assign') return call('requests.assignRequest', { ...about, organisationId, note: text })
  if (act === 'answer') return call('requests.answerRequest', { ...about, text })
  if (act === 'reportDone') return call('requests.reportDone', { ...about, text, photos: await Promise.all(photos.map(base64Of)) })
  return call(reasoned[act], { ...about, reason: text })
}
