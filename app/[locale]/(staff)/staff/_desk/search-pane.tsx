import { useEffect, useRef, type KeyboardEvent } from 'react'
import { accountGroups, type Caller, type DeskWords } from './desk-words.ts'
import type { useSearch } from './use-search.ts'
import { fill } from '#app/_client/words.ts'
import { Field, SelectField } from '#app/_ui/field.tsx'
import { cardReasons, mostHits, type DeskHit } from '#server/desk/schema.ts'

type Props = {
  search: ReturnType<typeof useSearch>
  words: DeskWords
  caller: Caller
  setCaller: (caller: Caller) => void
  onOpen: (hit: DeskHit) => void
  current: string | null
}

/** Whom the caller may be. Down from the box into the list, arrows walk it, Enter opens. */
export function SearchPane({ search, words, caller, setCaller, onOpen, current }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const hits = search.found?.hits ?? []
  // Enter pressed before the answer came is not lost: the only home found opens, of several the first is offered.
  const early = useRef<string | null>(null)
  function onEnter() {
    const answered = search.found?.text === search.text
    early.current = answered ? null : search.text
    if (answered && hits[0]) onOpen(hits[0])
  }
  useEffect(() => {
    if (early.current !== null && search.text !== early.current) early.current = null
    if (early.current === null || search.found?.text !== early.current) return
    early.current = null
    if (hits.length === 1 && hits[0]) onOpen(hits[0])
    else list.current?.querySelector('button')?.focus()
  })
  function onArrow(event: KeyboardEvent) {
    if (event.target instanceof HTMLSelectElement || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const at = buttons.findIndex((button) => button === document.activeElement)
    buttons[event.key === 'ArrowDown' ? Math.min(at + 1, buttons.length - 1) : Math.max(at - 1, 0)]?.focus()
    event.preventDefault()
  }
  return (
    <div className="flex flex-col gap-3" onKeyDown={onArrow}>
      <form role="search" onSubmit={(event) => { event.preventDefault(); onEnter() }}>
        <Field size="dense" type="search" data-search autoFocus label={words.search.label} hint={words.search.hint} value={search.text}
          onChange={(event) => search.setText(event.target.value)} autoComplete="off" spellCheck={false} />
      </form>
      <SelectField size="dense" label={words.reason.label} value={caller.reason}
        options={cardReasons.map((reason) => ({ value: reason, label: words.reason[reason] }))}
        onChange={(event) => setCaller({ ...caller, reason: cardReasons.find((reason) => reason === event.target.value) ?? 'CALL' })} />
      <CallerField caller={caller} setCaller={setCaller} words={words} />
      <p role="status" className="min-h-6 text-note">{saying(search, words)}</p>
      <ul ref={list} className="flex flex-col border-t border-line">
        {hits.map((hit) => (
          <li key={hit.premisesId} className="max-w-none border-b border-line">
            <button type="button" aria-current={hit.premisesId === current ? 'true' : undefined} onClick={() => onOpen(hit)}
              className="figures flex w-full flex-col px-2 py-1 text-start hover:bg-act-soft aria-[current]:bg-act-soft">
              <span className="font-semibold">{placeOf(hit, words)}</span>
              <span className="text-note">{[hit.accountNumber === null ? '' : accountGroups(hit.accountNumber), ...hit.owners].filter(Boolean).join(' · ')}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function placeOf({ house, kind, unit }: { house: string; kind: string; unit: string }, words: DeskWords): string {
  return fill(words.unitTitle, { house, unit: fill(words.units[kind] ?? '{{number}}', { number: unit }) })
}

function saying({ state, found }: Props['search'], words: DeskWords): string {
  if (state.kind === 'searching') return words.search.searching
  if (state.kind === 'failed') return state.message || words.noNetwork
  if (found === null) return ''
  if (found.hits.length === 0) return words.search.nothing
  return found.hits.length === mostHits ? fill(words.search.more, { count: mostHits }) : words.search.walk
}

type CallerProps = Pick<Props, 'caller' | 'setCaller' | 'words'> & { required?: boolean; autoFocus?: boolean }

/** Who is speaking, in their own words: every act for them keeps it. */
export function CallerField({ caller, setCaller, words, required = false, autoFocus = false }: CallerProps) {
  return (
    <Field size="dense" label={words.callerName} {...(required ? { hint: words.callerHint } : {})} value={caller.name} required={required} autoFocus={autoFocus}
      onChange={(event) => setCaller({ ...caller, name: event.target.value })} autoComplete="off" maxLength={200} />
  )
}
