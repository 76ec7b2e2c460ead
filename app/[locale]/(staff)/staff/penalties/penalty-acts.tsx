'use client'

import { call, type InputOf } from '#app/_client/trpc.ts'
import { DecideActs, type DecideActsWords } from '#app/_parts/billing/decide-acts.tsx'

type Decision = InputOf<'billing.decidePenalty'>['decision']
type Props = { ruleId: string; does: readonly Decision[]; mine: boolean; least: string; done: string; words: DecideActsWords }

export function PenaltyActs({ ruleId, ...rest }: Props) {
  return <DecideActs {...rest} decide={(decision, said) => call('billing.decidePenalty', { ruleId, decision, ...said })} />
}
