'use client'
import { useState } from 'react'
import { call, CallError } from '#app/_client/trpc.ts'
import { Button } from '#app/_ui/button.tsx'
import { Notice } from '#app/_ui/notice.tsx'

type Props = { buildingId: string; bankAccountId: string; word: string; noNetwork: string }

/** The second person has compared the number with the bank's paper. */
export function ConfirmAccount({ buildingId, bankAccountId, word, noNetwork }: Props) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  async function confirm() {
    setBusy(true)
    try {
      await call('statements.confirmAccount', { buildingId, bankAccountId })
      window.location.reload()
    } catch (refusal) {
      setError(refusal instanceof CallError ? refusal.message : noNetwork)
      setBusy(false)
    }
  }
  return (
    <div className="flex flex-col items-start gap-2">
      <Button disabled={busy} onClick={() => void confirm()}>{word}</Button>
      {error !== null && <Notice tone="care" live="alert">{error}</Notice>}
    </div>
  )
}
