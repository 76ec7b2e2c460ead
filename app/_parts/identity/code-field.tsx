'use client'

import { useEffect, useState } from 'react'
import { awaitCode } from '#app/_client/web-otp.ts'
import { Field } from '#app/_ui/field.tsx'

type Props = { label: string; hint?: string; error?: string | undefined; typed?: string; onCode?: (code: string) => void }

/** One field, not six; the phone may fill it from the SMS, the person presses the button. */
export function CodeField({ label, hint, error, typed = '', onCode }: Props) {
  const [code, setCode] = useState(typed)
  const take = (found: string) => {
    setCode(found)
    onCode?.(found)
  }
  useEffect(() => {
    const leaving = new AbortController()
    void awaitCode(leaving.signal).then((found) => {
      if (found !== null) take(found)
    })
    return () => leaving.abort()
  }, [])
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      name="code"
      size="figures"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9 ]*"
      maxLength={6}
      required
      value={code}
      onChange={(event) => take(event.target.value)}
    />
  )
}
