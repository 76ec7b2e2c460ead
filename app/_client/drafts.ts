// What is typed into a form and not yet sent: kept at every keystroke, per person, gone when sent,
// when the person signs out, or after 35 days.
import { draftPersonSlot } from './person-slots.ts'

const prefix = 'uyim:draft:'
const nobodys = `${prefix}nobody:`
const keptFor = 35 * 24 * 60 * 60 * 1000

export type Draft = Readonly<Record<string, string>>

/** Null: somebody is signing in, or nobody is here; what is typed meanwhile becomes the draft of whoever it turns out to be. */
export function setDraftPerson(personKey: string | null): void {
  if (personKey === null) return localStorage.removeItem(draftPersonSlot)
  const known = localStorage.getItem(draftPersonSlot) === personKey
  localStorage.setItem(draftPersonSlot, personKey)
  if (known) return
  for (const key of Object.keys(localStorage)) if (key.startsWith(nobodys)) adopt(key, `${prefix}${personKey}:${key.slice(nobodys.length)}`)
  for (const listener of newcomers) listener()
}

function adopt(from: string, to: string): void {
  const held = localStorage.getItem(from)
  if (held !== null) localStorage.setItem(to, held)
  localStorage.removeItem(from)
}

const newcomers = new Set<() => void>()

/** Calls back when it becomes known whose drafts these are: a form that is still empty reads its draft then. */
export function onDraftPerson(listener: () => void): () => void {
  newcomers.add(listener)
  return () => newcomers.delete(listener)
}

export function readDraft(name: string): Draft {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(keyOf(name)) ?? 'null')
    return isHeld(held) && Date.now() - held.at < keptFor ? held.values : {}
  } catch {
    return {}
  }
}

/** A full or forbidden store loses the draft, never the screen. */
export function writeDraft(name: string, values: Draft): void {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now(), values }))
  } catch {
    // Private mode of old browsers: the form itself still holds the text.
  }
}

export function clearDraft(name: string): void {
  localStorage.removeItem(keyOf(name))
}

export function clearDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key)
}

/**
 * For plain forms: puts back what was typed before, and keeps what is typed from now on.
 * Passwords, codes and files are never kept; `data-no-draft` leaves a field out.
 */
export function keepDraft(form: HTMLFormElement, name: string): { restored: boolean; stop: () => void } {
  const restored = restore(form, readDraft(name))
  let touched = false
  const listen = () => {
    touched = true
    writeDraft(name, valuesOf(form))
  }
  const forget = onDraftPerson(() => touched || restore(form, readDraft(name)))
  form.addEventListener('input', listen)
  const stop = () => {
    forget()
    form.removeEventListener('input', listen)
  }
  return { restored, stop }
}

function restore(form: HTMLFormElement, values: Draft): boolean {
  let restored = false
  for (const field of fieldsOf(form)) {
    const kept = values[field.name]
    if (kept === undefined) continue
    if (field instanceof HTMLInputElement && (field.type === 'radio' || field.type === 'checkbox')) field.checked = kept.split('\n').includes(field.value)
    // A list always has something chosen: what was chosen before is put back, if it is still among them.
    else if (field instanceof HTMLSelectElement) field.value = [...field.options].some((option) => option.value === kept) ? kept : field.value
    else if (!field.value) field.value = kept
    restored = true
  }
  return restored
}

function valuesOf(form: HTMLFormElement): Draft {
  const values: Record<string, string> = {}
  for (const field of fieldsOf(form)) {
    if (field instanceof HTMLInputElement && (field.type === 'radio' || field.type === 'checkbox')) {
      if (field.checked) values[field.name] = [values[field.name], field.value].filter(Boolean).join('\n')
    } else if (field.value) values[field.name] = field.value
  }
  return values
}

type TextField = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

function fieldsOf(form: HTMLFormElement): TextField[] {
  return [...form.querySelectorAll<TextField>('input[name], textarea[name], select[name]')].filter(
    (field) => !('noDraft' in field.dataset) && field.autocomplete !== 'one-time-code' && !/^(password|file|hidden|submit)$/.test(field.type),
  )
}

function keyOf(name: string): string {
  return `${prefix}${localStorage.getItem(draftPersonSlot) ?? 'nobody'}:${name}`
}

function isHeld(value: unknown): value is { at: number; values: Draft } {
  return typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'number' && 'values' in value
}
