'use client'

import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { organisationId: string; period: string; act: string; ready: boolean; words: WordsRecord }

/** Closes the books through this month; what is missing is told by the server in words. */
export function CloseForm({ organisationId, period, act, ready, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<CallError | null>(null)
  const close = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await call('billing.closeMonth', { organisationId, period })
      window.location.reload()
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      setProblem(error)
      setBusy(false)
    }
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="text-note">{w('note')}</p>
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
      <div><Button kind="main" disabled={!ready} busy={busy && w('working')} onClick={() => void close()}>{act}</Button></div>
    </div>
  )
}
