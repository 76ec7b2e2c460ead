/** Without tiyin or tiyn: for sums of a whole house at a glance; what opens behind them is exact. */
export function wholeOf(amount: bigint): bigint {
  return amount - (amount % 100n)
}
