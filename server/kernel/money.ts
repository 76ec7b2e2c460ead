export type Currency = 'UZS' | 'KZT'

/** An amount in minor units: tiyin of UZS, tiyn of KZT, 100 to the major unit. */
export type Money = { readonly amount: bigint; readonly currency: Currency }

/** HALF_UP and UP go away from zero, DOWN goes to zero, so a reversal is the exact opposite. */
export type RoundingMode = 'HALF_UP' | 'DOWN' | 'UP'

export function money(amount: bigint, currency: Currency): Money {
  return { amount, currency }
}

export function add(a: Money, b: Money): Money {
  return money(a.amount + inSameCurrency(a, b).amount, a.currency)
}

export function subtract(a: Money, b: Money): Money {
  return money(a.amount - inSameCurrency(a, b).amount, a.currency)
}

export function negate(a: Money): Money {
  return money(-a.amount, a.currency)
}

/** The currency is named because the sum of nothing has one too. */
export function sumMoney(amounts: Iterable<Money>, currency: Currency): Money {
  let total = money(0n, currency)
  for (const each of amounts) total = add(total, each)
  return total
}

/** numerator / denominator as a whole number. */
export function roundRational(numerator: bigint, denominator: bigint, mode: RoundingMode = 'HALF_UP'): bigint {
  if (denominator === 0n) throw new RangeError('division by zero')
  const negative = numerator < 0n !== denominator < 0n
  const top = magnitude(numerator)
  const bottom = magnitude(denominator)
  const whole = top / bottom
  const rounded = roundsUp(top % bottom, bottom, mode) ? whole + 1n : whole
  return negative ? -rounded : rounded
}

/**
 * Splits a total (minor units, may be negative) by weights with the largest remainder: the parts
 * sum to the total exactly and each is less than one unit from its ideal. Ties go to the lower
 * index, so the caller fixes the order (by premises id) or calls `allocateByKey`.
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  if (total < 0n) return allocate(-total, weights).map((part) => -part)
  let sum = 0n
  for (const weight of weights) {
    if (weight < 0n) throw new RangeError('a weight is below zero')
    sum += weight
  }
  if (sum === 0n) {
    if (total === 0n) return weights.map(() => 0n)
    throw new RangeError('nothing to divide by: all weights are zero')
  }
  const parts = weights.map((weight) => (total * weight) / sum)
  const missing = total - parts.reduce((all, part) => all + part, 0n)
  for (const index of byLargestRemainder(weights.map((weight) => (total * weight) % sum)).slice(0, Number(missing))) {
    parts[index] = (parts[index] ?? 0n) + 1n
  }
  return parts
}

/** `allocate` whose ties go to the smaller key: the order of the list does not matter. */
export function allocateByKey(
  total: bigint,
  shares: readonly { readonly key: string; readonly weight: bigint }[],
): Map<string, bigint> {
  const sorted = [...shares].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const parts = allocate(total, sorted.map((share) => share.weight))
  const result = new Map(sorted.map((share, index) => [share.key, parts[index] ?? 0n]))
  if (result.size !== shares.length) throw new RangeError('a key is repeated')
  return result
}

function inSameCurrency(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new TypeError(`${a.currency} and ${b.currency} do not add up`)
  return b
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}

function roundsUp(remainder: bigint, denominator: bigint, mode: RoundingMode): boolean {
  if (mode === 'HALF_UP') return remainder * 2n >= denominator
  return mode === 'UP' && remainder > 0n
}

function byLargestRemainder(remainders: readonly bigint[]): number[] {
  return remainders
    .map((remainder, index) => ({ remainder, index }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
    .map((entry) => entry.index)
}
