import { searchKey } from '#server/kernel/text.ts'

export type SearchWord = { word: string; exact: boolean }

const phoneShape = /^\+?[\d\s()-]{7,20}$/

/**
 * Splits what was typed into words to look for. A number typed with spaces is one number; a short number
 * (a flat, a house) must match whole, everything else may be a beginning.
 */
export function searchWords(text: string): SearchWord[] {
  const trimmed = text.trim()
  const digits = trimmed.replace(/\D/g, '')
  if (phoneShape.test(trimmed) && digits.length >= 7) return [{ word: nationalDigits(digits), exact: false }]
  return searchKey(trimmed).split(' ').filter(word => word !== '').slice(0, 6)
    .map(word => ({ word, exact: /^\d{1,4}\p{L}?$/u.test(word) }))
}

/** 8 701 … and +7 701 … are the same number in people's minds: the trunk prefix and the country code go. */
function nationalDigits(digits: string): string {
  if (digits.length === 11 && /^[78]7/.test(digits)) return digits.slice(1)
  if (digits.length === 12 && digits.startsWith('998')) return digits.slice(3)
  return digits
}
