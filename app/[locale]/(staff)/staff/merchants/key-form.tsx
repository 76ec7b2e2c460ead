'use client'

import { useState, type FormEvent } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type KeyWords = Record<'key' | 'keyHint' | 'test' | 'testNote' | 'keySave' | 'keySaved' | 'saving' | 'noNetwork', string>
type Props = { merchantId: string; words: KeyWords }

/** A new key beside the live one; it is typed once and shown to nobody. */
export function KeyForm({ merchantId, words }: Props) {
  const [state, setState] = useState({ busy: false, said: '', good: false })

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget
    const given = new FormData(form)
    if (state.busy) return
    setState({ busy: true, said: '', good: false })
    try {
      await call('payments.replaceMerchantKey', { merchantId, key: String(given.get('key') ?? '').trim(), test: given.get('test') !== null })
      form.reset()
      setState({ busy: false, said: words.keySaved, good: true })
    } catch (error) {
      setState({ busy: false, said: (error instanceof CallError && error.message) || words.noNetwork, good: false })
    }
  }

  return (
    <form onSubmit={event => void send(event)} className="flex max-w-3xl flex-col gap-3">
      <Field label={words.key} hint={words.keyHint} name="key" type="password" required minLength={8} maxLength={200} size="dense" autoComplete="off" />
      <CheckField label={words.test} note={words.testNote} name="test" />
      {state.said && <Notice tone={state.good ? 'good' : 'care'} live={state.good ? 'status' : 'alert'}>{state.said}</Notice>}
      <div><Button type="submit" busy={state.busy ? words.saving : null}>{words.keySave}</Button></div>
    </form>
  )
}
