'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { buildingId: string; correctionId: string; billNumber: string; mine: boolean; conclusions: readonly { conclusionId: string; number: string }[]; words: WordsRecord }

/** The second person posts the new bill or sends the draft back; who drafted may only take it back. */
export function DecideReissue({ buildingId, correctionId, billNumber, mine, conclusions, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [conclusion, setConclusion] = useState('')
  const { busy, problem, act } = useAct()
  const [said, setSaid] = useState('')
  const decide = (work: () => Promise<unknown>, done: string) => act(async () => {
    await work()
    setSaid(done)
  })
  const decline = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    void decide(() => call('billing.declineCorrection', { buildingId, correctionId, reason }), w(mine ? 'takenBack' : 'declined'))
  }
  const post = () => void decide(() => call('billing.postCorrection', { buildingId, correctionId, ...(conclusion ? { conclusionId: conclusion } : {}) }), fill(w('posted'), { number: billNumber }))
  if (said) return <Notice tone="good" live="status">{said}</Notice>
  return (
    <div className="flex flex-col gap-3">
      {mine && <p className="text-note">{w('mine')}</p>}
      {!mine && conclusions.length > 0 && (
        <SelectField size="dense" label={w('conclusion')} value={conclusion} onChange={event => setConclusion(event.target.value)}
          options={[{ value: '', label: w('noConclusion') }, ...conclusions.map(each => ({ value: each.conclusionId, label: each.number }))]} />
      )}
      {!mine && <div><Button kind="main" busy={busy && w('working')} onClick={post}>{w('post')}</Button></div>}
      <form onSubmit={decline} className="flex items-end gap-2">
        <Field size="dense" name="reason" label={w('reason')} required minLength={3} maxLength={500} autoComplete="off" />
        <Button type="submit" disabled={busy}>{w(mine ? 'takeBack' : 'decline')}</Button>
      </form>
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
    </div>
  )
}
