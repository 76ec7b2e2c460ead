import { fill } from '#app/_client/words.ts'
import { formatNumber, formatPeriod, type Locale } from '#server/kernel/format.ts'
import { judgeReading, shownRegister, shownUsual, unanswered, type Verdict } from '#server/meters/rules.ts'
import type { FormMeter, FormWords } from './form-facts.ts'

type Judged = Extract<Verdict, { kind: 'fine' | 'asks' }>

/** The same judgement as the server's, by the phone's own day. */
export function judgeHere(meter: FormMeter, values: readonly string[], takenOn: string): Verdict {
  return judgeReading(meter.last, { values, takenOn }, { meter, window: meter.window, today: takenOn, usual: meter.usual, laterTakenOn: null })
}

/** '00482' as the button says it; empty while what was typed is no figure. */
export function shownTyped(meter: FormMeter, values: readonly string[]): string {
  const verdict = judgeHere(meter, values, meter.last?.takenOn ?? meter.installedOn)
  if (verdict.kind === 'refused') return ''
  return verdict.values.map(value => shownRegister(value, meter)).join(' / ')
}

/** What is said under the figures while nothing is asked: consumption beside the usual, then the notes. */
export function saidOf(verdict: Judged, { meter, words, units, locale }: { meter: FormMeter; words: FormWords; units: Readonly<Record<string, string>>; locale: Locale }): string[] {
  const unit = units[meter.unit] ?? meter.unit
  const used = meter.last !== null && verdict.consumption !== null && verdict.consumption !== '0'
    ? [fill(meter.usual === null ? words.usedOnly : words.used, { consumption: formatNumber(verdict.consumption), unit, usual: shownUsual(meter.usual) })] : []
  return [...used, ...verdict.notes.map(note => fill(words.notes[note] ?? '', { period: formatPeriod(verdict.period, locale) }))]
}

/** The next question that the person has not answered, in words; null when it can go. */
export function questionOf(verdict: Judged, confirmed: readonly string[], errors: Readonly<Record<string, string>>): { code: string; text: string } | null {
  const next = unanswered(verdict, confirmed)[0]
  if (!next) return null
  return { code: next.code, text: fill(errors[askKey(next.code)] ?? next.code, next.params) }
}

export function askKey(code: string): string {
  return `ask${code.slice(0, 1).toUpperCase()}${code.slice(1)}`
}
