'use client'

import { type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { CheckField } from '#app/_ui/check-field.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type KeyWords = Record<'key' | 'keyHint' | 'test' | 'testNote' | 'keySave' | 'keySaved' | 'saving', string>
type Props = { merchantId: string; saved: boolean; words: KeyWords }

/** A new key beside the live one; it is typed once and shown to nobody. */
export function KeyForm({ merchantId, saved, words }: Props) {
  const { busy, problem, act } = useAct()

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget
    const given = new FormData(form)
    await act(async () => {
      await call('payments.replaceMerchantKey', { merchantId, key: String(given.get('key') ?? '').trim(), test: given.get('test') !== null })
      form.reset()
      return leave(`?merchant=${merchantId}&key=added`)
    })
  }

  return (
    <form onSubmit={event => void send(event)} className="flex max-w-3xl flex-col gap-3">
      <Field label={words.key} hint={words.keyHint} name="key" type="password" required minLength={8} maxLength={200} size="dense" autoComplete="off" />
      <CheckField label={words.test} note={words.testNote} name="test" />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {saved && !problem && <Notice tone="good" live="status">{words.keySaved}</Notice>}
      <div><Button type="submit" busy={busy ? words.saving : null}>{words.keySave}</Button></div>
    </form>
  )
}
