'use client'

import { useEffect, useRef, useState } from 'react'
import { keepDraft } from '#app/_client/drafts.ts'
import { isRefusal, refusalOf } from '#app/_client/refusal.ts'
import { call } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { draftName } from '#app/_parts/meetings/ballot-store.ts'
import { ActBar } from '#app/_ui/act-bar.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { newId } from '#server/kernel/ids.ts'
import { choices } from '#server/meetings/schema.ts'

type Props = {
  place: { buildingId: string; meetingId: string }
  premisesIds: readonly string[]
  itemIds: readonly string[]
  confirmHref: string
  words: { next: string; busy: string; missing: string; noNetwork: string }
}

/** The foot of the form around it: keeps what is chosen, freezes it on the server and goes on to the confirming screen. */
export function FreezeBallot({ place, premisesIds, itemIds, confirmHref, words }: Props) {
  const anchor = useRef<HTMLDivElement>(null)
  const sent = useRef({ content: '', draftId: '' })
  const [state, setState] = useState({ ready: false, busy: false, message: '' })

  async function freeze(form: HTMLFormElement): Promise<void> {
    const { answers, missing } = answersOf(form, itemIds)
    if (missing.length > 0) {
      form.querySelector<HTMLInputElement>(`input[name="${itemIds[(missing[0] ?? 1) - 1]}"]`)?.focus()
      return setState({ ready: true, busy: false, message: fill(words.missing, { numbers: missing.join(', ') }) })
    }
    setState({ ready: true, busy: true, message: '' })
    const content = JSON.stringify(answers)
    if (sent.current.content !== content) sent.current = { content, draftId: newId() }
    try {
      await call('meetings.freezeBallot', { ...place, draftId: sent.current.draftId, premisesIds: [...premisesIds], answers })
      location.assign(`${confirmHref}?draft=${sent.current.draftId}`)
    } catch (error) {
      if (isRefusal(error) && error.code === 'meetings.draftChanged') sent.current = { content: '', draftId: '' }
      setState({ ready: true, busy: false, message: refusalOf(error) || words.noNetwork })
    }
  }

  const latest = useRef(freeze)
  latest.current = freeze
  useEffect(() => {
    const form = anchor.current?.closest('form')
    if (!form) return
    const { stop } = keepDraft(form, draftName(place.meetingId))
    // Coming back with the phone's own Back button shows the page as it was left, its button still busy.
    const shown = () => setState({ ready: true, busy: false, message: '' })
    const submit = (event: Event) => {
      event.preventDefault()
      void latest.current(form)
    }
    form.addEventListener('submit', submit)
    form.addEventListener('input', shown)
    window.addEventListener('pageshow', shown)
    shown()
    return () => {
      stop()
      form.removeEventListener('submit', submit)
      form.removeEventListener('input', shown)
      window.removeEventListener('pageshow', shown)
    }
  }, [place.meetingId])

  return (
    <div ref={anchor}>
      {state.message && <Notice tone="care" live="alert">{state.message}</Notice>}
      <ActBar>
        {/* Before the script is here the form must not send itself: answers do not belong into an address. */}
        <Button type="submit" kind="main" disabled={!state.ready} busy={state.busy ? words.busy : null}>{words.next}</Button>
      </ActBar>
    </div>
  )
}

/** What is chosen, and the numbers of the questions where nothing is. */
function answersOf(form: HTMLFormElement, itemIds: readonly string[]) {
  const given = new FormData(form)
  const chosen = itemIds.map(itemId => ({ itemId, choice: choices.find(choice => choice === given.get(itemId)) }))
  return {
    answers: chosen.flatMap(({ itemId, choice }) => (choice === undefined ? [] : [{ itemId, choice }])),
    missing: chosen.flatMap(({ choice }, index) => (choice === undefined ? [index + 1] : [])),
  }
}
