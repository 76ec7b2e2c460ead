'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'

/** Makes the calculation and keeps the four papers together; what is missing is told by the server in words. */
export function PrepareForm({ number, act, ready, words }: { number: string; act: string; ready: boolean; words: WordsRecord }) {
  const w = (key: string) => String(words[key] ?? '')
  const [packId] = useState(() => newId())
  const { busy, problem, act: run } = useAct(leave)
  return (
    <div className="flex flex-col gap-2">
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
      <div><Button kind="main" disabled={!ready} busy={busy && w('working')} onClick={() => void run(() => call('billing.prepareCourtPack', { packId, number }))}>{act}</Button></div>
    </div>
  )
}
