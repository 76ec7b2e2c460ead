'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { readLimit } from './read-limit.ts'

export type LimitWords = Record<'name' | 'MONEY_DAY' | 'PREFIX_HOUR' | 'country' | 'prefix' | 'prefixHint' | 'value' | 'valueHint' | 'basis' | 'basisHint' | 'save' | 'saving' | 'saved' | 'unreadable' | 'prefixWrong', string>
type Props = { countries: readonly { value: string; label: string }[]; words: LimitWords }

/** A new limit of one-time codes on a paper. What was typed stays when it is refused. */
export function LimitForm({ countries, words }: Props) {
  const [name, setName] = useState('MONEY_DAY')
  const [done, setDone] = useState(false)
  const [wrong, setWrong] = useState<'value' | 'prefix' | null>(null)
  const { busy, problem, act } = useAct()

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setDone(false)
    const limit = readLimit(new FormData(event.currentTarget))
    setWrong('wrong' in limit ? limit.wrong : null)
    if ('wrong' in limit) return
    await act(async () => {
      await call('identity.setCodeLimit', limit)
      setDone(true)
    })
  }

  return (
    <form onSubmit={event => void save(event)} className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField name="name" label={words.name} value={name} onChange={event => setName(event.target.value)} options={[{ value: 'MONEY_DAY', label: words.MONEY_DAY }, { value: 'PREFIX_HOUR', label: words.PREFIX_HOUR }]} />
        <SelectField name="country" label={words.country} options={countries} />
        {name === 'PREFIX_HOUR' && <Field name="prefix" inputMode="tel" label={words.prefix} hint={words.prefixHint} error={wrong === 'prefix' ? words.prefixWrong : undefined} maxLength={6} autoComplete="off" />}
        <Field name="value" inputMode="decimal" label={words.value} hint={words.valueHint} error={wrong === 'value' ? words.unreadable : undefined} required maxLength={20} autoComplete="off" />
      </div>
      <Field name="basis" label={words.basis} hint={words.basisHint} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert" code={problem.code}>{problem.message}</Notice>}
      {done && <Notice tone="good" live="status">{words.saved}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.saving : null}>{words.save}</Button></div>
    </form>
  )
}
