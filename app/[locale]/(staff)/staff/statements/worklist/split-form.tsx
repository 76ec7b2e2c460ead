'use client'
import { useState, type FormEvent } from 'react'
import { fill } from '#app/_client/words.ts'
import { typedSum } from '#app/_parts/ledger/typed-sum.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { judgeParts, type Part } from './split-parts.ts'
import type { WorklistWords } from './worklist-words.ts'

type Props = { words: WorklistWords; busy: boolean; whole: bigint; money: (amount: bigint) => string; onSend: (parts: Part[]) => void }

/** One transfer for several accounts; the parts must make the whole before they are sent. */
export function SplitForm({ words, busy, whole, money, onSend }: Props) {
  const [count, setCount] = useState(2)
  const [{ short, told }, setWrong] = useState<ReturnType<typeof judgeParts>>({ short: [], told: null })
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const parts = Array.from({ length: count }, (_, index) => ({ number: String(form.get(`number${index}`) ?? '').replace(/\D/g, ''), amount: typedSum(String(form.get(`sum${index}`) ?? '')) ?? 0n }))
    const wrong = judgeParts(parts, whole)
    setWrong(wrong)
    if (wrong.short.length === 0 && wrong.told === null) onSend(parts)
  }
  return (
    <form onSubmit={send} className="flex flex-col gap-2">
      {Array.from({ length: count }, (_, index) => (
        <fieldset key={index} className="grid grid-cols-2 items-start gap-2">
          <legend className="text-note">{fill(words.part, { n: index + 1 })}</legend>
          <Field size="dense" name={`number${index}`} label={words.number} error={short.includes(index) && words.tenDigits} inputMode="numeric" required autoComplete="off" autoFocus={index === 0} maxLength={14} />
          <Field size="dense" name={`sum${index}`} label={words.partSum} inputMode="decimal" required autoComplete="off" error={told !== null && index === count - 1 ? fill(words.badSum, { parts: money(told), whole: money(whole) }) : undefined} />
        </fieldset>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="main" busy={busy && words.working}>{words.splitAct}</Button>
        {count < 20 && <Button onClick={() => setCount(count + 1)}>{words.morePart}</Button>}
      </div>
    </form>
  )
}
