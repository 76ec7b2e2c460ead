import { useEffect, useRef, useState } from 'react'
import { refusalOf } from '#app/_client/refusal.ts'
import { ask } from '#app/_client/trpc.ts'
import type { DeskHit } from '#server/desk/schema.ts'

/** `failed` is what the server said, '' when nothing came back. */
type State = { kind: 'idle' | 'searching' } | { kind: 'failed'; message: string }

const pause = 120

/** Asks a moment after the last key; an older answer never replaces a newer one. */
export function useSearch() {
  const [text, setText] = useState('')
  const [found, setFound] = useState<{ text: string; hits: DeskHit[] } | null>(null)
  const [state, setState] = useState<State>({ kind: 'idle' })
  const turn = useRef(0)

  useEffect(() => {
    const mine = ++turn.current
    if (text.trim() === '') {
      setFound(null)
      setState({ kind: 'idle' })
      return
    }
    const timer = setTimeout(() => {
      setState({ kind: 'searching' })
      ask('desk.search', { text }).then(
        (hits) => {
          if (turn.current !== mine) return
          setFound({ text, hits })
          setState({ kind: 'idle' })
        },
        (error: unknown) => {
          if (turn.current === mine) setState({ kind: 'failed', message: refusalOf(error) })
        },
      )
    }, pause)
    return () => clearTimeout(timer)
  }, [text])
  return { text, setText, found, state }
}
