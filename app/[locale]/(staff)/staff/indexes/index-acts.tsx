'use client'

import { call, type InputOf } from '#app/_client/trpc.ts'
import { DecideActs, type DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'
import { WithdrawForm, type WithdrawWords } from '#app/_parts/billing/withdraw-form.tsx'

type Decision = InputOf<'billing.decideIndex'>['decision']
type Props = { indexId: string; does: readonly Decision[]; mine: boolean; done: string; words: DecideActsWords }

export function IndexActs({ indexId, ...rest }: Props) {
  return <DecideActs {...rest} least="" decide={(decision, { reason }) => call('billing.decideIndex', { indexId, decision, reason })} />
}

export function WithdrawIndex({ indexId, ...rest }: { indexId: string; asked: boolean; words: WithdrawWords }) {
  return <WithdrawForm {...rest} withdraw={reason => call('billing.withdrawIndex', { indexId, reason })} />
}
