'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice, StateMark } from '#app/_ui/notice.tsx'
import { SegmentedChoice } from '#app/_ui/segmented-choice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { endGrounds, type EndGround } from '#server/identity/schema.ts'
import { Question } from './give-role.tsx'

export type EndWords = Record<'open' | 'ground' | 'note' | 'noteHint' | 'check' | 'sure' | 'act' | 'back' | 'working' | 'done', string>
type Props = { grant: { grantId: string; title: string }; grounds: { value: string; label: string }[]; words: EndWords; desk?: boolean }

/** Ends a right on a ground of clause 20; what was given from it falls in the same second, and the question says so. */
export function EndRole({ grant, grounds, words, desk = false }: Props) {
  const [asked, setAsked] = useState<{ ground: EndGround; note: string } | null>(null)
  const [ended, setEnded] = useState(false)
  const { busy, problem, act, complain } = useAct()
  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    complain('')
    setAsked({ ground: endGrounds.find((each) => each === given.get('ground')) ?? 'REVOKED_BY_GRANTOR', note: String(given.get('note') ?? '').trim() })
  }
  const end = async ({ ground, note }: { ground: EndGround; note: string }) => {
    await act(async () => {
      await call('identity.endGrant', { grantId: grant.grantId, ground, ...(note === '' ? {} : { note }) })
      setEnded(true)
    })
    setAsked(null)
  }
  if (ended) return <StateMark tone="good">{words.done}</StateMark>
  return (
    <Sheet flat summary={<>{words.open}<span className="sr-only">: {grant.title}</span></>}>
      <form onSubmit={ask} onChange={() => setAsked(null)} className="flex flex-col gap-3 text-start">
        <SegmentedChoice legend={words.ground} name="ground" layout="stack" options={grounds} required {...(grounds.length === 1 ? { defaultValue: grounds[0]?.value ?? '' } : {})} />
        <Field label={words.note} hint={words.noteHint} name="note" maxLength={500} autoComplete="off" {...(desk ? { size: 'dense' as const } : {})} />
        {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
        {asked ? (
          <Question danger act={words.act} back={words.back} busy={busy ? words.working : null} onBack={() => setAsked(null)} onAct={() => void end(asked)}>
            {fill(words.sure, { title: grant.title, ground: grounds.find((each) => each.value === asked.ground)?.label ?? '' })}
          </Question>
        ) : (
          <div>
            <Button type="submit" wide={!desk}>
              {words.check}
            </Button>
          </div>
        )}
      </form>
    </Sheet>
  )
}
