'use client'

import { useEffect, useState } from 'react'
import { ask, call, type OutputOf } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Progress } from '#app/_ui/progress.tsx'
import { newId } from '#server/kernel/ids.ts'

type Batch = OutputOf<'billing.papers'>[number]
type Language = { locale: 'uz' | 'kk' | 'ru'; name: string }
type Props = { buildingId: string; period: string; first: Language['locale']; languages: readonly Language[]; batches: readonly Batch[]; words: WordsRecord }

/** One file of the house's bills for the letter boxes; the worker draws it, whoever ordered may leave. */
export function RequestPapers({ buildingId, period, first, languages, batches, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [locale, setLocale] = useState(first)
  const [known, setKnown] = useState(batches)
  const { busy, problem, act } = useAct()
  const waiting = known.some(batch => batch.state === 'WAITING')
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(() => void ask('billing.papers', { buildingId, period }).then(setKnown, () => undefined), 1500)
    return () => clearInterval(timer)
  }, [waiting, buildingId, period])
  const order = async () => {
    await act(async () => {
      const made = await call('billing.requestPapers', { buildingId, batchId: newId(), period, locale })
      setKnown(before => [made, ...before])
    })
  }
  return (
    <Card title={w('title')} note={w('note')} actions={<Button kind="main" busy={busy && w('ordering')} disabled={waiting} onClick={() => void order()}>{w('order')}</Button>}>
      <SelectField size="dense" label={w('language')} value={locale} onChange={event => setLocale(languages.find(each => each.locale === event.target.value)?.locale ?? first)}
        options={languages.map(each => ({ value: each.locale, label: each.name }))} />
      {problem && <Notice tone="care" live="alert" title={problem.message} code={problem.code}>{null}</Notice>}
      <ul className="flex flex-col gap-3">{known.map(batch => <li key={batch.batchId}><OneBatch batch={batch} name={languages.find(each => each.locale === batch.locale)?.name ?? ''} w={w} /></li>)}</ul>
    </Card>
  )
}

function OneBatch({ batch, name, w }: { batch: Batch; name: string; w: (key: string) => string }) {
  if (batch.state === 'WAITING') {
    const drawn = batch.doneCount >= batch.billCount
    return (
      <>
        <Progress label={name} share={batch.doneCount / batch.billCount} text={drawn ? w('drawing') : fill(w('progress'), { done: batch.doneCount, all: batch.billCount })} />
        <p className="text-note">{w('left')}</p>
      </>
    )
  }
  if (batch.state === 'FAILED') return <Notice tone="care">{`${name}. ${fill(w('failed'), { number: batch.failedNumber ?? '' })}`}</Notice>
  if (batch.outdated) return <Notice tone="care">{`${name}. ${w('outdated')}`}</Notice>
  return (
    <form method="post" action={`/api/papers/${batch.buildingId}/${batch.batchId}`} className="flex flex-wrap items-center gap-3">
      <span>{`${name}. ${fill(w('ready'), { bills: batch.billCount, invitations: batch.invitationCount })}`}</span>
      <Button type="submit">{w('download')}</Button>
    </form>
  )
}
