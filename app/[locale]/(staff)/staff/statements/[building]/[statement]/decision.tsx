'use client'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { buildingId: string; statementId: string; count: number; words: WordsRecord }

/** Yes posts what is certain, no leaves everything as it is. */
export function Decision({ buildingId, statementId, count, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const { busy, problem, act } = useAct()
  async function decide(path: 'statements.accept' | 'statements.reject') {
    await act(async () => {
      await call(path, { buildingId, statementId })
      return leave()
    })
  }
  return (
    <div className="flex max-w-3xl flex-col gap-2">
      <p className="text-note">{w('acceptNote')}</p>
      <div className="flex flex-wrap gap-2">
        <Button kind="main" hotkey="i" disabled={busy} onClick={() => void decide('statements.accept')}>{count > 0 ? fill(w('accept'), { count }) : w('keep')}</Button>
        <Button disabled={busy} onClick={() => void decide('statements.reject')}>{w('reject')}</Button>
      </div>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
    </div>
  )
}
