'use client'

import { useEffect, useState } from 'react'
import type { EntryMeta } from './outbox.ts'
import { whenIdle } from './when-idle.ts'

export type WaitingThing = EntryMeta & { label: string; written: string }

/** What this person's phone has not yet delivered; the code behind it is loaded when the phone is idle. */
export function useOutbox(): readonly WaitingThing[] {
  const [things, setThings] = useState<readonly WaitingThing[]>([])
  useEffect(() => {
    let over = false
    let stop = () => {}
    const begin = async () => {
      const live = await import('./outbox-live.ts')
      const read = async () => {
        const found = await live.waitingThings()
        if (!over) setThings(found)
      }
      stop()
      stop = live.onOutboxChange(() => void read())
      await read()
    }
    const rest = whenIdle(begin, 300)
    return () => {
      over = true
      rest()
      stop()
    }
  }, [])
  return things
}
