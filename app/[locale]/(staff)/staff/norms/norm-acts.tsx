'use client'

import { call, type InputOf } from '#app/_client/trpc.ts'
import { DecideActs, type DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'

export type NormDecision = InputOf<'billing.decideNorm'>['decision']
type Props = { normId: string; does: readonly NormDecision[]; mine: boolean; least: string; done: string; words: DecideActsWords }

export function NormActs({ normId, ...rest }: Props) {
  return <DecideActs {...rest} decide={(decision, said) => call('billing.decideNorm', { normId, decision, ...said })} />
}
