'use client'

import { useState, type FormEvent, type ReactNode } from 'react'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { ActFields } from './act-fields.tsx'

export type RuleFormWords = Record<'act' | 'actKind' | 'actNumber' | 'actDate' | 'actTitle' | 'source' | 'save' | 'saving' | 'missing', string> & Partial<Record<'actUrl', string>>
type Choice = { value: string; label: string }
type Props<Draft> = {
  words: RuleFormWords
  choices: Record<'acts' | 'actKinds', readonly Choice[]>
  /** The form as the procedure takes it; null where something is missing. */
  read: (form: FormData, id: string) => Draft | null
  send: (draft: Draft) => Promise<unknown>
  /** Where the draft is seen afterwards; this very page when nothing is said. */
  done?: (id: string) => string
  /** What the rule itself says, before its act. */
  children: ReactNode
}

/** The draft of a dated rule, on an act and with its source; one id, so that sending twice drafts once. */
export function RuleForm<Draft>({ words: w, choices, read, send, done, children }: Props<Draft>) {
  const [id] = useState(() => newId())
  const { busy, problem, act, complain } = useAct(() => leave(done?.(id)))

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const draft = read(new FormData(event.currentTarget), id)
    if (draft === null) complain(w.missing)
    else void act(() => send(draft))
  }

  return (
    <form onSubmit={save} className="flex max-w-3xl flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        {children}
        <ActFields words={w} choices={choices} required>
          {w.actUrl !== undefined && <Field size="dense" type="url" name="actUrl" label={w.actUrl} maxLength={300} autoComplete="off" />}
        </ActFields>
      </div>
      <Field size="dense" name="source" label={w.source} required minLength={3} maxLength={300} autoComplete="off" />
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? w.saving : null}>{w.save}</Button></div>
    </form>
  )
}
