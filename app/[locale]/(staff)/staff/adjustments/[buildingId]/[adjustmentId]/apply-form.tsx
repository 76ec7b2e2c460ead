'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { sumToType, typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'

export type ApplyWords = Record<'title' | 'note' | 'amount' | 'post' | 'working' | 'amountWrong', string>
type Props = { buildingId: string; conclusionId: string; amount: bigint; words: ApplyWords }

/** The body carries the conclusion out, once; the id stays the same however often the button is pressed. */
export function ApplyForm({ buildingId, conclusionId, amount, words }: Props) {
  const [transactionId] = useState(() => newId())
  const { busy, problem, act, complain } = useAct()

  async function post(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const sum = typedSum(String(new FormData(event.currentTarget).get('amount') ?? ''))
    if (sum === null) return complain(words.amountWrong)
    await act(async () => {
      await call('ledger.postAdjustment', { buildingId, conclusionId, transactionId, amount: amount < 0n ? -sum : sum })
      return leave()
    })
  }

  return (
    <Card title={words.title} note={words.note}>
      <form onSubmit={event => void post(event)} className="flex flex-col gap-3">
        <Field size="dense" name="amount" inputMode="decimal" label={words.amount} defaultValue={sumToType(amount)} required maxLength={20} />
        {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
        <div><Button type="submit" kind="main" busy={busy ? words.working : null}>{words.post}</Button></div>
      </form>
    </Card>
  )
}
