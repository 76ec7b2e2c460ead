'use client'

import { useState } from 'react'
import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import { formatDateTime } from '#server/kernel/format.ts'
import type { Cancelled, EntryState } from './outbox.ts'
import type { WaitingThing } from './use-outbox.ts'
import { fill } from './words.ts'

export type OutboxListWords = {
  list: string
  at: string
  cancel: string
  again: string
  remove: string
  maybeSent: string
  cancelled: string
  states: Record<EntryState, string>
}

const tones: Record<EntryState, Tone> = { waiting: 'waiting', sending: 'waiting', sent: 'good', refused: 'care' }

/** Every waiting thing with its state, its hour and a way to take it back. */
export function OutboxList({ things, words }: { things: readonly WaitingThing[]; words: OutboxListWords }) {
  const [said, setSaid] = useState('')
  const tell = (outcome: Cancelled) => setSaid(outcome === 'maybeSent' ? words.maybeSent : outcome === 'cancelled' ? words.cancelled : '')
  return (
    <>
      <ul aria-label={words.list} className="divide-y divide-line">
        {things.map((thing) => (
          <li key={thing.id} className="flex flex-col gap-1 py-3">
            <span className="font-medium">{thing.label}</span>
            <span className="flex flex-wrap items-center gap-x-3 text-small text-note">
              <StateMark tone={tones[thing.state]}>{words.states[thing.state]}</StateMark>
              <span className="figures">{whenOf(thing, words)}</span>
            </span>
            {thing.problem && <span className="text-small">{thing.problem.message}</span>}
            {thing.written && <span className="whitespace-pre-line break-words">{thing.written}</span>}
            <Acts thing={thing} words={words} tell={tell} />
          </li>
        ))}
      </ul>
      <p role="status" className="text-small">
        {said}
      </p>
    </>
  )
}

/** 'Saved at …' while it waits; of a thing that left, only the hour. */
function whenOf({ at, state }: WaitingThing, words: OutboxListWords): string {
  const time = formatDateTime(new Date(at))
  return state === 'sent' ? time : fill(words.at, { time })
}

function Acts({ thing, words, tell }: { thing: WaitingThing; words: OutboxListWords; tell: (outcome: Cancelled) => void }) {
  const act = 'min-h-12 text-small text-act underline underline-offset-4'
  const cancel = async () => {
    const live = await import('./outbox-live.ts')
    tell(await live.outbox().cancel(thing.id))
  }
  const again = async () => {
    const live = await import('./outbox-live.ts')
    await live.outbox().again(thing.id)
    await live.outbox().flush()
  }
  if (thing.state === 'sending') return null
  return (
    <span className="flex gap-5">
      {thing.state === 'refused' && (
        <button type="button" className={act} onClick={() => void again()}>
          {words.again}
        </button>
      )}
      <button type="button" className={act} onClick={() => void cancel()}>
        {thing.state === 'waiting' ? words.cancel : words.remove}
      </button>
    </span>
  )
}
