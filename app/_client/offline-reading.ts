import type { FormMeter, FormWords } from '#app/_parts/meters/form-facts.ts'
import { judgeHere, questionOf, saidOf, shownTyped } from '#app/_parts/meters/verdict-words.ts'
import { formatDate } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { shownRegisters } from '#server/meters/rules.ts'
import { h } from './dom.ts'
import { clearDraft, keepDraft } from './drafts.ts'
import type { OfflineWords } from './offline-words.ts'
import { button, choice, figuresInput, labelled, photoInput, saying, wordOf, type PhotoWords } from './offline-fields.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { sendThroughOutbox, type Sent } from './outbox-live.ts'
import { phoneInstant, phoneToday } from './phone-clock.ts'
import { fill } from './words.ts'

type MeterWords = { form: FormWords; services: Record<string, string>; units: Record<string, string>; errors: Record<string, string> }

/** Choose a meter, type its figures: judged like at the server, kept on the phone. */
export function drawReadingForm(place: HTMLElement, meters: readonly FormMeter[], shell: OfflineWords): void {
  const words = shell.meters as unknown as MeterWords
  const body = h('div', {})
  const select = choice('meter', meters.map(meter => ({ value: meter.meterId, label: `${nameOf(meter, words)} · ${meter.house}, ${meter.flat}` })))
  const draw = () => {
    const meter = meters.find(each => each.meterId === select.value) ?? meters[0]
    if (meter) body.replaceChildren(formOf(meter, words, shell))
  }
  select.addEventListener('change', draw)
  place.replaceChildren(...(meters.length > 1 ? [labelled(wordOf(shell, 'meters.offline.choose'), select)] : []), body)
  draw()
}

function nameOf(meter: FormMeter, words: MeterWords): string {
  return `${words.services[meter.service] ?? meter.service} № ${meter.serial}`
}

function formOf(meter: FormMeter, words: MeterWords, shell: OfflineWords): HTMLFormElement {
  const w = words.form
  const inputs = Array.from({ length: meter.registers }, (_, index) => figuresInput(`r${index}`))
  const values = () => inputs.map(input => input.value.trim())
  const send = button(w.sendEmpty, null, 'main')
  const said = h('div', { role: 'status', class: 'flex flex-col gap-1' })
  const asked = h('div', {})
  const photo = photoInput(w.photo, shell.photo as unknown as PhotoWords)
  const form = h('form', { class: 'flex flex-col gap-4', novalidate: true },
    h('p', { class: 'text-small text-note' }, meter.last ? fill(w.last, { value: shownRegisters(meter.last.values, meter), date: formatDate(meter.last.takenOn) }) : w.first),
    ...inputs.map((input, index) => labelled(inputs.length > 1 ? fill(w.registerN, { n: index + 1 }) : w.register, input, index === 0 ? (meter.decimals > 0 ? w.hintDecimals : w.hint) : undefined)),
    said, asked, photo.element, send)
  // One id for what is typed here: however often it is pressed, it is one reading.
  const id = newId()
  let confirmed: string[] = []

  const show = () => {
    confirmed = []
    asked.replaceChildren()
    const typed = values().every(value => value !== '')
    const shown = typed ? shownTyped(meter, values()) : ''
    send.textContent = shown ? fill(w.send, { value: shown }) : w.sendEmpty
    const verdict = typed ? judgeHere(meter, values(), phoneToday()) : null
    const lines = verdict && verdict.kind !== 'refused' ? saidOf(verdict, { meter, words: w, units: words.units, locale: shell.locale }) : []
    said.replaceChildren(...lines.map(line => h('p', {}, line)))
  }
  const press = () => judge({ meter, words, values: values(), confirmed, asked, onYes: code => { confirmed.push(code); press() }, onFine: leave })
  const leave = oneAtATime(async () => {
    send.disabled = true
    const whole = await photo.whole()
    const sent = whole && await keep({ id, meter, words, values: values(), confirmed, photo: photo.photo() })
    send.disabled = false
    // Its field says that the photo could not be made.
    if (sent === false) return
    if (sent?.state === 'waiting' || sent?.state === 'sent') {
      clearDraft(`reading-${meter.meterId}`)
      return form.replaceChildren(sent.state === 'sent' ? saying('good', `${shownTyped(meter, values())}: ${wordOf(shell, 'outbox.states.sent')}`)
        : saying('waiting', fill(w.keptTitle, { value: shownTyped(meter, values()) }), h('p', {}, w.kept)))
    }
    asked.replaceChildren(saying('care', sent?.message ?? w.notKept))
  })
  form.addEventListener('submit', event => { event.preventDefault(); press() })
  form.addEventListener('input', show)
  keepDraft(form, `reading-${meter.meterId}`)
  show()
  return form
}

type Press = { meter: FormMeter; words: MeterWords; values: string[]; confirmed: readonly string[]; asked: HTMLElement; onYes: (code: string) => void; onFine: () => void }

function judge({ meter, words, values, confirmed, asked, onYes, onFine }: Press): void {
  const verdict = judgeHere(meter, values, phoneToday())
  if (verdict.kind === 'refused') return asked.replaceChildren(saying('care', fill(words.errors[verdict.code] ?? verdict.code, verdict.params)))
  const question = questionOf(verdict, confirmed, words.errors)
  if (!question) return onFine()
  asked.replaceChildren(saying('care', question.text,
    button(fill(words.form.yes, { value: shownTyped(meter, values) }), () => onYes(question.code)),
    button(words.form.no, () => asked.replaceChildren(), 'quiet')))
}

type Kept = { id: string; meter: FormMeter; words: MeterWords; values: string[]; confirmed: string[]; photo: Blob | null }

async function keep({ id, meter, words, values, confirmed, photo }: Kept): Promise<Sent | null> {
  const input = { readingId: id, buildingId: meter.buildingId, meterId: meter.meterId, values, takenOn: phoneToday(), submittedAt: phoneInstant(), confirmed, ifAsked: 'KEEP' as const }
  const label = `${words.services[meter.service] ?? meter.service} ${shownTyped(meter, values)}`
  return sendThroughOutbox({ id, path: 'meters.submitReading', input, label, photos: photo ? [photo] : [] }).catch(() => null)
}
