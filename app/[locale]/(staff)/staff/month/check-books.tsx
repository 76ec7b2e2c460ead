'use client'

import { useState } from 'react'
import { ask } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Progress } from '#app/_ui/progress.tsx'

/** Recomputes every entry of the organisation's houses and says whether they hold. */
export function CheckBooks({ organisationId, period, words }: { organisationId: string; period: string; words: WordsRecord }) {
  const w = (key: string) => String(words[key] ?? '')
  const { busy, problem, act } = useAct()
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null)
  const [done, setDone] = useState<{ done: number; all: number } | null>(null)
  const check = () => act(async () => {
    setSaid(null)
    let [from, houses] = [0, 1]
    const broken: { name: string }[] = []
    while (from < houses) {
      const step = await ask('billing.checkBooks', { organisationId, period, from })
      broken.push(...step.broken)
      from = step.done
      houses = step.houses
      setDone({ done: from, all: houses })
    }
    setSaid(broken.length === 0 ? { good: true, text: fill(w('good'), { count: houses }) } : { good: false, text: fill(w('broken'), { names: broken.map(each => each.name).join(', ') }) })
  })
  return (
    <div className="flex flex-col gap-2">
      {busy && done && <Progress label={w('checking')} share={done.done / done.all} text={fill(w('progress'), done)} />}
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {said && <Notice tone={said.good ? 'good' : 'care'} live="status">{said.text}</Notice>}
      <div><Button busy={busy && w('checking')} onClick={() => void check()}>{w('check')}</Button></div>
    </div>
  )
}
