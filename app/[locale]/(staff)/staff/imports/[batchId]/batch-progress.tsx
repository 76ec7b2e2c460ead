'use client'
import { useEffect, useState } from 'react'
import { ask } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { Progress } from '#app/_ui/progress.tsx'

type Words = { readSoFar: string; writtenSoFar: string; states: Readonly<Record<string, string>> }
type Now = { state: string; rowsRead: number; rowsApplied: number; rowsToApply: number }

/** How far the worker is; the page is drawn anew when the step is over. It can be left: the work goes on. */
export function BatchProgress({ batchId, state, words }: { batchId: string; state: string; words: Words }) {
  const [now, setNow] = useState<Now | null>(null)
  useEffect(() => {
    const timer = setInterval(() => {
      ask('imports.state', { batchId }).then(
        next => {
          if (next.state === 'READ' || next.state === 'DONE' || next.state === 'FAILED' || next.state === 'DISCARDED') window.location.reload()
          else setNow(next)
        },
        () => undefined, // no network for a moment: the next question may be answered
      )
    }, 1000)
    return () => clearInterval(timer)
  }, [batchId])
  const writing = (now?.state ?? state) === 'APPLYING'
  const text = now === null ? '' : writing ? fill(words.writtenSoFar, { count: now.rowsApplied, all: now.rowsToApply }) : fill(words.readSoFar, { count: now.rowsRead })
  return <Progress label={words.states[now?.state ?? state] ?? ''} share={now && writing && now.rowsToApply > 0 ? now.rowsApplied / now.rowsToApply : 0} text={text} />
}
