'use client'

import { call, type InputOf } from '#app/_client/trpc.ts'
import { DecideActs, type DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'

type Decision = InputOf<'billing.decideAllocation'>['decision']
type Props = { draftId: string; does: readonly Decision[]; mine: boolean; done: string; words: DecideActsWords }

export function AllocationActs({ draftId, ...rest }: Props) {
  return <DecideActs {...rest} least="" decide={(decision, { reason }) => call('billing.decideAllocation', { draftId, decision, reason })} />
}
