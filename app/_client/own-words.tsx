'use client'

import { useEffect } from 'react'
import { formatDate } from '#server/kernel/format.ts'
import { fill, type WordsRecord } from './words.ts'

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** What a browser says of a field by itself it says in its own language: here it learns the words of the page (`data-field` of the body). */
export function OwnWords() {
  useEffect(() => {
    const words: WordsRecord = JSON.parse(document.body.dataset.field ?? '{}')
    const told = new Set<Control>()
    const say = ({ target }: Event) => {
      if (!isControl(target)) return
      target.setCustomValidity('')
      target.setCustomValidity(sentenceOf(target, words))
      told.add(target)
    }
    // What was said holds until the field changes or the form is pressed again: then the browser looks anew.
    const forget = ({ type, target }: Event) => {
      for (const field of told) if (type === 'click' ? isSubmitOf(target, field) : field === target || groupOf(field, target)) field.setCustomValidity('')
    }
    document.addEventListener('invalid', say, true)
    for (const type of ['input', 'change', 'click']) document.addEventListener(type, forget, true)
    return () => {
      document.removeEventListener('invalid', say, true)
      for (const type of ['input', 'change', 'click']) document.removeEventListener(type, forget, true)
    }
  }, [])
  return null
}

function isControl(target: EventTarget | null): target is Control {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** Enter in a field presses the button of its form too. */
function isSubmitOf(target: EventTarget | null, field: Control): boolean {
  const button = target instanceof Element ? target.closest('button, input[type=submit]') : null
  return (button instanceof HTMLButtonElement || button instanceof HTMLInputElement) && button.form === field.form
}

/** One choice of a group answers for all of them. */
function groupOf(field: Control, target: EventTarget | null): boolean {
  return field.type === 'radio' && target instanceof HTMLInputElement && target.name === field.name && target.form === field.form
}

function sentenceOf(field: Control, words: WordsRecord): string {
  const { validity } = field
  const [key, value] = validity.valueMissing ? [missingKey(field), ''] : validity.tooShort ? ['short', field.getAttribute('minlength') ?? '']
    : validity.rangeUnderflow ? limit(field, 'min') : validity.rangeOverflow ? limit(field, 'max') : ['wrong', '']
  const text = words[key]
  return typeof text === 'string' ? fill(text, { value }) : ''
}

function missingKey({ type }: Control): string {
  if (type === 'file' || type === 'checkbox') return type
  return type === 'radio' || type.startsWith('select') ? 'choose' : 'missing'
}

function limit(field: Control, name: 'min' | 'max'): [key: string, value: string] {
  const value = field.getAttribute(name) ?? ''
  if (field.type === 'date') return [`${name}Date`, formatDate(value)]
  return field.type === 'number' ? [name, value] : ['wrong', '']
}
