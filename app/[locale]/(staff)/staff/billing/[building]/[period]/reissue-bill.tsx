'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill, type WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatMoney, type Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Currency } from '#server/kernel/money.ts'

type Props = { buildingId: string; period: string; currency: Currency; locale: Locale; words: WordsRecord }

/** Counts a posted bill anew by the facts of today and writes the difference down for another person. */
export function ReissueBill({ buildingId, period, currency, locale, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const { busy, problem, act } = useAct()
  const [said, setSaid] = useState('')
  const draft = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    await act(async () => {
      const number = text('number').replace(/[\s-]/g, '')
      const ground = text('ground')
      const { was, becomes, drafted } = number === '' ? await call('billing.draftCorrections', { buildingId, period, ground })
        : { drafted: 1, ...await call('billing.draftCorrection', { correctionId: newId(), number, period, ground }) }
      setSaid(fill(w('drafted'), { count: drafted, was: formatMoney(was, currency, locale), becomes: formatMoney(becomes, currency, locale) }))
    })
  }
  if (said) return <Notice tone="good" live="status">{said}</Notice>
  return (
    <Card title={w('title')} note={w('note')}>
      <form onSubmit={event => void draft(event)} className="flex flex-col gap-3">
        <Field size="dense" name="number" label={w('number')} hint={w('wholeHouse')} inputMode="numeric" maxLength={14} autoComplete="off" />
        <Field size="dense" name="ground" label={w('ground')} required minLength={3} maxLength={500} autoComplete="off" />
        <div><Button type="submit" busy={busy && w('working')}>{w('draft')}</Button></div>
      </form>
      {problem && <Notice tone="care" live="alert" title={w('refused')} code={problem.code}>{problem.message}</Notice>}
    </Card>
  )
}
