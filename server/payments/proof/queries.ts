import 'server-only'
import { qrSvg } from '#server/documents/pdf/qr.ts'
import { env } from '#server/infra/env.ts'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { owedOf } from '#server/ledger/rules.ts'
import { assertMayPay } from '#server/payments/policy.ts'
import { findPayable, inFlightOf, type Payable } from '#server/payments/queries.ts'
import { proofText, standingOf, type Standing, type Upcoming } from './rules.ts'
import { signProof } from './signing.ts'

export type ProofScreen = Standing & {
  payable: Pick<Payable, 'accountNumber' | 'houseName' | 'unitKind' | 'unitNumber' | 'currency'>
  /** The signed proof as an address and its QR code; null while something is overdue. */
  proof: { address: string; qr: string } | null
}

/** A proof that nothing of a flat is overdue, for whoever would switch something off; nothing is stored. */
export async function proofScreen(ctx: Context, number: string): Promise<ProofScreen> {
  const payable = await findPayable(ctx, number)
  assertMayPay(ctx.actor, payable)
  if (!payable || payable.kind !== 'ACCUMULATING') throw notFound('payments.payableNotFound')
  const { balance, programmes } = owedOf(payable.owed)
  // What a person only told us of is no ground for a signature.
  const moving = (await inFlightOf(ctx, payable)).items.filter(({ kind }) => kind === 'ACCEPTED').reduce((sum, { amount }) => sum + amount, 0n)
  const { bills, instalments } = await upcomingOf(ctx, payable)
  const standing = standingOf({ balance, moving, upcoming: [...bills, ...atMost(instalments, programmes)] }, ctx.today)
  const { accountNumber, houseName, unitKind, unitNumber, currency } = payable
  if (standing.inDefault) return { ...standing, payable: { accountNumber, houseName, unitKind, unitNumber, currency }, proof: null }
  const signed = signProof(proofText({ number: accountNumber, house: houseName, unit: unitNumber, madeAt: ctx.now.toISOString().slice(0, 16) + 'Z', validUntil: standing.validUntil }))
  const address = `${env.APP_URL}/v/proof#${signed}`
  return { ...standing, payable: { accountNumber, houseName, unitKind, unitNumber, currency }, proof: { address, qr: qrSvg(address, 320) } }
}

/** Bills and instalments of this month whose day has not come. */
async function upcomingOf(ctx: Context, { buildingId, accountId }: Pick<Payable, 'buildingId' | 'accountId'>): Promise<{ bills: Upcoming[]; instalments: Upcoming[] }> {
  const rows = await ctx.db.$queryRaw<(Upcoming & { isBill: boolean })[]>`
    select to_char(b.due_on, 'YYYY-MM-DD') as "dueOn", b.total as amount, true as "isBill" from current_bills b
      where b.building_id = ${buildingId}::uuid and b.account_id = ${accountId}::uuid and b.due_on >= ${ctx.today}::date and b.total > 0
    union all
    select to_char(v.due_on, 'YYYY-MM-DD'), v.amount, false from payment_invoices v
      where v.building_id = ${buildingId}::uuid and v.account_id = ${accountId}::uuid and v.state = 'OPEN' and v.fund like 'PROGRAMME:%'
       and v.due_on >= ${ctx.today}::date and v.due_on < (date_trunc('month', ${ctx.today}::date) + interval '1 month')::date
    order by 1`
  return { bills: rows.filter(row => row.isBill), instalments: rows.filter(row => !row.isBill) }
}

/** Instalments paid by the account's number stay open: no more of them counts than stands in the programmes' funds. */
function atMost(instalments: readonly Upcoming[], programmes: bigint): Upcoming[] {
  let left = programmes
  return instalments.toReversed().map(each => {
    const amount = each.amount < left ? each.amount : left
    left -= amount
    return { ...each, amount }
  }).filter(each => each.amount > 0n)
}
