'use client'

import { useCallback, useEffect, useState } from 'react'
import { clearDraft, readDraft, writeDraft, type Draft } from './drafts.ts'

/** For forms whose values React holds: `const { values, set, clear } = useDraft('request-new', { text: '' })`. */
export function useDraft<Values extends Draft>(name: string, initial: Values) {
  const [values, setValues] = useState<Values>(initial)

  // After the first paint, so that the server's text and the phone's agree.
  useEffect(() => setValues((now) => ({ ...now, ...readDraft(name) })), [name])

  const set = useCallback(
    (field: keyof Values & string, value: string) =>
      setValues((now) => {
        const next = { ...now, [field]: value }
        writeDraft(name, next)
        return next
      }),
    [name],
  )
  const clear = useCallback(() => clearDraft(name), [name])
  return { values, set, clear }
}
