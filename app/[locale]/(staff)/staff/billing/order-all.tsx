'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'

type Counts = { orderId: string; waiting: number; posted: number; held: number }
type Props = { /** Not billed yet; all of them unless some are taken out. */ houses: readonly { buildingId: string; name: string }[]; organisationId: string; period: string; title: string; note: string; /** The month is not over, and readings still come. */ early: boolean; words: WordsRecord }

/** Bills every house of an organisation; can be left, the worker finishes what is waiting. */
export function OrderAll({ houses, organisationId, period, title, note, early, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [accept, setAccept] = useState(false)
  const [wait, setWait] = useState(early)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const chosen = houses.filter(each => !left.has(each.buildingId)).map(each => each.buildingId)
  const take = (buildingId: string, taken: boolean) => setLeft(before => new Set(taken ? [...before].filter(each => each !== buildingId) : [...before, buildingId]))
  const [counts, setCounts] = useState<Counts | null>(null)
  const { busy, problem, act } = useAct()
  const start = async () => {
    await act(async () => {
      let now: Counts = await call('billing.open', { organisationId, period, acceptFindings: accept, ...(left.size === 0 ? {} : { buildingIds: chosen }) })
      setCounts(now)
      while (now.waiting > 0) {
        now = await call('billing.continue', { orderId: now.orderId })
        setCounts(now)
      }
    })
  }
  const all = counts ? counts.waiting + counts.posted + counts.held : 0
  return (
    <Card title={title} note={note} actions={<Button kind="main" busy={busy && w('working')} disabled={wait || counts?.waiting === 0 || chosen.length === 0} onClick={() => void start()}>{w('all')}</Button>}>
      {early && <Notice tone="care">{w('early')}</Notice>}
      {early && <CheckField label={w('earlyAccept')} checked={!wait} onChange={event => setWait(!event.target.checked)} />}
      <CheckField label={w('allAccept')} checked={accept} onChange={event => setAccept(event.target.checked)} />
      {houses.length > 1 && counts === null && (
        <Sheet flat summary={fill(w('chosen'), { count: chosen.length, all: houses.length })}>
          {houses.map(each => <CheckField key={each.buildingId} label={each.name} checked={!left.has(each.buildingId)} onChange={event => take(each.buildingId, event.target.checked)} />)}
        </Sheet>
      )}
      {counts && <Progress label={w('all')} share={all === 0 ? 1 : (counts.posted + counts.held) / all} text={fill(w('progress'), { posted: counts.posted, waiting: counts.waiting, held: counts.held })} />}
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
    </Card>
  )
}
