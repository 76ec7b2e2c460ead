'use client'
import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { buildingId: string; statementId: string; count: number; words: WordsRecord }

/** Yes posts what is certain, no leaves everything as it is. */
export function Decision({ buildingId, statementId, count, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  async function decide(path: 'statements.accept' | 'statements.reject') {
    setBusy(true)
    try {
      await call(path, { buildingId, statementId })
      window.location.reload()
    } catch (refusal) {
      if (!(refusal instanceof CallError)) throw refusal
      setError(refusal.message)
      setBusy(false)
    }
  }
  return (
    <div className="flex max-w-3xl flex-col gap-2">
      <p className="text-note">{w('acceptNote')}</p>
      <div className="flex flex-wrap gap-2">
        <Button kind="main" hotkey="i" disabled={busy} onClick={() => void decide('statements.accept')}>{count > 0 ? fill(w('accept'), { count }) : w('keep')}</Button>
        <Button disabled={busy} onClick={() => void decide('statements.reject')}>{w('reject')}</Button>
      </div>
      {error !== null && <Notice tone="care" live="alert">{error}</Notice>}
    </div>
  )
}
