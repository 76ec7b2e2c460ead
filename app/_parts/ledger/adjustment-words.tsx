import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import type { Texts } from '#server/infra/texts.ts'
import type { AdjustmentState } from '#server/ledger/adjustments/schema.ts'

const tones: Record<AdjustmentState, Tone> = { SENT: 'waiting', UNDER_CHECK: 'waiting', ALLOWED: 'info', APPLIED: 'good', REFUSED: 'care', EXPIRED: 'care' }

/** Where a request to change a debt stands, as a shape and a word. */
export function AdjustmentMark({ state, t }: { state: AdjustmentState; t: Texts }) {
  return <StateMark tone={tones[state]}>{t(`ledger.states.${state}`)}</StateMark>
}

/** The fund in words; a programme of repairs is one word for all of them. */
export function fundWord(fund: string, t: Texts): string {
  return t(`house.funds.${fund.startsWith('PROGRAMME:') ? 'PROGRAMME' : fund}`)
}
