// Fields of the forms without a framework; the same look as app/_ui/field.tsx.
import { buttonLook, type ButtonKind } from '#app/_ui/button-look.ts'
import { h } from './dom.ts'
import { shrinkPhoto } from './photo.ts'
import type { WordsRecord } from './words.ts'

const box = 'block w-full min-w-0 rounded-field border border-note bg-surface px-3 text-ink aria-invalid:border-2 aria-invalid:border-danger'
const boxBody = `${box} min-h-12 py-2 text-base`
const boxFigures = `${box} figures min-h-14 py-2 text-sum tracking-[0.2em]`

let made = 0

export function labelled(label: string, control: HTMLElement, hint?: string): HTMLElement {
  made += 1
  control.id ||= `f-${made}`
  if (hint) control.setAttribute('aria-describedby', `${control.id}-hint`)
  return h('div', { class: 'flex flex-col gap-1.5' }, h('label', { class: 'font-medium', for: control.id }, label),
    hint ? h('p', { class: 'text-small text-note', id: `${control.id}-hint` }, hint) : null, control)
}

export function figuresInput(name: string): HTMLInputElement {
  return h('input', { name, type: 'text', inputmode: 'decimal', autocomplete: 'off', maxlength: '20', class: boxFigures })
}

export function textInput(name: string): HTMLTextAreaElement {
  return h('textarea', { name, rows: '3', maxlength: '4000', class: boxBody })
}

export function choice(name: string, options: readonly { value: string; label: string; disabled?: boolean }[]): HTMLSelectElement {
  return h('select', { name, class: boxBody }, ...options.map(option => h('option', { value: option.value, disabled: option.disabled }, option.label)))
}

export function button(label: string, onclick: (() => void) | null, kind: ButtonKind = 'plain'): HTMLButtonElement {
  return h('button', { type: onclick ? 'button' : 'submit', class: buttonLook(kind), onclick }, label)
}

/** A box that says something: `care` waits for an answer, `good` and `waiting` tell. */
export function saying(tone: 'care' | 'good' | 'waiting' | 'danger', text: string, ...more: (HTMLElement | null)[]): HTMLElement {
  const looks = { care: 'bg-care-soft border-care', good: 'bg-good-soft border-good', waiting: 'bg-surface border-note', danger: 'bg-danger-soft border-danger' }
  return h('div', { role: tone === 'care' || tone === 'danger' ? 'alert' : 'status', class: `flex flex-col gap-3 rounded-card border p-4 ${looks[tone]}` }, h('p', { class: 'font-medium' }, text), ...more)
}

export type PhotoWords = { add: string; replace: string; preparing: string; failed: string }

/** One photo, made small before it is kept; the browser's own button would speak its own language. `whole` waits for one in the making: false where it could not be made. */
export function photoInput(label: string, words: PhotoWords): { element: HTMLElement; photo: () => Blob | null; whole: () => Promise<boolean> } {
  let photo: Blob | null = null
  let making = Promise.resolve(true)
  const said = h('span', { class: 'text-small', role: 'status' })
  const name = h('span', {}, label)
  const input = h('input', { type: 'file', accept: 'image/*', capture: 'environment', class: 'sr-only' })
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (!file) return
    said.textContent = words.preparing
    making = shrinkPhoto(file).then(
      made => { photo = made; name.textContent = words.replace; said.textContent = ''; return true },
      () => {
        photo = null
        name.textContent = label
        said.textContent = words.failed
        making = Promise.resolve(true)
        return false
      })
  })
  const button = h('label', { class: `${buttonLook('plain', true)} has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-act` }, name, input)
  return { element: h('div', { class: 'flex flex-col gap-1.5' }, button, said), photo: () => photo, whole: () => making }
}

/** A word of the shell by its key; a missing one shows its key. */
export function wordOf(words: object, key: string): string {
  let found: unknown = words
  for (const part of key.split('.')) found = typeof found === 'object' && found !== null ? (found as WordsRecord)[part] : undefined
  return typeof found === 'string' ? found : key
}
