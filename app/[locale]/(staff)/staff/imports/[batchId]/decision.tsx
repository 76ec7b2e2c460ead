'use client'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Words = { accept: string; acceptNote: string; reject: string; nothing: string }

/** Yes writes the good rows, no leaves everything as it is. */
export function Decision({ batchId, count, words }: { batchId: string; count: number; words: Words }) {
  const { busy, problem, act } = useAct()
  async function decide(path: 'imports.accept' | 'imports.reject') {
    await act(async () => {
      await call(path, { batchId })
      return leave()
    })
  }
  return (
    <div className="flex max-w-3xl flex-col gap-2">
      <p className="text-note">{count === 0 ? words.nothing : words.acceptNote}</p>
      <div className="flex flex-wrap gap-2">
        {count > 0 && <Button kind="main" hotkey="i" disabled={busy} onClick={() => void decide('imports.accept')}>{fill(words.accept, { count })}</Button>}
        <Button kind="plain" disabled={busy} onClick={() => void decide('imports.reject')}>{words.reject}</Button>
      </div>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
    </div>
  )
}
