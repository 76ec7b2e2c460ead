import { searchKey } from '#server/kernel/text.ts'

export type SearchWord = { word: string; exact: boolean }

const mostWords = 6
// A phone in any spelling, an account number in groups of 3-3-4.
const oneNumber = /^\+?[\d\s().\u2010-\u2015\u2212-]{7,24}$/
const place = new Set(['kv', 'kvartira', 'd', 'dom', 'ul', 'ulisa', 'pr', 'prospekt', 'pater', 'pt', 'ui', 'koshesi', 'dangili', 'honadon', 'kocha', 'kochasi'])

/**
 * Splits what was typed into words to look for. A number typed in groups is one number; a short number
 * (a flat, a house) must match whole, everything else may be a beginning. 'кв. 45' is looked for as '45'.
 */
export function searchWords(text: string): SearchWord[] {
  const trimmed = text.trim()
  const digits = trimmed.replace(/\D/g, '')
  if (oneNumber.test(trimmed) && digits.length >= 7) return [{ word: nationalDigits(digits), exact: false }]
  const words = searchKey(trimmed).split(' ').filter(word => word !== '')
  const hasNumber = words.some(word => /^\d/.test(word))
  return words.filter(word => !hasNumber || !place.has(word)).slice(0, mostWords)
    .map(word => ({ word: /^\d{9,}$/.test(word) ? nationalDigits(word) : word, exact: /^\d{1,4}\p{L}?$/u.test(word) }))
}

/** 8 701 … and +7 701 … are the same number in people's minds: what is dialled before the national number goes. */
function nationalDigits(typed: string): string {
  const digits = typed.replace(/^00/, '')
  if (digits.length === 12 && digits.startsWith('998')) return digits.slice(3)
  if (digits.length === 11 && /^[78]7/.test(digits)) return digits.slice(1)
  if (digits.length === 10 && digits.startsWith('8')) return digits.slice(1)
  return digits
}

/** People say the house before the flat: of the short numbers the last is the flat's, those before it are the house's. */
export function likelyPlace(words: readonly SearchWord[]): { flat: string | null; house: string[] } {
  const numbers = words.filter(word => word.exact).map(({ word }) => word)
  return { flat: numbers.at(-1) ?? null, house: numbers.slice(0, -1) }
}
