'use client'
import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Words = { accept: string; acceptNote: string; reject: string; nothing: string }

/** Yes writes the good rows, no leaves everything as it is. */
export function Decision({ batchId, count, words }: { batchId: string; count: number; words: Words }) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  async function decide(path: 'imports.accept' | 'imports.reject') {
    setBusy(true)
    try {
      await call(path, { batchId })
      window.location.reload()
    } catch (caught) {
      if (!(caught instanceof CallError)) throw caught
      setError(caught.message)
      setBusy(false)
    }
  }
  return (
    <div className="flex max-w-3xl flex-col gap-2">
      <p className="text-note">{count === 0 ? words.nothing : words.acceptNote}</p>
      <div className="flex flex-wrap gap-2">
        {count > 0 && <Button kind="main" hotkey="i" disabled={busy} onClick={() => void decide('imports.accept')}>{fill(words.accept, { count })}</Button>}
        <Button kind="plain" disabled={busy} onClick={() => void decide('imports.reject')}>{words.reject}</Button>
      </div>
      {error !== null && <Notice tone="care" live="alert">{error}</Notice>}
    </div>
  )
}
