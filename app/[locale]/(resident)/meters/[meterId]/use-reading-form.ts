import { useRef, useState } from 'react'
import { sendThroughOutbox, type Sent } from '#app/_client/outbox-live.ts'
import { phoneInstant, phoneToday } from '#app/_client/phone-clock.ts'
import { useDraft } from '#app/_client/use-draft.ts'
import { usePhotos } from '#app/_client/use-photos.ts'
import { fill } from '#app/_client/words.ts'
import type { FormMeter, FormWords } from '#app/_parts/meters/form-facts.ts'
import { judgeHere, questionOf, saidOf, shownTyped } from '#app/_parts/meters/verdict-words.ts'
import type { PhotoFieldWords } from '#app/_ui/photo-field.tsx'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Outcome } from './receipt.tsx'

export type ReadingFormWords = { form: FormWords; units: Record<string, string>; service: string; errors: Record<string, string>; photo: PhotoFieldWords; noNetwork: string }
export type FormProps = { meter: FormMeter; words: ReadingFormWords; locale: Locale; backHref: string }

type Asked = { code: string; text: string } | null
type Problem = { register: number; text: string } | null

/** What the reading form holds and does; its look is reading-form.tsx. */
export function useReadingForm({ meter, words, locale }: Omit<FormProps, 'backHref'>) {
  const registers = Array.from({ length: meter.registers }, (_, index) => `r${index}`)
  const draft = useDraft(`reading-${meter.meterId}`, Object.fromEntries(registers.map(name => [name, ''])))
  const photos = usePhotos()
  const [asked, setAsked] = useState<Asked>(null)
  const [confirmed, setConfirmed] = useState<string[]>([])
  const [problem, setProblem] = useState<Problem>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [busy, setBusy] = useState(false)
  const id = useRef(newId())
  const values = registers.map(name => (draft.values[name] ?? '').trim())
  const typed = values.every(value => value !== '')
  const shown = typed ? shownTyped(meter, values) : ''

  function type(index: number, value: string) {
    draft.set(`r${index}`, value)
    setConfirmed([])
    setAsked(null)
    setProblem(null)
  }

  async function press(answers: string[]) {
    const takenOn = phoneToday()
    const verdict = judgeHere(meter, values, takenOn)
    if (verdict.kind === 'refused') {
      setProblem({ register: verdict.register ?? 0, text: fill(words.errors[verdict.code] ?? verdict.code, verdict.params) })
      return focusRegister(verdict.register ?? 0)
    }
    const question = questionOf(verdict, answers, words.errors)
    setAsked(question)
    if (question) return
    setBusy(true)
    setOutcome(await send(answers, takenOn, verdict.period))
    setBusy(false)
  }

  async function send(answers: string[], takenOn: string, period: string): Promise<Outcome | null> {
    const pictures = await photos.whole()
    if (pictures === null) return null
    const sent = await sendReading({ id: id.current, meter, values, takenOn, confirmed: answers, label: `${words.service} ${shown}`, photos: pictures })
    if (sent === null || sent.state === 'refused') {
      setProblem({ register: 0, text: sent?.message ?? words.form.notKept })
      return null
    }
    draft.clear()
    id.current = newId()
    return sent.state === 'waiting' ? { kind: 'kept', shown, period, signedOut: sent.signedOut } : { kind: 'sent', shown, result: sent.result, withPhoto: pictures.length > 0 }
  }

  function answerYes() {
    const answers = [...confirmed, ...(asked ? [asked.code] : [])]
    setConfirmed(answers)
    void press(answers)
  }

  const said = typed ? saidNow(values, { meter, words, locale }) : []
  return { raw: registers.map(name => draft.values[name] ?? ''), typed, shown, said, photos, asked, problem, outcome, busy, type, submit: () => void press(confirmed), answerYes, answerNo: () => { setAsked(null); focusRegister(0) } }
}

function saidNow(values: readonly string[], { meter, words, locale }: Omit<FormProps, 'backHref'>): string[] {
  const verdict = judgeHere(meter, values, phoneToday())
  return verdict.kind === 'refused' ? [] : saidOf(verdict, { meter, words: words.form, units: words.units, locale })
}

type Reading = { id: string; meter: FormMeter; values: string[]; takenOn: string; confirmed: string[]; label: string; photos: readonly Blob[] }

/** Through the outbox, with a network and without; null when the phone could not keep it. */
async function sendReading({ id, meter, label, photos, ...said }: Reading): Promise<Sent | null> {
  try {
    const input = { ...said, readingId: id, buildingId: meter.buildingId, meterId: meter.meterId, submittedAt: phoneInstant(), ifAsked: 'KEEP' as const }
    return await sendThroughOutbox({ id, path: 'meters.submitReading', input, label, photos })
  } catch {
    return null
  }
}

function focusRegister(register: number): void {
  document.getElementById(`register-${register}`)?.focus()
}
