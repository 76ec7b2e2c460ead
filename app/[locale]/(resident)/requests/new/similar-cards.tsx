'use client'

import { useState } from 'react'
import { callLazily } from '#app/_client/lazy-call.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'
import { formatDateTime } from '#server/kernel/format.ts'
import type { RequestFormWords, Similar } from './use-request-form.ts'

/** Neighbours' open requests of the same kind and place: one press joins instead of writing again. */
export function SimilarCards({ similar, premisesId, words }: { similar: readonly Similar[]; premisesId: string; words: RequestFormWords }) {
  const [joined, setJoined] = useState<number | null>(null)
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState('')
  const w = words.form

  async function join(request: Similar) {
    setBusy(request.requestId)
    try {
      const answer = await callLazily('requests.joinRequest', { buildingId: request.buildingId, requestId: request.requestId, premisesId })
      setJoined(answer.number)
    } catch (error) {
      setProblem(refusalOf(error) || words.noNetwork)
    }
    setBusy('')
  }

  if (joined !== null) return <Notice tone="good" live="status">{fill(w['joinedDone'] ?? '', { number: joined })}</Notice>
  if (similar.length === 0) return null
  return (
    <Notice tone="info" live="status" title={w['similarTitle']}>
      <ul className="flex flex-col gap-3">
        {similar.map(request => (
          <li key={request.requestId} className="flex flex-col gap-1">
            <span>{fill(w['similar'] ?? '', { number: request.number, time: formatDateTime(new Date(request.receivedAt)), state: words.states[request.state] ?? '' })}</span>
            {!request.joinedByMe && <Button busy={busy === request.requestId && (w['sending'] ?? '')} onClick={() => void join(request)}>{w['meToo']}</Button>}
          </li>
        ))}
      </ul>
      {problem && <p role="alert" className="text-danger">{problem}</p>}
    </Notice>
  )
}
