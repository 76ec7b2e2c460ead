'use client'

import { useEffect, useRef, useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { givenRoles, type GivenRole, type GrantScope } from '#server/identity/schema.ts'
import { formatDate } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'

export type GiveWords = Record<
  'role' | 'phone' | 'phoneHint' | 'name' | 'nameHint' | 'basis' | 'basisHint' | 'lastDay' | 'lastDayHint' | 'check' | 'sure' | 'until' | 'forever' | 'act' | 'back' | 'working' | 'done' | 'refresh',
  string
>
type Props = { scope: GrantScope; roles: { value: string; label: string }[]; today: string; words: GiveWords; /** A desk: small fields and letters. */ desk?: boolean }
type Asked = { grantId: string; role: GivenRole; phone: string; name: string; basis: string; lastDay: string }

/** A right by telephone number, on a paper, for a term: asked back once before it is given. What was typed stays. */
export function GiveRole({ scope, roles, today, words, desk = false }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const { busy, problem, act, complain } = useAct()
  const [done, setDone] = useState<string | null>(null)
  const named = (role: string) => roles.find((each) => each.value === role)?.label ?? role

  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    complain('')
    setDone(null)
    setAsked(readForm(event.currentTarget))
  }
  const give = async ({ name, lastDay, ...given }: Asked) => {
    await act(async () => {
      await call('identity.giveGrant', {
        ...given, ...scope, ...(scope.scopeType === 'BUILDING' ? { buildingId: scope.scopeId } : {}), ...(name === '' ? {} : { name }), ...(lastDay === '' ? {} : { lastDay }),
      })
      setDone(fill(words.done, { role: named(given.role), phone: given.phone }))
      form.current?.reset()
    })
    setAsked(null)
  }

  const size = desk ? { size: 'dense' as const } : {}
  return (
    <form ref={form} onSubmit={ask} onChange={() => setAsked(null)} className="flex flex-col gap-3">
      <SelectField label={words.role} name="role" options={roles} required {...size} />
      <Field label={words.phone} hint={words.phoneHint} name="phone" inputMode="tel" autoComplete="off" required maxLength={40} {...size} />
      {scope.scopeType === 'ORGANISATION' && <Field label={words.name} hint={words.nameHint} name="name" maxLength={200} autoComplete="off" {...size} />}
      <Field label={words.basis} hint={words.basisHint} name="basis" required maxLength={300} autoComplete="off" {...size} />
      <Field label={words.lastDay} hint={words.lastDayHint} name="lastDay" type="date" min={today} {...size} />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      {done && <Notice tone="good" live="status" actions={<Button onClick={() => window.location.reload()}>{words.refresh}</Button>}>{done}</Notice>}
      {asked ? (
        <Question back={words.back} hotkey={desk ? 'y' : null} act={words.act} busy={busy ? words.working : null} onBack={() => setAsked(null)} onAct={() => void give(asked)}>
          {fill(words.sure, { role: named(asked.role), phone: asked.phone, term: asked.lastDay === '' ? words.forever : fill(words.until, { date: formatDate(asked.lastDay) }) })}
        </Question>
      ) : (
        <div>
          <Button type="submit" kind="main" wide={!desk} {...(desk ? { hotkey: 'g' } : {})}>
            {words.check}
          </Button>
        </div>
      )}
    </form>
  )
}

function readForm(form: HTMLFormElement): Asked {
  const given = new FormData(form)
  const text = (name: string) => String(given.get(name) ?? '').trim()
  return { grantId: newId(), role: givenRoles.find((role) => role === given.get('role')) ?? 'COUNCIL_MEMBER', phone: text('phone'), name: text('name'), basis: text('basis'), lastDay: text('lastDay') }
}

type QuestionProps = { children: string; act: string; back: string; busy: string | null; hotkey?: string | null; danger?: boolean; onAct: () => void; onBack: () => void }

/** Asked back before a right is given or ended; takes the focus, so that the keyboard goes on from here. */
export function Question({ children, act, back, busy, hotkey = null, danger = false, onAct, onBack }: QuestionProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.focus(), [])
  return (
    <div ref={place} tabIndex={-1} className="outline-none">
      <Notice
        tone="care"
        live="status"
        actions={
          <>
            <Button kind={danger ? 'danger' : 'main'} busy={busy} onClick={onAct} {...(hotkey === null ? {} : { hotkey })}>
              {act}
            </Button>
            <Button onClick={onBack}>{back}</Button>
          </>
        }
      >
        {children}
      </Notice>
    </div>
  )
}
