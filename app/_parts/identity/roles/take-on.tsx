'use client'

import { useRef, useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { newId } from '#server/kernel/ids.ts'

export type TakeOnWords = Record<'open' | 'role' | 'name' | 'login' | 'loginHint' | 'password' | 'passwordHint' | 'basis' | 'basisHint' | 'act' | 'working' | 'done' | 'secret' | 'secretNote', string>
type Props = { organisationId: string; roles: { value: string; label: string }[]; words: TakeOnWords }
type Made = { name: string; login: string; secret: string }

/** A new clerk or accountant: login, password, and the secret of their one-time keys, shown this once. */
export function TakeOn({ organisationId, roles, words }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const { busy, problem, act } = useAct()
  const [made, setMade] = useState<Made | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const text = (field: string) => String(given.get(field) ?? '').trim()
    const person = { name: text('name'), login: text('login'), password: String(given.get('password') ?? ''), basis: text('basis') }
    await act(async () => {
      const { totpSecret } = await call('identity.registerStaff', { grantId: newId(), organisationId, role: given.get('role') === 'ACCOUNTANT' ? 'ACCOUNTANT' : 'CLERK', ...person })
      setMade({ name: person.name, login: person.login.toLowerCase(), secret: totpSecret })
      form.current?.reset()
    })
  }
  const dense = { size: 'dense' as const, autoComplete: 'off', required: true }
  return (
    <Sheet summary={words.open}>
      {made && (
        <Notice tone="good" live="status" title={fill(words.done, made)}>
          <p>{words.secret}</p>
          <p className="figures font-semibold break-all">{made.secret}</p>
          <p>{words.secretNote}</p>
        </Notice>
      )}
      <form ref={form} onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <SelectField label={words.role} name="role" options={roles} size="dense" required />
        <Field label={words.name} name="name" maxLength={200} {...dense} />
        <Field label={words.login} hint={words.loginHint} name="login" maxLength={100} autoCapitalize="none" spellCheck={false} {...dense} />
        <Field label={words.password} hint={words.passwordHint} name="password" type="password" minLength={12} maxLength={200} {...dense} autoComplete="new-password" />
        <Field label={words.basis} hint={words.basisHint} name="basis" maxLength={300} {...dense} />
        {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
        <div>
          <Button type="submit" busy={busy ? words.working : null}>
            {words.act}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
