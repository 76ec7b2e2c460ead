'use client'

import { useRef, useState } from 'react'
import { PaperRefused, preparePaper, sendPaper, titleOf } from '#app/_parts/meetings/send-paper.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { call, type InputOf } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { newId } from '#server/kernel/ids.ts'
import { forms as formNames, type Scope } from '#server/meetings/schema.ts'
import type { AttachWords, RuleChoice } from './announce-words.ts'

type Announcement = InputOf<'meetings.announceMeeting'>
type Values = Readonly<Record<string, string>>
type Typed = { values: Values; count: number; choices: readonly RuleChoice[]; buildingId: string; scope: Scope }
type Chosen = { file: File; paperId: string }
type Ready = { itemId: string; paperId: string; title: string; paper: Blob }

const threeOf = (values: Values, name: string) => ({ uz: values[`${name}.uz`] ?? '', kk: values[`${name}.kk`] ?? '', ru: values[`${name}.ru`] ?? '' })

/** The typed fields as the notice; the ids stay the same when it is sent again. */
function announcementOf({ values, count, choices, buildingId, scope }: Typed, meetingId: string, itemOf: (index: number) => string): Announcement {
  const items = Array.from({ length: count }, (_, index) => {
    const explanation = threeOf(values, `explanation${index}`)
    const questionType = choices.find(rule => rule.questionType === values[`type${index}`])?.questionType ?? choices[0]?.questionType ?? 'general'
    return { itemId: itemOf(index), questionType, question: threeOf(values, `question${index}`), ...(Object.values(explanation).some(text => text.trim() !== '') ? { explanation } : {}) }
  })
  const form = formNames.find(each => each === values['form']) ?? 'ABSENTEE_DIGITAL'
  return { buildingId, scope, meetingId, title: threeOf(values, 'title'), form, opensAt: values['opensAt'] ?? '', closesAt: values['closesAt'] ?? '', items }
}

type State = { busy: boolean; message: string; /** The notice hangs, a paper was refused: where to add it. */ hungAt: string | null }

/** Hangs up the notice, then sends the papers beside its questions. A paper that would be refused is refused before anything hangs. */
export function useAnnouncing({ attach, noNetwork, onHung }: { attach: AttachWords; noNetwork: string; onHung: () => void }) {
  const [state, setState] = useState<State>({ busy: false, message: '', hungAt: null })
  const ids = useRef({ meetingId: newId(), items: new Map<number, string>() })
  const files = useRef(new Map<number, Chosen>())

  function itemOf(index: number): string {
    const itemId = ids.current.items.get(index) ?? newId()
    ids.current.items.set(index, itemId)
    return itemId
  }

  async function readyPapers(count: number): Promise<Ready[]> {
    const chosen = [...files.current].filter(([index]) => index < count)
    return Promise.all(chosen.map(async ([index, { file, paperId }]) => ({ itemId: itemOf(index), paperId, title: titleOf(file), paper: await preparePaper(file, attach) })))
  }

  async function hang(typed: Typed): Promise<string> {
    const papers = await readyPapers(typed.count)
    const { meetingId } = await call('meetings.announceMeeting', announcementOf(typed, ids.current.meetingId, itemOf))
    onHung()
    for (const { paper, ...fields } of papers) {
      const refused = await sendPaper({ act: 'storePaper', fields: { buildingId: typed.buildingId, meetingId, ...fields }, paper, words: attach }).catch((error: unknown) => error)
      if (refused !== undefined) throw new HungWithout(meetingId, fill(attach.partly, { title: fields.title, reason: refused instanceof Error ? refused.message : '' }))
    }
    return meetingId
  }

  async function send(typed: Typed, opened: (meetingId: string) => void): Promise<void> {
    if (state.busy) return
    setState({ busy: true, message: '', hungAt: null })
    try {
      opened(await hang(typed))
    } catch (error) {
      const said = error instanceof PaperRefused || error instanceof HungWithout ? error.message : refusalOf(error)
      setState({ busy: false, message: said || noNetwork, hungAt: error instanceof HungWithout ? error.meetingId : null })
    }
  }

  function choose(index: number, file: File | null): void {
    if (file) files.current.set(index, { file, paperId: newId() })
    else files.current.delete(index)
  }

  return { state, send, choose }
}

class HungWithout extends Error {
  readonly meetingId: string
  constructor(meetingId: string, message: string) {
    super(message)
    this.meetingId = meetingId
  }
}
