'use client'

import { useEffect, useRef, useState } from 'react'
import { ask } from '#app/_client/trpc.ts'
import type { DeskHit } from '#server/desk/schema.ts'

type State = 'idle' | 'searching' | 'failed'

/** Asks a moment after the last key; an older answer never replaces a newer one. */
export function useSearch(initial: string) {
  const [text, setText] = useState(initial)
  const [hits, setHits] = useState<DeskHit[]>([])
  const [state, setState] = useState<State>('idle')
  const [asked, setAsked] = useState(false)
  const turn = useRef(0)

  useEffect(() => {
    const mine = ++turn.current
    if (text.trim().length < 1) {
      setHits([])
      setAsked(false)
      setState('idle')
      return
    }
    const timer = setTimeout(() => {
      setState('searching')
      ask('desk.search', { text }).then(
        found => { if (turn.current === mine) { setHits(found); setAsked(true); setState('idle') } },
        () => { if (turn.current === mine) setState('failed') },
      )
    }, 120)
    return () => clearTimeout(timer)
  }, [text])
  return { text, setText, hits, state, asked }
}
