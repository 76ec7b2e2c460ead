'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

/** All drafts of others at once, on one ground; one's own wait for another person. */
export function PostAllReissued({ buildingId, period, count, words }: { buildingId: string; period: string; count: number; words: WordsRecord }) {
  const w = (key: string) => String(words[key] ?? '')
  const { busy, problem, act } = useAct()
  const [done, setDone] = useState({ posted: 0, waiting: 0 })
  const post = async () => {
    await act(async () => {
      setDone(await call('billing.postCorrections', { buildingId, period }))
    })
  }
  if (done.posted > 0) return <Notice tone="good" live="status">{[fill(w('postedAll'), { count: done.posted }), ...(done.waiting > 0 ? [fill(w('ownWait'), { count: done.waiting })] : [])].join(' ')}</Notice>
  return (
    <div className="flex flex-col gap-3">
      <div><Button kind="main" busy={busy && w('working')} onClick={() => void post()}>{fill(w('postAll'), { count })}</Button></div>
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
    </div>
  )
}
