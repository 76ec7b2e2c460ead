'use client'

import { useState, type FormEvent } from 'react'
import { useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { documentTypes } from '#server/identity/schema.ts'

type Option = { value: string; label: string }
type Paper = { ownerId?: string; documentType: (typeof documentTypes)[number]; documentNumber: string }
export type PaperWords<Done extends string> = Record<'open' | 'owner' | 'document' | 'number' | 'numberNote' | 'act' | 'working' | Done, string>
export type PaperProps<Done extends string> = { owners: Option[]; documents: Option[]; words: PaperWords<Done> }

/** One person's word about a paper that they were shown; what came of it stands in its place. */
export function PaperForm<Done extends string>({ owners, documents, words, say }: PaperProps<Done> & { say: (paper: Paper) => Promise<Done> }) {
  const { busy, problem, act } = useAct()
  const [done, setDone] = useState<Done | null>(null)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const documentType = documentTypes.find((type) => type === given.get('documentType')) ?? 'ID_CARD'
    const ownerId = given.get('ownerId')
    await act(async () => setDone(await say({ ...(typeof ownerId === 'string' ? { ownerId } : {}), documentType, documentNumber: String(given.get('documentNumber')) })))
  }
  if (done) return <Notice tone="good" live="status">{words[done]}</Notice>
  return (
    <Sheet summary={words.open} flat>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {owners.length > 0 && <SelectField label={words.owner} name="ownerId" options={owners} required />}
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
