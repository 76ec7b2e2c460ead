'use client'

import { useRef, useState, type FormEvent } from 'react'
import { PaperRefused, preparePaper, sendPaper, titleOf, type SendWords } from '#app/_parts/meetings/send-paper.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { call } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Sheet } from '#app/_ui/sheet.tsx'
import { newId } from '#server/kernel/ids.ts'
import { paperLimits, paperTypes, type Paper } from '#server/meetings/schema.ts'

export type PaperWords = SendWords & Record<'add' | 'file' | 'fileHint' | 'name' | 'send' | 'sending' | 'withdraw' | 'withdrawing', string>
type Props = { place: { buildingId: string; meetingId: string }; itemId: string; papers: readonly Pick<Paper, 'paperId' | 'title'>[]; words: PaperWords }

/** While the voting is not open: add a paper to this question, take one away. What was refused stays as it was typed. */
export function PaperActs({ place, itemId, papers, words }: Props) {
  const [title, setTitle] = useState('')
  const [doing, setDoing] = useState<string | null>(null)
  const [message, setMessage] = useState('')
  const file = useRef<File | null>(null)
  const paperId = useRef(newId())

  async function run(what: string, work: () => Promise<unknown>): Promise<void> {
    if (doing !== null) return
    setDoing(what)
    setMessage('')
    try {
      await work()
      location.reload()
    } catch (error) {
      setMessage(error instanceof PaperRefused ? error.message : refusalOf(error) || words.noNetwork)
      setDoing(null)
    }
  }

  async function add(): Promise<void> {
    const paper = await preparePaper(file.current, words)
    await sendPaper({ act: 'storePaper', fields: { ...place, itemId, paperId: paperId.current, title }, paper, words })
  }

  function choose(event: FormEvent<HTMLInputElement>): void {
    file.current = event.currentTarget.files?.[0] ?? null
    // Another file is another paper; the same one sent again is the same.
    paperId.current = newId()
    if (file.current && title === '') setTitle(titleOf(file.current))
  }

  return (
    <div className="flex flex-col gap-2">
      {papers.map(paper => (
        <Button key={paper.paperId} kind="quiet" icon="minus" busy={doing === paper.paperId ? words.withdrawing : null}
          onClick={() => void run(paper.paperId, () => call('meetings.withdrawPaper', { ...place, paperId: paper.paperId }))}>
          {fill(words.withdraw, { title: paper.title })}
        </Button>
      ))}
      {message && <Notice tone="care" live="alert">{message}</Notice>}
      <Sheet summary={words.add} flat>
        <form className="flex flex-col gap-3" onSubmit={event => { event.preventDefault(); void run('add', add) }}>
          <Field label={words.file} hint={fill(words.fileHint, { megabytes: paperLimits.bytes / 1024 / 1024 })} type="file" accept={[...paperTypes, 'image/*'].join(',')} onChange={choose} />
          <Field label={words.name} required maxLength={paperLimits.title} value={title} onChange={event => setTitle(event.target.value)} />
          <Button type="submit" kind="plain" busy={doing === 'add' ? words.sending : null}>{words.send}</Button>
        </form>
      </Sheet>
    </div>
  )
}
