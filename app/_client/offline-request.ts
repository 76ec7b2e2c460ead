import { blankRequest, categoryOf, placeOf, readyRequest, type AskingHome, type Typed } from '#app/_parts/requests/form-facts.ts'
import { newId } from '#server/kernel/ids.ts'
import { suggestCategory, urgencyOf, type CategoryFacts } from '#server/requests/rules.ts'
import { h } from './dom.ts'
import { clearDraft, keepDraft, readDraft } from './drafts.ts'
import type { OfflineWords } from './offline-words.ts'
import { button, choice, labelled, photoInput, saying, textInput, wordOf, type PhotoWords } from './offline-fields.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { sendThroughOutbox } from './outbox-live.ts'
import { phoneInstant } from './phone-clock.ts'
import { fill } from './words.ts'

type RequestWords = { form: Record<string, string>; categories: Record<string, string>; places: Record<string, string> }
type Facts = { homes: readonly AskingHome[]; categories: readonly CategoryFacts[] }

const draftName = 'request-new'

/** Words or a photo, the kind, the place: kept on the phone, honestly not yet sent. */
export function drawRequestForm(root: HTMLElement, facts: Facts, shell: OfflineWords): void {
  const words = shell.requests as unknown as RequestWords
  const w = (key: string) => words.form[key] ?? key
  const choose = { value: '', label: w('choose'), disabled: true }
  const home = choice('premisesId', facts.homes.map(each => ({ value: each.premisesId, label: fill(w('homeOption'), { house: each.house, flat: each.flat }) })))
  const text = textInput('text')
  const category = choice('category', [choose, ...facts.categories.map(each => ({ value: each.category, label: words.categories[each.category] ?? each.category }))])
  const place = choice('place', [choose])
  const emergency = h('input', { type: 'checkbox', name: 'emergency', value: 'yes', class: 'size-6 accent-act' })
  const emergencyRow = h('label', { class: 'flex min-h-12 items-start gap-3 py-2.5' }, emergency, h('span', {}, w('emergency')))
  const photo = photoInput(w('photo'), shell.photo as unknown as PhotoWords)
  const danger = h('div', {})
  const said = h('div', {})
  const form = h('form', { class: 'flex flex-col gap-4', novalidate: true }, facts.homes.length > 1 ? labelled(w('home'), home) : null, photo.element, labelled(w('text'), text, w('textHint')), danger,
    labelled(w('category'), category), labelled(w('place'), place), emergencyRow, said, button(w('send'), null, 'main'))
  const typed = (): Typed => ({ ...blankRequest, premisesId: home.value, text: text.value, category: category.value, place: place.value, emergency: emergency.checked ? 'yes' : '' })

  const follow = () => {
    if (category.value === '') category.value = suggestCategory(text.value) ?? ''
    const known = categoryOf(facts.categories, category.value)
    const chosen = placeOf(known, place.value) ?? ''
    place.replaceChildren(...[choose, ...(known?.places ?? []).map(each => ({ value: each as string, label: words.places[each] ?? each, disabled: false }))]
      .map(option => h('option', { value: option.value, disabled: option.disabled }, option.label)))
    place.value = chosen
    emergencyRow.hidden = known?.emergencyPossible !== true
    const urgency = urgencyOf({ text: text.value, category: category.value, emergency: emergency.checked })
    danger.replaceChildren(...(urgency ? [saying(urgency === 'GAS' ? 'danger' : 'care', w(urgency === 'GAS' ? 'danger' : 'looksUrgent'))] : []))
  }
  // One id for what is typed here: however often it is pressed, it is one request.
  const id = newId()
  const send = async () => {
    const ready = readyRequest(typed(), { ...facts, hasPhoto: photo.photo() !== null })
    if (!ready) return said.replaceChildren(saying('care', w('missing')))
    const picture = photo.photo()
    const sent = await sendThroughOutbox({
      id, path: 'requests.fileRequest', input: { ...ready, requestId: id, submittedAt: phoneInstant() }, label: `${words.categories[ready.category]}, ${words.places[ready.place]}`, photos: picture ? [picture] : [],
    }).catch(() => null)
    if (sent === null || sent.state === 'refused') return said.replaceChildren(saying('care', sent?.message ?? w('notKept')))
    clearDraft(draftName)
    if (sent.state === 'sent') return form.replaceChildren(saying('good', wordOf(shell, 'outbox.states.sent')))
    form.replaceChildren(saying(ready.emergency ? 'danger' : 'waiting', ready.emergency ? w('keptEmergency') : w('keptTitle'), h('p', {}, w('kept'))))
  }
  const leave = oneAtATime(async () => {
    if (await photo.whole()) await send()
  })
  form.addEventListener('submit', event => { event.preventDefault(); leave() })
  form.addEventListener('input', follow)
  category.value = ''
  place.value = ''
  keepDraft(form, draftName)
  follow()
  // Its places are known only now that the category is.
  place.value = placeOf(categoryOf(facts.categories, category.value), readDraft(draftName)['place'] ?? '') ?? ''
  root.replaceChildren(form)
}
