'use client'

import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import type { DeviceWords } from './device-question.tsx'

type Props = { device: string; words: DeviceWords; noNetwork: string }

/** Ends the session of another device at once. */
export function EndDevice({ device, words, noNetwork }: Props) {
  const [state, setState] = useState<'live' | 'working' | 'ended'>('live')
  const [problem, setProblem] = useState<string | null>(null)
  const end = async () => {
    setState('working')
    try {
      await call('identity.revokeDevice', { device })
      setState('ended')
    } catch (error) {
      setProblem((error instanceof CallError && error.message) || noNetwork)
      setState('live')
    }
  }
  if (state === 'ended') return <StateMark tone="good">{words.ended}</StateMark>
  return (
    <>
      <Button busy={state === 'working' ? words.working : null} onClick={() => void end()}>
        {words.end}
      </Button>
      {problem && <p role="alert" className="text-small text-danger">{problem}</p>}
    </>
  )
}
