'use client'

import { useState, type FormEvent } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { documentTypes } from '#server/identity/schema.ts'

type Option = { value: string; label: string }
export type ClaimWords = Record<'open' | 'owner' | 'document' | 'number' | 'numberNote' | 'act' | 'working' | 'waiting' | 'confirmed', string>
type Props = { claim: { buildingId: string; grantId: string }; owners: Option[]; documents: Option[]; words: ClaimWords }

/** One council member's word: this person is that owner, I saw this paper. */
export function ClaimForm({ claim, owners, documents, words }: Props) {
  const { busy, problem, act } = useAct()
  const [done, setDone] = useState<'waiting' | 'confirmed' | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const documentType = documentTypes.find((type) => type === given.get('documentType')) ?? 'ID_CARD'
    await act(async () => {
      const answer = await call('identity.confirmOwner', {
        ...claim, ownerId: String(given.get('ownerId')), documentType, documentNumber: String(given.get('documentNumber')),
      })
      setDone(answer.state === 'CONFIRMED' ? 'confirmed' : 'waiting')
    })
  }
  if (done) return <Notice tone="good" live="status">{words[done]}</Notice>
  return (
    <Sheet summary={words.open} flat>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <SelectField label={words.owner} name="ownerId" options={owners} required />
        <SelectField label={words.document} name="documentType" options={documents} required />
        <Field label={words.number} hint={words.numberNote} name="documentNumber" required maxLength={60} autoComplete="off" autoCapitalize="characters" />
        {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
        <Button type="submit" kind="main" busy={busy ? words.working : null}>
          {words.act}
        </Button>
      </form>
    </Sheet>
  )
}
