'use client'

import { useEffect, useState } from 'react'
import { ask, call } from '#app/_client/trpc.ts'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { number: string; buildingId: string; intentId: string; words: { title: string; waiting: string } }

/** Back from the provider: told to the server once, then asks until the money has arrived; coming back proves nothing by itself. */
export function CameBack({ number, buildingId, intentId, words }: Props) {
  const [waiting, setWaiting] = useState(true)
  useEffect(() => {
    let stopped = false
    let before = ''
    const look = async (left: number): Promise<void> => {
      const now = await ask('payments.track', { number }).catch(() => null)
      if (stopped) return
      if (now && !now.moving) return setWaiting(false)
      if (now && before !== '' && now.states !== before) return location.replace(`${location.pathname}?back=${intentId}`)
      before = now?.states ?? before
      if (left > 0) setTimeout(() => void look(left - 1), 3000)
    }
    void call('payments.submitNotice', { buildingId, intentId }).catch(() => null).then(() => look(20))
    return () => { stopped = true }
  }, [number, buildingId, intentId])
  return waiting ? <Notice tone="waiting" title={words.title} live="status">{words.waiting}</Notice> : null
}
