'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { useAct } from '#app/_client/use-act.ts'
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
type Props = { device: string; name: string; since: string; words: DeviceWords }

/** On the older phone: 'is this you?' about a device that has just signed in. */
export function DeviceQuestion({ device, name, since, words }: Props) {
  const [answered, setAnswered] = useState<'confirmed' | 'ended' | null>(null)
  const { busy, problem, act } = useAct()
  const answer = (path: 'identity.confirmDevice' | 'identity.revokeDevice', done: 'confirmed' | 'ended') => act(async () => {
    await call(path, { device })
    setAnswered(done)
  })
  if (answered) return <Notice tone="good" live="status">{words[answered]}</Notice>
  return (
    <Notice
      tone="care"
      title={fill(words.askTitle, { device: name })}
      actions={
        <>
          <Button kind="main" busy={busy ? words.working : null} onClick={() => void answer('identity.confirmDevice', 'confirmed')}>
            {words.yes}
          </Button>
          <Button kind="danger" wide onClick={() => void answer('identity.revokeDevice', 'ended')}>
            {words.no}
          </Button>
        </>
      }
    >
      <p>{fill(words.askBody, { since })}</p>
      {problem && <p role="alert" className="text-danger">{problem.message}</p>}
    </Notice>
  )
}
