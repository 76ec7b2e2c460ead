'use client'

import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { fill } from '#app/_client/words.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

export type DeviceWords = {
  askTitle: string
  askBody: string
  yes: string
  no: string
  end: string
  confirmed: string
  ended: string
  working: string
}
type Props = { device: string; name: string; since: string; words: DeviceWords; noNetwork: string }

/** On the older phone: 'is this you?' about a device that has just signed in. */
export function DeviceQuestion({ device, name, since, words, noNetwork }: Props) {
  const [state, setState] = useState<'asked' | 'working' | 'confirmed' | 'ended'>('asked')
  const [problem, setProblem] = useState<string | null>(null)
  const answer = async (path: 'identity.confirmDevice' | 'identity.revokeDevice', done: 'confirmed' | 'ended') => {
    setState('working')
    setProblem(null)
    try {
      await call(path, { device })
      setState(done)
    } catch (error) {
      setProblem((error instanceof CallError && error.message) || noNetwork)
      setState('asked')
    }
  }
  if (state === 'confirmed' || state === 'ended') return <Notice tone="good" live="status">{words[state]}</Notice>
  const busy = state === 'working' ? words.working : null
  return (
    <Notice
      tone="care"
      title={fill(words.askTitle, { device: name })}
      actions={
        <>
          <Button kind="main" busy={busy} onClick={() => void answer('identity.confirmDevice', 'confirmed')}>
            {words.yes}
          </Button>
          <Button kind="danger" wide onClick={() => void answer('identity.revokeDevice', 'ended')}>
            {words.no}
          </Button>
        </>
      }
    >
      <p>{fill(words.askBody, { since })}</p>
      {problem && <p role="alert" className="text-danger">{problem}</p>}
    </Notice>
  )
}
