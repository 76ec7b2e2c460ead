import { fill } from '#app/_client/words.ts'
import { parseDecimal } from '#server/kernel/quantity.ts'

/** What a button of staff says: the act with the figures as they were typed, or the act alone while one of them is no figure. */
export function sendLabel(words: Record<'send' | 'sendEmpty', string>, values: readonly string[]): string {
  const typed = values.every(value => parseDecimal(value) !== null)
  return typed ? fill(words.send, { value: values.map(value => value.trim()).join(' / ') }) : words.sendEmpty
}
