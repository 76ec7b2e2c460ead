'use client'

import { useState } from 'react'
import { callLazily } from '#app/_client/lazy-call.ts'
import { refusalOf } from '#app/_client/refusal.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { buildingId: string; requestId: string; premisesId: string; words: { act: string; note: string; done: string; noNetwork: string } }

/** 'Me too': the answers come to me as well. */
export function JoinButton({ words, ...input }: Props) {
  const [state, setState] = useState<'ready' | 'busy' | 'done'>('ready')
  const [problem, setProblem] = useState('')

  async function join() {
    setState('busy')
    try {
      await callLazily('requests.joinRequest', input)
      setState('done')
    } catch (error) {
      setProblem(refusalOf(error) || words.noNetwork)
      setState('ready')
    }
  }

  if (state === 'done') return <Notice tone="good" live="status">{words.done}</Notice>
  return (
    <div className="flex flex-col gap-2">
      <Button wide busy={state === 'busy' && words.act} onClick={() => void join()}>{words.act}</Button>
      <p className="text-small text-note">{words.note}</p>
      {problem && <p role="alert" className="text-small text-danger">{problem}</p>}
    </div>
  )
}
