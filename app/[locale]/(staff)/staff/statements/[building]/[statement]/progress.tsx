'use client'
import { useEffect, useState } from 'react'
import { ask } from '#app/_client/trpc.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Progress } from '#app/_ui/progress.tsx'

type Now = { state: string; lines: number; postedRow: number }
type Props = { buildingId: string; statementId: string; state: string; label: string; words: WordsRecord }

/** How far the worker is; the page is drawn anew when the step is over. It can be left: the work goes on. */
export function StatementProgress({ buildingId, statementId, state, label, words }: Props) {
  const [now, setNow] = useState<Now | null>(null)
  useEffect(() => {
    const timer = setInterval(() => {
      ask('statements.state', { buildingId, statementId }).then(
        next => (next.state === state || next.state === 'READING' ? setNow(next) : window.location.reload()),
        () => undefined, // no network for a moment: the next question may be answered
      )
    }, 1000)
    return () => clearInterval(timer)
  }, [buildingId, statementId, state])
  const posting = state === 'POSTING'
  const text = now === null ? '' : fill(String(words[posting ? 'postedSoFar' : 'readSoFar'] ?? ''), { count: posting ? now.postedRow : now.lines })
  return <Progress label={label} share={now && posting && now.lines > 0 ? Math.min(1, now.postedRow / now.lines) : 0} text={text} />
}
