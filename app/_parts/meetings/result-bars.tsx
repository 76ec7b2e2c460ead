import { StateMark, type Tone } from '#app/_ui/notice.tsx'
import type { Outcome } from '#server/meetings/rules.ts'
import { percentText, shareOf, weightText, type Scale } from './weights.ts'

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
  const weigh = (weight: bigint) => weightText(scale, weight)
  return (
    <div className="flex flex-col gap-3">
      <p><StateMark tone={tones[result.outcome]}>{t(`meetings.result.${result.outcome}`)}</StateMark></p>
      <dl className="flex flex-col gap-2">
        {bars.map(bar => (
          <div key={bar.key} className="flex flex-col gap-1">
            <div className="flex flex-wrap justify-between gap-x-4">
              <dt>{t(`meetings.result.${bar.key}`)}</dt>
              <dd className="figures text-end">{t('meetings.result.line', { weight: weigh(bar.weight), percent: percentText(scale, bar.weight, result.all) })}</dd>
            </div>
            <dd className="max-w-none">
              <svg aria-hidden="true" viewBox="0 0 100 4" preserveAspectRatio="none" className="block h-2 w-full overflow-hidden rounded-pill border border-line">
                <rect width={100 * shareOf(bar.weight, result.all)} height="4" className={bar.look} />
              </svg>
            </dd>
          </div>
        ))}
      </dl>
      <p className="figures">{t('meetings.result.quorumNeeded', { present: weigh(result.present), needed: weigh(result.quorumNeeded), all: weigh(result.all) })}</p>
      {result.outcome !== 'NO_QUORUM' && <p className="figures">{t('meetings.result.needed', { for: weigh(result.for), needed: weigh(result.needed), base: weigh(result.base) })}</p>}
    </div>
  )
}
