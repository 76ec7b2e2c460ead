'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { clearDraft, onDraftPerson, readDraft, writeDraft, type Draft } from './drafts.ts'

/** For forms whose values React holds: `const { values, set, clear } = useDraft('request-new', { text: '' })`. */
export function useDraft<Values extends Draft>(name: string, initial: Values) {
  const [values, setValues] = useState<Values>(initial)

  const touched = useRef(false)

  // After the first paint, so that the server's text and the phone's agree; again when it turns out who is here.
  useEffect(() => {
    const read = () => touched.current || setValues((now) => ({ ...now, ...readDraft(name) }))
    read()
    return onDraftPerson(read)
  }, [name])

  const set = useCallback(
    (field: keyof Values & string, value: string) => {
      touched.current = true
      setValues((now) => {
        const next = { ...now, [field]: value }
        writeDraft(name, next)
        return next
      })
    },
    [name],
  )
  const clear = useCallback(() => clearDraft(name), [name])
  return { values, set, clear }
}
