'use client'

import { call, type InputOf } from '#app/_client/trpc.ts'
import { DecideActs, type DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'
import { WithdrawForm, type WithdrawWords } from '#app/_parts/billing/withdraw-form.tsx'

export type NormDecision = InputOf<'billing.decideNorm'>['decision']
type Props = { normId: string; does: readonly NormDecision[]; mine: boolean; least: string; done: string; words: DecideActsWords }

export function NormActs({ normId, ...rest }: Props) {
  return <DecideActs {...rest} decide={(decision, said) => call('billing.decideNorm', { normId, decision, ...said })} />
}

export function WithdrawNorm({ normId, ...rest }: { normId: string; asked: boolean; done: string; words: WithdrawWords }) {
  return <WithdrawForm {...rest} withdraw={reason => call('billing.withdrawNorm', { normId, reason })} />
}
