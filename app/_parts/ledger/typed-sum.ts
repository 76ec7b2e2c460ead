import { parseDecimal, priceOf } from '#server/kernel/quantity.ts'

/** Minor units of a typed sum above zero; null when it is none, as with three decimals: 19.344 may have been meant for 19 344. */
export function typedSum(typed: string): bigint | null {
  const decimal = parseDecimal(typed)
  if (decimal === null || decimal.startsWith('-') || /\.\d{3}/.test(decimal)) return null
  const amount = priceOf(decimal, '1')
  return amount > 0n ? amount : null
}

/** A sum as one would type it. */
export function sumToType(amount: bigint): string {
  const whole = amount < 0n ? -amount : amount
  return `${whole / 100n}${whole % 100n === 0n ? '' : `,${String(whole % 100n).padStart(2, '0')}`}`
}
