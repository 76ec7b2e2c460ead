import { parseDecimal } from '#server/kernel/quantity.ts'

/** What a button of staff says after its verb: the figures as they were typed, or nothing while one of them is no figure. */
export function typedFigures(values: readonly string[]): string {
  return values.every(value => parseDecimal(value) !== null) ? ` ${values.map(value => value.trim()).join(' / ')}` : ''
}
