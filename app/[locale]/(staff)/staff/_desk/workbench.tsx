'use client'

import { useEffect, useRef, useState } from 'react'
import { CardView } from './card-view.tsx'
import { FileForCaller } from './file-for-caller.tsx'
import { ReadForCaller } from './read-for-caller.tsx'
import { SearchPane } from './search-pane.tsx'
import { useSearch } from './use-search.ts'
import type { Caller, DeskWords } from './desk-words.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { call } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Panes } from '#app/_ui/panes.tsx'
import type { DeskCard, DeskHit } from '#server/desk/schema.ts'
import type { Locale } from '#server/kernel/format.ts'

type Doing = 'nothing' | 'request' | 'reading'
type Props = { locale: Locale; words: DeskWords }

/** Left: whom the caller may be. Middle: the caller's home. Right: what is being done for them. */
export function Workbench({ locale, words }: Props) {
  const search = useSearch()
  const [caller, setCaller] = useState<Caller>({ name: '', reason: 'CALL' })
  const [card, setCard] = useState<DeskCard | null>(null)
  const [doing, setDoing] = useState<Doing>('nothing')
  const [error, setError] = useState('')
  const cardTitle = useRef<HTMLHeadingElement>(null)
  // As whom the caller was announced when the card was opened: the next caller is somebody else.
  const announced = useRef('')

  async function draw(hit: Pick<DeskHit, 'buildingId' | 'premisesId'>) {
    setError('')
    try {
      setCard(await call('desk.openCard', { buildingId: hit.buildingId, premisesId: hit.premisesId, reason: caller.reason, callerName: announced.current }))
    } catch (refusal) {
      setError(refusalOf(refusal) || words.noNetwork)
    }
  }
  function open(hit: DeskHit) {
    const nextCaller = card !== null && card.premisesId !== hit.premisesId && caller.name.trim() === announced.current
    if (nextCaller) setCaller({ ...caller, name: '' })
    announced.current = nextCaller ? '' : caller.name.trim()
    setDoing('nothing')
    void draw(hit)
  }
  useEffect(() => cardTitle.current?.focus(), [card?.premisesId])

  const acts = (
    <>
      <Button hotkey="r" onClick={() => setDoing('request')}>{words.act.request}</Button>
      <Button hotkey="m" onClick={() => setDoing('reading')}>{words.act.reading}</Button>
    </>
  )
  const forCaller = card && { card, words, caller, setCaller, onDone: () => void draw(card) }
  return (
    <>
      {error && <div className="mb-3"><Notice tone="danger" live="alert">{error}</Notice></div>}
      <Panes
        labels={words.panes}
        left={<SearchPane {...{ search, words, caller, setCaller }} onOpen={open} current={card?.premisesId ?? null} />}
        middle={card ? <CardView {...{ card, locale, words, titleRef: cardTitle }} actions={acts} /> : <p className="py-8 text-note">{words.noCard}</p>}
        right={
          forCaller && doing === 'request' ? <FileForCaller key={forCaller.card.premisesId} {...forCaller} />
          : forCaller && doing === 'reading' ? <ReadForCaller key={forCaller.card.premisesId} {...forCaller} />
          : <p className="py-8 text-note">{words.nothingDoing}</p>
        }
      />
    </>
  )
}
