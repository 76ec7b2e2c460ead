import { invalid } from '#server/kernel/errors.ts'
import { addDays, compareDates, type LocalDate } from '#server/kernel/period.ts'
import { compareDecimal, parseDecimal, toRational, type Decimal, type Rational } from '#server/kernel/quantity.ts'
import { normaliseUz } from '#server/kernel/text.ts'
import { isMixedScript } from '#server/kernel/transliteration.ts'

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b)
}

/** In lowest terms. */
export function reduce({ numerator, denominator }: Rational): Rational {
  const divisor = greatestDivisor(numerator < 0n ? -numerator : numerator, denominator)
  return divisor === 0n ? { numerator, denominator } : { numerator: numerator / divisor, denominator: denominator / divisor }
}

export function addShares(shares: readonly Rational[]): Rational {
  return shares.reduce((all, each) => reduce({ numerator: all.numerator * each.denominator + each.numerator * all.denominator, denominator: all.denominator * each.denominator }), { numerator: 0n, denominator: 1n })
}

export function isWhole(share: Rational): boolean {
  return share.numerator === share.denominator
}

const largestPart = 10n ** 15n

/**
 * A share as papers write it: '1/3', '1', '0,5', '50 %'. Null when it is not one, or not within (0, 1].
 * '33%' is 33/100 and not a third: three of them are refused with the rest, not rounded up.
 */
export function parseShare(text: string): Rational | null {
  const typed = text.trim().replace(/[\u00A0\u202F]/g, ' ').replace(/[\u2044\u2215]/g, '/')
  const share = readFraction(typed) ?? readDecimalShare(typed)
  if (share === null || share.denominator === 0n || share.numerator <= 0n || share.numerator > share.denominator) return null
  const reduced = reduce(share)
  return reduced.denominator > largestPart ? null : reduced
}

function readFraction(typed: string): Rational | null {
  const found = /^(\d{1,15})\s*\/\s*(\d{1,15})$/.exec(typed)
  return found ? { numerator: BigInt(found[1] ?? ''), denominator: BigInt(found[2] ?? '') } : null
}

function readDecimalShare(typed: string): Rational | null {
  const percent = /^([\d., ]+?)\s*%$/.exec(typed)
  const decimal = parseDecimal(percent?.[1] ?? typed)
  if (decimal === null) return null
  const { numerator, denominator } = toRational(decimal)
  return { numerator, denominator: percent ? denominator * 100n : denominator }
}

export function formatShare({ numerator, denominator }: Rational): string {
  return numerator === denominator ? '1' : `${numerator}/${denominator}`
}

/** Shares as typed, or a refusal that names the wrong one or the sum. */
export function judgeShares(texts: readonly string[]): Rational[] {
  const shares = texts.map(text => {
    const share = parseShare(text)
    if (share === null) throw invalid('premises.shareUnreadable', { share: text })
    return share
  })
  const sum = addShares(shares)
  if (!isWhole(sum)) throw invalid('premises.sharesNotWhole', { sum: formatShare(sum) })
  return shares
}

/** An area as typed, to two decimals: '62,1' → '62.1'; null when it is no area. */
export function parseArea(text: string): Decimal | null {
  const area = parseDecimal(text)
  if (area === null || compareDecimal(area, '0') <= 0 || compareDecimal(area, '100000') >= 0) return null
  return (area.split('.')[1] ?? '').length > 2 ? null : area
}

export function judgeArea(text: string): Decimal {
  const area = parseArea(text)
  if (area === null) throw invalid('premises.areaUnreadable', { area: text })
  return area
}

const cyrillicTwins: Readonly<Record<string, string>> = { A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', K: 'К', M: 'М', O: 'О', P: 'Р', T: 'Т', X: 'Х' }

/**
 * The number of a unit as it is stored: no spaces or sign of number, letters large, '12-a' and '12 а' as '12А'
 * where Cyrillic stands on the doors. Leading zeros stay: they are part of what is on the door.
 */
export function normaliseUnitNumber(text: string, script: 'CYRILLIC' | 'LATIN'): string {
  const plain = text.normalize('NFKC').trim().toUpperCase().normalize('NFKC')
    .replace(/^(КВ(АРТИРА)?|ПӘТЕР|XONADON|KV)?[.]?\s*(№|N[O°]?[.]?)?\s*(?=\d)/u, '')
    .replace(/\s+/g, '').replace(/(?<=\d)-(?=\p{L}$)/u, '')
  const number = script === 'LATIN' ? plain : plain.replace(/[A-Z]/g, letter => cyrillicTwins[letter] ?? letter)
  // 'к в 5' is 'кв5' only without its spaces: what was read is read again until nothing changes.
  return number === text ? number : normaliseUnitNumber(number, script)
}

export type NameProblem = 'nameMixedScript' | 'nameNoLetters'

/** A person's or firm's name with one kind of apostrophe and single spaces; what cannot be right is told. */
export function normaliseName(text: string): { name: string; problem: NameProblem | null } {
  const name = normaliseUz(text.replace(/[\s\u00A0]+/g, ' ').trim())
  if (!/\p{L}/u.test(name)) return { name, problem: 'nameNoLetters' }
  return { name, problem: isMixedScript(name) ? 'nameMixedScript' : null }
}

export type Holding = { ownershipId: string; ownerId: string; share: Rational; since: LocalDate; until: LocalDate | null }
export type NewHolding = { ownerId: string; share: Rational }
export type TransferPlan = { close: { ownershipId: string; until: LocalDate }[]; keep: string[]; open: NewHolding[]; left: string[] }

/**
 * What a transfer on a day does to the rows: who keeps the same share keeps the row, the others are closed the day
 * before, the new ones open. Refused when something already begins on that day or later.
 */
export function planTransfer(holdings: readonly Holding[], next: readonly NewHolding[], on: LocalDate): TransferPlan {
  const current = holdings.filter(each => each.until === null || compareDates(each.until, on) >= 0)
  if (current.some(each => compareDates(each.since, on) >= 0)) throw invalid('premises.laterOwnership', { date: on })
  if (new Set(next.map(each => each.ownerId)).size !== next.length) throw invalid('premises.ownerTwice')
  const same = (a: Holding, b: NewHolding) => a.ownerId === b.ownerId && a.share.numerator * b.share.denominator === b.share.numerator * a.share.denominator && a.until === null
  const keep = current.filter(held => next.some(each => same(held, each)))
  const close = current.filter(held => !keep.includes(held))
  const open = next.filter(each => !keep.some(held => held.ownerId === each.ownerId))
  if (close.length === 0 && open.length === 0) throw invalid('premises.nothingTransferred')
  return {
    close: close.map(held => ({ ownershipId: held.ownershipId, until: addDays(on, -1) })),
    keep: keep.map(held => held.ownershipId), open,
    left: close.map(held => held.ownerId).filter(ownerId => !next.some(each => each.ownerId === ownerId)),
  }
}

/** Numbers as people count them: 2 before 10, 12 before 12А. */
export function compareUnitNumbers(a: string, b: string): number {
  const [left, right] = [partsOfNumber(a), partsOfNumber(b)]
  return left.word.localeCompare(right.word, 'ru') || left.number - right.number || left.rest.localeCompare(right.rest, 'ru')
}

function partsOfNumber(text: string): { word: string; number: number; rest: string } {
  const [, word = '', number = '', rest = ''] = /^(\D*)(\d*)(.*)$/.exec(text) ?? []
  return { word, number: Number(number), rest }
}
