import { useEffect, useRef, useState } from 'react'
import { sendThroughOutbox, type Sent } from '#app/_client/outbox-live.ts'
import { phoneInstant } from '#app/_client/phone-clock.ts'
import { ask } from '#app/_client/trpc.ts'
import { useDraft } from '#app/_client/use-draft.ts'
import { usePhotos } from '#app/_client/use-photos.ts'
import { blankRequest, categoryOf, missingField, placeOf, readyRequest, type AskingHome, type MissingField, type ReadyRequest, type Typed } from '#app/_parts/requests/form-facts.ts'
import type { PhotoFieldWords } from '#app/_ui/photo-field.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { suggestCategory, urgencyOf, type CategoryFacts } from '#server/requests/rules.ts'

export type RequestFormWords = {
  form: Record<string, string>
  categories: Record<string, string>
  places: Record<string, string>
  states: Record<string, string>
  photo: PhotoFieldWords
  noNetwork: string
}
export type RequestFormProps = { homes: AskingHome[]; categories: CategoryFacts[]; words: RequestFormWords; locale: Locale }
export type Filed = { requestId: string; buildingId: string; number: number; dueOn: string; dueOnIfMoved: string; dueMoves: boolean | null; serviceDueAt: Date; emergency: boolean }
export type Outcome = { kind: 'sent'; filed: Filed } | { kind: 'kept'; emergency: boolean; signedOut: boolean }

/** Said at the field that is empty, which takes the focus; of the whole letter when there is no field. */
type Problem = { field: MissingField | null; text: string } | null

/** What the form of a request holds and does; its look is request-form.tsx. */
export function useRequestForm({ homes, categories, words }: RequestFormProps) {
  const draft = useDraft('request-new', blankRequest)
  const photos = usePhotos()
  const [problem, setProblem] = useState<Problem>(null)
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const id = useRef(newId())
  const suggested = suggestCategory(draft.values.text)
  const typed: Typed = { ...draft.values, category: draft.values.category || (suggested ?? '') }
  const facts = categoryOf(categories, typed.category)
  const place = placeOf(facts, typed.place)
  const home = homes.find(each => each.premisesId === typed.premisesId) ?? homes[0]
  const similar = useSimilar(home?.buildingId, facts?.category, place ?? undefined)

  async function submit() {
    setBusy(true)
    const pictures = await photos.whole()
    if (pictures) await leave(pictures)
    setBusy(false)
  }

  async function leave(pictures: readonly Blob[]) {
    const ready = readyRequest(typed, { homes, categories, hasPhoto: pictures.length > 0 })
    if (!ready) {
      const field = missingField(typed, { categories, hasPhoto: pictures.length > 0 })
      setProblem({ field, text: words.form['missing'] ?? '' })
      return document.getElementById(`request-${field}`)?.focus()
    }
    setProblem(null)
    const sent = await sendRequest(id.current, ready, { label: `${words.categories[ready.category]}, ${words.places[ready.place]}`, photos: pictures })
    if (sent === null || sent.state === 'refused') return setProblem({ field: null, text: sent?.message ?? words.form['notKept'] ?? '' })
    draft.clear()
    id.current = newId()
    setOutcome(sent.state === 'waiting' ? { kind: 'kept', emergency: ready.emergency, signedOut: sent.signedOut } : { kind: 'sent', filed: sent.result as Filed })
  }

  function set(field: keyof Typed, value: string) {
    setProblem(null)
    draft.set(field, value)
  }

  return {
    entrance: shownEntrance(typed, home), setEntrance: (text: string) => set('entrance', text.replace(/\D/g, '') || ' '),
    typed, facts, place, home, photos, problem, busy, outcome, similar, set,
    guessed: draft.values.category === '' && suggested !== null, urgency: urgencyOf({ text: typed.text, category: typed.category, emergency: typed.emergency === 'yes' }), submit: () => void submit(),
  }
}

/** The home's own entrance stands there until the person types; an emptied field stays empty while they do. */
function shownEntrance({ entrance }: Typed, home: AskingHome | undefined): string {
  return entrance === '' ? String(home?.entrance ?? '') : entrance.trim()
}

async function sendRequest(id: string, ready: ReadyRequest, letter: { label: string; photos: readonly Blob[] }): Promise<Sent | null> {
  try {
    return await sendThroughOutbox({ id, path: 'requests.fileRequest', input: { ...ready, requestId: id, submittedAt: phoneInstant() }, ...letter })
  } catch {
    return null
  }
}

export type Similar = { requestId: string; buildingId: string; number: number; state: string; receivedAt: Date; joined: number; mine: boolean; joinedByMe: boolean }

/** What neighbours said in the last two days; without a network nobody is asked. */
function useSimilar(buildingId?: string, category?: CategoryFacts['category'], place?: CategoryFacts['places'][number]): Similar[] {
  const [found, setFound] = useState<Similar[]>([])
  useEffect(() => {
    let live = true
    setFound([])
    if (!buildingId || !category || !place || !navigator.onLine) return
    void ask('requests.listSimilar', { buildingId, category, place }).then(rows => live && setFound(rows.filter(row => !row.mine)), () => undefined)
    return () => { live = false }
  }, [buildingId, category, place])
  return found
}
