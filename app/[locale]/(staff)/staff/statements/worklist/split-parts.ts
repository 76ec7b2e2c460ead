export type Part = { number: string; amount: bigint }

/** What is wrong in a transfer divided by hand: places of parts whose number has not ten digits, and the sum of all when it is not the whole. */
export function judgeParts(parts: readonly Part[], whole: bigint): { short: readonly number[]; told: bigint | null } {
  const together = parts.reduce((sum, part) => sum + part.amount, 0n)
  return { short: parts.flatMap(({ number }, place) => number.length === 10 ? [] : [place]), told: together === whole ? null : together }
}
