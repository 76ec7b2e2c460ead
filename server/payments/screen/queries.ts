import 'server-only'
import { hmac } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { owedOf } from '#server/ledger/rules.ts'
import { duesOf, type BillDue } from '#server/payments/dues/rules.ts'
import { assertMayPay, assertMayReadPayment } from '#server/payments/policy.ts'
import { allocationRule, findPayable, inFlightOf, invoicesOf, merchantsOf, ownPayables, paymentsOf, receiptFacts, type InFlight, type MerchantFacts, type OpenInvoice,
  type OwnPayable, type Payable, type PaymentRow, type ReceiptFacts } from '#server/payments/queries.ts'
import { latestPaper } from '#server/payments/pay-for/queries.ts'
import type { AllocationRule, FundAmount } from '#server/payments/split/rules.ts'
import type { PaymentKey } from '#server/payments/schema.ts'
import { paidInto, type PaidInto } from '#server/payments/statements/bank-accounts.ts'

export type PayScreen = {
  payable: Payable
  /** What the field is filled with: the sum of the bill's button, or the invoice's own. */
  due: bigint
  /** The last bills of an account with their days, oldest first; none for an invoice, which has its own day. */
  bills: BillDue[]
  inFlight: InFlight
  rule: AllocationRule & { validFrom: string; verified: boolean }
  merchants: MerchantFacts[]
  payments: PaymentRow[]
  /** The bank accounts of the house that the number leads to. */
  accounts: PaidInto[]
  /** The address by which anybody to whom it is sent pays the latest bill; null for an instalment and before the first bill. */
  payFor: string | null
}

/** All that the pay screen shows of one number. */
export async function payScreen(ctx: Context, number: string): Promise<PayScreen> {
  const payable = await findPayable(ctx, number)
  assertMayPay(ctx.actor, payable)
  if (!payable) throw notFound('payments.payableNotFound')
  const inFlight = await inFlightOf(ctx, payable)
  const payments = await paymentsOf(ctx, payable, 10)
  const rule = await allocationRule(ctx, payable.country, ctx.today)
  const merchants = await merchantsOf(ctx, payable)
  const due = payable.amount === null ? dueOf(payable.owed, { inFlight, invoices: await invoicesOf(ctx, payable) }, ctx.today)
    : payable.state === 'OPEN' ? payable.amount : 0n
  const accounts = (await paidInto(ctx, payable.buildingId)).filter(each => payable.fund === null || (payable.fund === 'SAVINGS') === (each.fund === 'SAVINGS'))
  const payFor = payable.invoiceId === null ? await latestPaper(ctx, payable) : null
  return { payable, due, bills: await billsOf(ctx, payable), inFlight, rule, merchants, payments, accounts, payFor }
}

async function billsOf(ctx: Context, { buildingId, accountId, invoiceId }: Payable): Promise<BillDue[]> {
  return invoiceId !== null ? [] : (await ctx.db.$queryRaw<BillDue[]>`select b.total, to_char(b.due_on, 'YYYY-MM-DD') as "dueOn" from current_bills b
    where b.building_id = ${buildingId}::uuid and b.account_id = ${accountId}::uuid order by b.period desc limit 12`).toReversed()
}

type Asked = { inFlight: InFlight; invoices: OpenInvoice[] }

function dueOf(owed: readonly FundAmount[], asked: Asked, today: LocalDate): bigint {
  const { bill } = duesOf(owedOf(owed), asked, today)
  return bill > 0n ? bill : 0n
}

export type PayList = (OwnPayable & Asked & { due: bigint; payments: PaymentRow[] })[]

/** The person's accounts with what is owed, on its way and paid. */
export async function payList(ctx: Context): Promise<PayList> {
  const list: PayList = []
  for (const payable of await ownPayables(ctx)) {
    const asked = { inFlight: await inFlightOf(ctx, payable), invoices: await invoicesOf(ctx, payable) }
    list.push({ ...payable, ...asked, due: dueOf(payable.owed, asked, ctx.today), payments: await paymentsOf(ctx, payable, 20) })
  }
  return list
}

export type Track = { number: string; moving: boolean; states: string }

/** A short answer for the page that waits: has anything about this number changed? */
export async function trackPayable(ctx: Context, number: string): Promise<Track> {
  const payable = await findPayable(ctx, number)
  assertMayPay(ctx.actor, payable)
  if (!payable) throw notFound('payments.payableNotFound')
  const inFlight = await inFlightOf(ctx, payable)
  const payments = await paymentsOf(ctx, payable, 5)
  return { number, moving: inFlight.items.length > 0, states: [...inFlight.items.map(each => each.id), ...payments.map(each => `${each.paymentId} ${each.state}`)].join(',') }
}

export type ReceiptScreen = ReceiptFacts & { rule: { ruleId: string; validFrom: string; fundOrder: readonly string[] } | null }

export async function receiptScreen(ctx: Context, key: PaymentKey): Promise<ReceiptScreen> {
  const facts = await receiptFacts(ctx, key)
  assertMayReadPayment(ctx.actor, facts)
  if (!facts) throw notFound('payments.paymentNotFound')
  const rule = facts.valueDate === null || facts.fund !== null ? null : await allocationRule(ctx, facts.country, facts.valueDate)
  return { ...facts, rule }
}

/** Key of the demonstration's Payme: the same at every start, told in demo.json. */
export function demoPaymeKey(): string {
  return hmac('demo provider', 'payme').slice(0, 36)
}

/** The same of Paynet: login and password. */
export function demoPaynetKey(): string {
  return `paynet:${hmac('demo provider', 'paynet').slice(0, 32)}`
}

/** The same of Click and Uzum. */
export function demoClick(): { serviceId: string; secret: string } {
  return { serviceId: '31415', secret: hmac('demo provider', 'click').slice(0, 36) }
}

export function demoUzum(): { serviceId: string; login: string; password: string } {
  return { serviceId: '100500', login: 'uyim', password: hmac('demo provider', 'uzum').slice(0, 36) }
}

type DemoProvider = Record<'paymeKey' | 'paynetKey' | 'accountField' | 'paynetField', string> & { click: ReturnType<typeof demoClick>; uzum: ReturnType<typeof demoUzum> }

/** For the page that plays the providers; outside the demonstration there is none. */
export function demoProvider(): DemoProvider {
  if (!env.DEMO) throw notFound()
  return { paymeKey: demoPaymeKey(), paynetKey: demoPaynetKey(), accountField: 'ls', paynetField: 'client_id', click: demoClick(), uzum: demoUzum() }
}
