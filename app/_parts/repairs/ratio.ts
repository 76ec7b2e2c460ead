/** Part of a whole from 0 to 1, for drawing only. */
export function ratio(part: bigint, whole: bigint): number {
  if (whole <= 0n || part <= 0n) return 0
  return part >= whole ? 1 : Number((part * 10_000n) / whole) / 10_000
}
