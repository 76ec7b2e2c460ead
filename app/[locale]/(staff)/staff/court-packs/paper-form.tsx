'use client'

import { useState, type FormEvent } from 'react'
import { scanOf } from '#app/_client/scan.ts'
import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import type { WordsRecord } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import type { CourtPaperKind } from '#server/billing/court/schema.ts'
import { newId } from '#server/kernel/ids.ts'

type Props = { number: string; kind: CourtPaperKind; open: string; today: string; words: WordsRecord }

/** One paper with its number, day and scan; sent twice it is one paper. */
export function PaperForm({ number, kind, open, today, words }: Props) {
  const w = (key: string) => String(words[key] ?? '')
  const [paperId] = useState(() => newId())
  const { busy, problem, act } = useAct()
  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const file = form.get('scan')
    if (!(file instanceof File)) return
    await act(async () => {
      const scan = await scanOf(file, w('tooLarge'))
      await call('billing.fileCourtPaper', { paperId, number, kind, title: String(form.get('title') ?? ''), datedOn: String(form.get('date') ?? ''), scan })
      return leave()
    })
  }
  return (
    <Sheet flat summary={open}>
      <form onSubmit={event => void send(event)} className="flex max-w-3xl flex-wrap items-end gap-2">
        <Field size="dense" name="title" label={w('title')} required maxLength={120} autoComplete="off" />
        <Field size="dense" type="date" name="date" label={w('date')} max={today} required />
        <Field size="dense" type="file" name="scan" label={w('scan')} accept="image/*,application/pdf" required />
        <Button type="submit" busy={busy && w('sending')}>{w('send')}</Button>
      </form>
      {problem && <Notice tone="care" live="alert">{problem.message}</Notice>}
    </Sheet>
  )
}
