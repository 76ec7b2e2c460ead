'use client'

import { useState } from 'react'
import { call } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'

type Props = { buildingId: string; intentId: string; words: { withdraw: string; withdrawing: string } }

/** 'I did not pay': what the person told stops standing as on its way. */
export function Withdraw({ buildingId, intentId, words }: Props) {
  const [busy, setBusy] = useState(false)
  async function withdraw(): Promise<void> {
    setBusy(true)
    await call('payments.withdrawIntent', { buildingId, intentId }).then(() => location.reload(), () => setBusy(false))
  }
  return <Button kind="quiet" busy={busy ? words.withdrawing : null} onClick={() => void withdraw()}>{words.withdraw}</Button>
}
