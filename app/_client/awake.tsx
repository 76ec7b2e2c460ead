'use client'

import { useEffect } from 'react'
import type { EarlyHands } from './early-hands.ts'

/** The page has woken: what was typed and pressed before is handed to it, as if it were done now. */
export function Awake() {
  useEffect(() => {
    const early = window.uyimEarly
    if (!early) return
    delete window.uyimEarly
    early.stop()
    for (const [field, value] of early.typed) if (field.isConnected) retype(field, value)
    const { pressed } = early
    // After what was typed has been taken in.
    if (pressed) setTimeout(() => pressed.isConnected && pressAgain(pressed), 0)
  }, [])
  return null
}

type Field = EarlyHands['typed'] extends Map<infer Key, unknown> ? Key : never

/** A form hears only of a change: the field is first put back to what the page knows of it. */
function retype(field: Field, value: string | boolean): void {
  if (field instanceof HTMLInputElement && typeof value === 'boolean') {
    field.checked = !value
    return field.click()
  }
  if (!(field instanceof HTMLInputElement && field.type === 'file') && typeof value === 'string') {
    field.value = ''
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, value)
  }
  for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }))
}

function pressAgain(pressed: HTMLElement): void {
  if (pressed instanceof HTMLFormElement) pressed.requestSubmit()
  else if (pressed instanceof HTMLButtonElement && pressed.type === 'submit') pressed.form?.requestSubmit(pressed)
  else pressed.click()
}
