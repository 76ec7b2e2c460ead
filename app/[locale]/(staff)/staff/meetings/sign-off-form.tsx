'use client'

import { useRef, useState, type FormEvent } from 'react'
import { PaperRefused, preparePaper, sendPaper, type SendWords } from '#app/_parts/meetings/send-paper.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { paperLimits, paperTypes } from '#server/meetings/schema.ts'

export type SignOffWords = Record<'meeting' | 'lawyer' | 'signedOn' | 'document' | 'documentHint' | 'file' | 'fileHint' | 'act' | 'saving' | 'done', string>
type Props = { meetings: readonly { meetingId: string; buildingId: string; label: string }[]; today: string; words: SignOffWords; refusals: SendWords }
type Said = { tone: 'good' | 'care'; text: string }

/** Who judged the rules, when, in which document, and the document itself. A refusal leaves everything as it was typed. */
export function SignOffForm({ meetings, today, words, refusals }: Props) {
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<Said | null>(null)
  const paperId = useRef(newId())

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    if (busy) return
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    const file = form.get('file')
    const chosen = meetings.find(meeting => meeting.meetingId === text('meeting'))
    if (!chosen) return
    setBusy(true)
    setSaid(null)
    try {
      const paper = await preparePaper(file instanceof File ? file : null, refusals)
      const fields = { buildingId: chosen.buildingId, meetingId: chosen.meetingId, paperId: paperId.current, lawyer: text('lawyer'), signedOn: text('signedOn'), document: text('document') }
      await sendPaper({ act: 'registerSignOff', fields, paper, words: refusals })
      setSaid({ tone: 'good', text: words.done })
      location.reload()
    } catch (error) {
      setSaid({ tone: 'care', text: error instanceof PaperRefused ? error.message : refusals.noNetwork })
      setBusy(false)
    }
  }

  return (
    <form onSubmit={event => void send(event)} className="flex max-w-3xl flex-col gap-3">
      <SelectField label={words.meeting} name="meeting" options={meetings.map(meeting => ({ value: meeting.meetingId, label: meeting.label }))} />
      <div className="grid gap-2 sm:grid-cols-[1fr_12rem]">
        <Field label={words.lawyer} name="lawyer" required maxLength={200} size="dense" autoComplete="off" />
        <Field label={words.signedOn} name="signedOn" type="date" max={today} required size="dense" />
      </div>
      <Field label={words.document} hint={words.documentHint} name="document" required maxLength={300} size="dense" autoComplete="off" />
      <Field
        label={words.file}
        hint={fill(words.fileHint, { megabytes: paperLimits.bytes / 1024 / 1024 })}
        name="file"
        type="file"
        size="dense"
        accept={[...paperTypes, 'image/*'].join(',')}
        onChange={() => { paperId.current = newId() }}
      />
      {said && <Notice tone={said.tone} live={said.tone === 'good' ? 'status' : 'alert'}>{said.text}</Notice>}
      <div><Button type="submit" kind="main" busy={busy ? words.saving : null}>{words.act}</Button></div>
    </form>
  )
}
