// Volumes, areas and prices as exact decimals. Outside this file they are canonical strings:
// '-?digits[.digits]', no leading zeros, no trailing zeros after the point, '0' without a sign.
import { roundRational, type RoundingMode } from './money.ts'

/** An exact decimal as a string, as numeric columns give it; the unit is in the name of the field. */
export type Decimal = string

export type Rational = { readonly numerator: bigint; readonly denominator: bigint }

type Scaled = { readonly digits: bigint; readonly places: number }

const groupedNumber = /^-?\d{1,3}(?: \d{3})+(?:[.,]\d+)?$/
const plainNumber = /^-?\d*(?:[.,]\d+)?$/
const longest = 40

/**
 * A decimal as a person types it: comma or point, spaces between groups of three. Both separators
 * at once, or spaces elsewhere ('00482 345'), are not guessed at: null.
 */
export function parseDecimal(text: string): Decimal | null {
  const typed = text.trim().replace(/[\u00A0\u2007\u2009\u202F]/g, ' ').replace(/^\u2212/, '-')
  if (typed.length > longest || !/\d/.test(typed)) return null
  if (!plainNumber.test(typed) && !groupedNumber.test(typed)) return null
  const plain = typed.replaceAll(' ', '').replace(',', '.').replace(/^(-?)\./, '$10.')
  return print(scan(plain))
}

export function addDecimal(a: Decimal, b: Decimal): Decimal {
  const [left, right, places] = aligned(a, b)
  return print({ digits: left + right, places })
}

export function subtractDecimal(a: Decimal, b: Decimal): Decimal {
  const [left, right, places] = aligned(a, b)
  return print({ digits: left - right, places })
}

/** Exact, nothing is rounded. */
export function multiplyDecimal(a: Decimal, b: Decimal): Decimal {
  const left = scan(a)
  const right = scan(b)
  return print({ digits: left.digits * right.digits, places: left.places + right.places })
}

/** -1, 0 or 1, as sort wants it; '62.1' and '62.10' are equal. */
export function compareDecimal(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const [left, right] = aligned(a, b)
  if (left === right) return 0
  return left < right ? -1 : 1
}

export function isZero(decimal: Decimal): boolean {
  return scan(decimal).digits === 0n
}

/** The same number as a fraction, not reduced. */
export function toRational(decimal: Decimal): Rational {
  const { digits, places } = scan(decimal)
  return { numerator: digits, denominator: 10n ** BigInt(places) }
}

/** A fraction as a decimal of at most `places` decimals: a share of 1/3 is '33.33' percent. */
export function decimalOf(value: Rational, places: number, mode?: RoundingMode): Decimal {
  return print({ digits: roundRational(value.numerator * 10n ** BigInt(places), value.denominator, mode), places })
}

/**
 * Quantity × price of one unit in major units (soʻm, tenge) → minor units. Multiplied first,
 * rounded once per line, half up (settled 8).
 */
export function priceOf(quantity: Decimal, unitPriceMajor: Decimal, mode?: RoundingMode): bigint {
  const { numerator, denominator } = toRational(multiplyDecimal(quantity, unitPriceMajor))
  return roundRational(numerator * 100n, denominator, mode)
}

function scan(decimal: Decimal): Scaled {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(decimal)
  if (!match) throw new TypeError(`not a decimal: ${decimal}`)
  const [, whole = '', fraction = ''] = match
  return { digits: BigInt(whole + fraction), places: fraction.length }
}

function print({ digits, places }: Scaled): Decimal {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  const fraction = text.slice(text.length - places).replace(/0+$/, '')
  return `${digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function aligned(a: Decimal, b: Decimal): [left: bigint, right: bigint, places: number] {
  const left = scan(a)
  const right = scan(b)
  const places = Math.max(left.places, right.places)
  return [widened(left, places), widened(right, places), places]
}

function widened(value: Scaled, places: number): bigint {
  return value.digits * 10n ** BigInt(places - value.places)
}
