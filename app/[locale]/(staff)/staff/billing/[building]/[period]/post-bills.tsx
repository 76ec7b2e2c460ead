'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { buildingId: string; period: string; accounts: number; hash: string; findings: number; total: string; /** The month is not over, and readings still come. */ early: boolean; words: WordsRecord }

/** Posts exactly what was previewed: the hash goes along, and anything that changed meanwhile stops it. */
export function PostBills({ buildingId, period, accounts, hash, findings, total, early, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [accept, setAccept] = useState(false)
  const [wait, setWait] = useState(early)
  const [done, setDone] = useState(false)
  const { busy, problem, act } = useAct()
  const post = async () => {
    await act(async () => {
      await call('billing.run', { buildingId, period, acceptFindings: accept, expectedHash: hash })
      setDone(true)
    })
  }
  if (done) return <Notice tone="good" live="status">{fill(w('posted'), { count: accounts, sum: total })}</Notice>
  return (
    <Card note={w('irreversible')} actions={<Button kind="main" hotkey="p" disabled={wait || (findings > 0 && !accept)} busy={busy && w('posting')} onClick={() => void post()}>{fill(w('post'), { count: accounts })}</Button>}>
      {early && <Notice tone="care">{w('early')}</Notice>}
      {early && <CheckField label={w('earlyAccept')} checked={!wait} onChange={event => setWait(!event.target.checked)} />}
      {findings > 0 && <CheckField label={w('accept')} checked={accept} onChange={event => setAccept(event.target.checked)} />}
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
    </Card>
  )
}
