// Apart from the other rules: the pay screen takes only this into the browser, and splits what is typed.
export type FundAmount = { readonly fund: string; readonly amount: bigint }
/** The dated order in which a payment covers what is owed; the receipt names it. */
export type AllocationRule = { readonly ruleId: string; readonly fundOrder: readonly string[]; readonly advanceFund: string }

const programme = 'PROGRAMME'

/** Which funds a payment of this amount covers; what is left when nothing is owed is an advance. Twin of app.split_payment. */
export function splitPayment(owed: readonly FundAmount[], amount: bigint, rule: AllocationRule): FundAmount[] {
  const parts: { fund: string; amount: bigint }[] = []
  let rest = amount
  for (const wanted of rule.fundOrder) {
    for (const each of owedIn(owed, wanted)) {
      if (rest === 0n) return parts
      const part = each.amount < rest ? each.amount : rest
      parts.push({ fund: each.fund, amount: part })
      rest -= part
    }
  }
  if (rest === 0n) return parts
  const advance = parts.find(part => part.fund === rule.advanceFund)
  if (advance) advance.amount += rest
  else parts.push({ fund: rule.advanceFund, amount: rest })
  return parts
}

function owedIn(owed: readonly FundAmount[], wanted: string): FundAmount[] {
  return owed
    .filter(each => each.amount > 0n && (wanted === programme ? each.fund.startsWith(`${programme}:`) : each.fund === wanted))
    .toSorted((a, b) => (a.fund < b.fund ? -1 : 1))
}

/** The fund's name in the words: every programme is one. */
export function fundName(fund: string): string {
  return fund.startsWith(`${programme}:`) ? programme : fund
}
