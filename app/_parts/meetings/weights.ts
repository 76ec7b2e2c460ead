import type { Texts } from '#server/infra/texts.ts'
import { formatNumber, formatPercent, type Locale } from '#server/kernel/format.ts'
import { sharePercent, weightDecimal, type Threshold } from '#server/meetings/rules.ts'

export type Scale = { readonly t: Texts; readonly locale: Locale; readonly kind: 'AREA' | 'ONE_PER_UNIT'; readonly denominator: bigint }

/** A weight as people say it: '62,1 м²', '2 голоса', and '0,33 голоса' for a third of a flat. */
export function weightText({ t, kind, denominator }: Scale, weight: bigint): string {
  if (kind === 'AREA') return t('meetings.weight.area', { amount: formatNumber(weightDecimal(weight, denominator)) })
  if (weight % denominator === 0n) return t('meetings.weight.votes', { count: Number(weight / denominator) })
  return t('meetings.weight.parts', { amount: formatNumber(weightDecimal(weight, denominator)) })
}

/** A bare number where the unit stands beside it already. */
export function weightNumber({ denominator }: Scale, weight: bigint): string {
  return formatNumber(weightDecimal(weight, denominator))
}

/** Inside a sentence: square metres with their unit, votes as a bare number. */
export function amountText(scale: Scale, weight: bigint): string {
  return scale.kind === 'AREA' ? weightText(scale, weight) : weightNumber(scale, weight)
}

export function percentText({ locale }: Pick<Scale, 'locale'>, part: bigint, whole: bigint): string {
  return formatPercent(sharePercent(part, whole), locale)
}

/** '2/3', but '51%' for hundredths, as the law writes them. */
export function fractionText(threshold: Threshold, locale: Locale): string {
  return threshold.denominator === 100n ? formatPercent(threshold.numerator.toString(), locale) : `${threshold.numerator}/${threshold.denominator}`
}

/** For drawing only. */
export function shareOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n) / whole) / 10_000
}
