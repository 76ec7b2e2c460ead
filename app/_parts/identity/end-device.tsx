'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'
import { StateMark } from '#app/_ui/notice.tsx'
import type { DeviceWords } from './device-question.tsx'

type Props = { device: string; words: DeviceWords }

/** Ends the session of another device at once. */
export function EndDevice({ device, words }: Props) {
  const [ended, setEnded] = useState(false)
  const { busy, problem, act } = useAct()
  const end = () => act(async () => {
    await call('identity.revokeDevice', { device })
    setEnded(true)
  })
  if (ended) return <StateMark tone="good">{words.ended}</StateMark>
  return (
    <>
      <Button busy={busy ? words.working : null} onClick={() => void end()}>
        {words.end}
      </Button>
      {problem && <p role="alert" className="text-small text-danger">{problem.message}</p>}
    </>
  )
}
