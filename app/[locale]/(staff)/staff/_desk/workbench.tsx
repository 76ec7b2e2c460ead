'use client'

import { useEffect, useRef, useState } from 'react'
import { CardView } from './card-view.tsx'
import { FileForCaller } from './file-for-caller.tsx'
import { ReadForCaller } from './read-for-caller.tsx'
import { useSearch } from './use-search.ts'
import type { DeskWords } from './desk-words.ts'
import { CallError, call } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { Panes } from '#app/_ui/panes.tsx'
import { SelectField, Field } from '#app/_ui/field.tsx'
import type { DeskCard, DeskHit } from '#server/desk/schema.ts'
import { cardReasons } from '#server/desk/schema.ts'
import type { Locale } from '#server/kernel/format.ts'

export type { DeskWords } from './desk-words.ts'

type Doing = 'nothing' | 'request' | 'reading'
type Props = { locale: Locale; words: DeskWords; initial: string }

/** Left: whom the caller may be. Middle: the caller's home. Right: what is being done for them. */
export function Workbench({ locale, words, initial }: Props) {
  const search = useSearch(initial)
  const [caller, setCaller] = useState({ name: '', reason: cardReasons[0] as (typeof cardReasons)[number] })
  const [card, setCard] = useState<DeskCard | null>(null)
  const [doing, setDoing] = useState<Doing>('nothing')
  const [error, setError] = useState('')
  const cardTitle = useRef<HTMLHeadingElement>(null)

  async function open(hit: Pick<DeskHit, 'buildingId' | 'premisesId'>) {
    setError('')
    try {
      setCard(await call('desk.openCard', { buildingId: hit.buildingId, premisesId: hit.premisesId, reason: caller.reason, callerName: caller.name }))
      setDoing('nothing')
    } catch (refusal) {
      setError(refusal instanceof CallError && refusal.message ? refusal.message : words.noNetwork)
    }
  }
  useEffect(() => cardTitle.current?.focus(), [card?.premisesId])

  const left = <SearchPane {...{ search, words, caller, setCaller }} onOpen={open} current={card?.premisesId ?? null} />
  const middle = card
    ? <CardView {...{ card, locale, words, titleRef: cardTitle }}
        actions={<><Button hotkey="r" onClick={() => setDoing('request')}>{words.act.request}</Button>
          <Button kind="plain" hotkey="m" onClick={() => setDoing('reading')}>{words.act.reading}</Button></>} />
    : <p className="py-8 text-note">{words.noCard}</p>
  const done = () => { if (card) void open(card) }
  const right = card && doing !== 'nothing'
    ? doing === 'request' ? <FileForCaller key={card.premisesId} {...{ card, words, caller, locale }} onDone={done} />
      : <ReadForCaller key={card.premisesId} {...{ card, words, caller }} onDone={done} />
    : null
  return (
    <>
      {error && <Notice tone="danger" live="alert">{error}</Notice>}
      <Panes left={left} middle={middle} right={right ?? <p className="py-8 text-note">{words.nothingDoing}</p>} labels={words.panes} />
    </>
  )
}

type SearchPaneProps = {
  search: ReturnType<typeof useSearch>
  words: DeskWords
  caller: { name: string; reason: (typeof cardReasons)[number] }
  setCaller: (caller: { name: string; reason: (typeof cardReasons)[number] }) => void
  onOpen: (hit: DeskHit) => void
  current: string | null
}

function SearchPane({ search, words, caller, setCaller, onOpen, current }: SearchPaneProps) {
  const list = useRef<HTMLUListElement>(null)
  /** Arrow down leaves the box for the list; arrows walk it; Enter opens. */
  function onArrow(event: React.KeyboardEvent) {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    buttons[event.key === 'ArrowDown' ? Math.min(at + 1, buttons.length - 1) : Math.max(at - 1, 0)]?.focus()
    event.preventDefault()
  }
  return (
    <div className="flex flex-col gap-3" onKeyDown={onArrow}>
      <form role="search" onSubmit={event => { event.preventDefault(); const first = search.hits[0]; if (first) onOpen(first) }}>
        <Field size="dense" type="search" data-search autoFocus label={words.search.label} hint={words.search.hint} value={search.text}
          onChange={event => search.setText(event.target.value)} autoComplete="off" />
      </form>
      <SelectField size="dense" label={words.reason.label} value={caller.reason}
        options={cardReasons.map(reason => ({ value: reason, label: words.reason[reason] }))}
        onChange={event => setCaller({ ...caller, reason: cardReasons.find(reason => reason === event.target.value) ?? 'CALL' })} />
      <Field size="dense" label={words.callerName} value={caller.name} onChange={event => setCaller({ ...caller, name: event.target.value })} autoComplete="off" />
      <p role="status" className="text-note">{search.state === 'searching' ? words.search.searching : search.state === 'failed' ? words.noNetwork
        : search.asked && search.hits.length === 0 ? words.search.nothing : ''}</p>
      <ul ref={list} className="flex flex-col">
        {search.hits.map(hit => (
          <li key={hit.premisesId} className="border-b border-line">
            <button type="button" aria-current={hit.premisesId === current ? 'true' : undefined} onClick={() => onOpen(hit)}
              className="figures flex w-full flex-col px-2 py-1 text-start hover:bg-act-soft aria-[current]:bg-act-soft">
              <span className="font-semibold">{hit.house}, {hit.unit}</span>
              <span className="text-note">{hit.accountNumber} · {hit.owners.join(', ')}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
