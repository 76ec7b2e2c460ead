'use client'

import { call } from '#app/_client/trpc.ts'
import { leave, useAct } from '#app/_client/use-act.ts'
import { Button } from '#app/_ui/button.tsx'

type Props = { buildingId: string; intentId: string; words: { withdraw: string; withdrawing: string } }

/** 'I did not pay': what the person told stops standing as on its way. */
export function Withdraw({ buildingId, intentId, words }: Props) {
  const { busy, problem, act } = useAct(leave)
  return (
    <>
      <Button kind="quiet" busy={busy ? words.withdrawing : null} onClick={() => void act(() => call('payments.withdrawIntent', { buildingId, intentId }))}>{words.withdraw}</Button>
      {problem && <p role="alert" className="text-small text-danger">{problem.message}</p>}
    </>
  )
}
