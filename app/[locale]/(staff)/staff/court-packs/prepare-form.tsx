'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'

type Props = { number: string; act: string; /** The element that says why it cannot be done yet. */ lacks: string | null; words: WordsRecord }

/** Makes the calculation and keeps the four papers together; what came in the way since is told by the server in words. */
export function PrepareForm({ number, act, lacks, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [packId] = useState(() => newId())
  const { busy, problem, act: run } = useAct(leave)
  return (
    <div className="flex flex-col gap-2">
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
      <div><Button kind="main" disabled={lacks !== null} {...(lacks === null ? {} : { describedBy: lacks })} busy={busy && w('working')} onClick={() => void run(() => call('billing.prepareCourtPack', { packId, number }))}>{act}</Button></div>
    </div>
  )
}
