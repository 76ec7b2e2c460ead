/** What a paper bill says is to be paid, and what its address takes: what was owed before in the house's funds, and the month. Below zero: paid ahead. A part of a repair has an invoice of its own. */
export function paperSum({ total, openingBalance }: { readonly total: bigint; readonly openingBalance: bigint }): bigint {
  return total + openingBalance
}
