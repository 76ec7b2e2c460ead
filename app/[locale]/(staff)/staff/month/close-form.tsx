'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Progress } from '#app/_ui/progress.tsx'

type Props = { organisationId: string; period: string; act: string; ready: boolean; words: WordsRecord }

/** Closes the books through this month, some houses at a time; what is missing is told by the server in words. What broke off goes on at the next press. */
export function CloseForm({ organisationId, period, act, ready, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const { busy, problem, act: run } = useAct()
  const [done, setDone] = useState<{ closed: number; all: number } | null>(null)
  const [agreed, setAgreed] = useState(false)
  const close = async () => {
    await run(async () => {
      for (let left = 1; left > 0;) {
        const step = await call('billing.closeMonth', { organisationId, period })
        left = step.left
        setDone({ closed: step.all - left, all: step.all })
      }
      return leave()
    })
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="text-note">{w('note')}</p>
      {ready && <CheckField label={w('agree')} checked={agreed} onChange={event => setAgreed(event.target.checked)} />}
      {done && <Progress label={w('working')} share={done.closed / done.all} text={fill(w('some'), done)} />}
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
      <div><Button kind="main" disabled={!ready || !agreed} busy={busy && w('working')} onClick={() => void close()}>{act}</Button></div>
    </div>
  )
}
