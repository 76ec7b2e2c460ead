'use client'

import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'

/** Makes the calculation and keeps the four papers together; what is missing is told by the server in words. */
export function PrepareForm({ number, act, ready, words }: { number: string; act: string; ready: boolean; words: WordsRecord }) {
  const w = (key: string) => String(words[key] ?? '')
  const [packId] = useState(() => newId())
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<{ text: string; code?: string } | null>(null)
  const prepare = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await call('billing.prepareCourtPack', { packId, number })
      window.location.reload()
    } catch (error) {
      setProblem(error instanceof CallError ? { text: error.message || w('noNetwork'), code: error.code } : { text: w('noNetwork') })
      setBusy(false)
    }
  }
  return (
    <div className="flex flex-col gap-2">
      {problem && <Notice tone="care" live="alert" title={w('refused')} {...(problem.code ? { code: problem.code } : {})}>{problem.text}</Notice>}
      <div><Button kind="main" disabled={!ready} busy={busy && w('working')} onClick={() => void prepare()}>{act}</Button></div>
    </div>
  )
}
