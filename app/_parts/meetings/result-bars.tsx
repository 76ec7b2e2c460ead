import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import type { Outcome } from '#server/meetings/rules.ts'
import { amountText, percentText, shareOf, weightText, type Scale } from './weights.ts'

type Sums = { for: bigint; against: bigint; abstain: bigint; all: bigint; present: bigint; needed: bigint; base: bigint; quorumNeeded: bigint; outcome: Outcome }
type Props = { scale: Scale; result: Sums }

const tones: Record<Outcome, Tone> = { ADOPTED: 'good', NOT_ADOPTED: 'waiting', NO_QUORUM: 'care' }

/** What was decided, the weights as bars against the whole house, and the sum that the rule asks for. */
export function ResultBars({ scale, result }: Props) {
  const { t } = scale
  const bars = [
    { key: 'FOR', weight: result.for, look: 'fill-act' },
    { key: 'AGAINST', weight: result.against, look: 'fill-ink' },
    { key: 'ABSTAIN', weight: result.abstain, look: 'fill-note' },
    { key: 'SILENT', weight: result.all - result.present, look: 'fill-line' },
  ]
  const amount = (weight: bigint) => amountText(scale, weight)
  return (
    <div className="flex flex-col gap-3">
      <p><StateMark tone={tones[result.outcome]}>{t(`meetings.result.${result.outcome}`)}</StateMark></p>
      <ul className="flex flex-col gap-2">
        {bars.map(bar => (
          <li key={bar.key} className="flex max-w-none flex-col gap-1">
            <p className="flex max-w-none flex-wrap justify-between gap-x-4">
              <span>{t(`meetings.result.${bar.key}`)}</span>
              <span className="figures text-end">{t('meetings.result.line', { weight: weightText(scale, bar.weight), percent: percentText(scale, bar.weight, result.all) })}</span>
            </p>
            <svg aria-hidden="true" viewBox="0 0 100 4" preserveAspectRatio="none" className="block h-2 w-full overflow-hidden rounded-pill border border-line">
              <rect width={100 * shareOf(bar.weight, result.all)} height="4" className={bar.look} />
            </svg>
          </li>
        ))}
      </ul>
      <p className="figures">{t('meetings.result.quorumNeeded', { present: amount(result.present), needed: amount(result.quorumNeeded), all: amount(result.all) })}</p>
      {result.outcome !== 'NO_QUORUM' && <p className="figures">{t('meetings.result.needed', { for: amount(result.for), needed: amount(result.needed), base: amount(result.base) })}</p>}
    </div>
  )
}
