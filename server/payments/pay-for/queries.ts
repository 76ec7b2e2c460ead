import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { owedOf } from '#server/ledger/rules.ts'
import { duesOf } from '#server/payments/dues/rules.ts'
import { payLink } from '#server/payments/pay-for/links.ts'
import { inFlightOf, invoicesOf, merchantsOf } from '#server/payments/queries.ts'
import type { PayForInput, Provider } from '#server/payments/schema.ts'
import { paperSum } from './rules.ts'
import { payForAddress, tokenFits } from './signing.ts'

/** An older paper opens nothing: people move, and papers are thrown away. */
const paperDays = 100

export type PayFor = {
  number: string; period: string; country: Country; currency: Currency; houseName: string; unitKind: string; unitNumber: string
  /** Still to be paid of what the paper says, less what has been paid since; what was added later is the flat's own affair. */
  due: bigint
  /** Of it: said to be wrong, while nobody has answered. */
  disputed: bigint
  closed: boolean
  amount: bigint
  /** Providers that take the money, with the way to their page; null: by the number, in their own application. Halyk needs an order of a signed-in person. */
  ways: { provider: Provider; href: string | null; service: string; outside: { least: bigint; most: bigint } | null }[]
}

type Row = { buildingId: string; accountId: string; country: Country; currency: Currency; houseName: string; unitKind: string; unitNumber: string; closed: boolean; disputed: bigint; total: bigint; openingBalance: bigint; paid: bigint; balances: Record<string, number> | null }

/** What the holder of a paper bill sees: the flat, what is left of the paper's sum, and the ways to pay. Nothing of the people, nothing of later debts. */
export async function payForScreen(ctx: Context, { number, period, token, amount }: PayForInput): Promise<PayFor> {
  if (!tokenFits(token, number, period)) throw notFound('payments.paperNotFound')
  return asService(ctx, 'payments', async inner => {
    const [row] = await inner.db.$queryRaw<Row[]>`
      select a.building_id::text as "buildingId", a.account_id::text as "accountId", b.country::text as country, l.currency::text as currency, b.name as "houseName", p.kind as "unitKind", p.number as "unitNumber",
        coalesce(a.closed_on <= app.today(), false) as closed, l.total, l.opening_balance as "openingBalance",
        coalesce((select sum(t.amount) from payment_transactions t where t.building_id = l.building_id and t.account_id = l.account_id and t.invoice_id is null and t.state = 'PAID' and t.performed_at >= l.issued_at), 0)::bigint as paid, h.balances, app.disputed_sum(l.building_id, l.account_id) as disputed
      from account_numbers n join accounts a on a.building_id = n.building_id and a.account_id = n.account_id
      join buildings b on b.building_id = n.building_id join premises p on p.building_id = n.building_id and p.premises_id = n.premises_id
      join current_bills l on l.building_id = n.building_id and l.account_id = n.account_id and l.period = ${period}::char(7) and l.issued_at > app.now() - make_interval(days => ${paperDays})
      left join account_heads h on h.building_id = n.building_id and h.account_id = n.account_id
      where n.number = ${number}::char(10)`
    if (!row) throw notFound('payments.paperNotFound')
    const owed = Object.entries(row.balances ?? {}).map(([fund, sum]) => ({ fund, amount: BigInt(sum) }))
    const { bill, disputed } = duesOf(owedOf(owed), { inFlight: await inFlightOf(inner, row), invoices: await invoicesOf(inner, row), disputed: row.disputed }, inner.today)
    const left = paperSum(row) - row.paid
    const due = bill <= 0n || left <= 0n ? 0n : bill < left ? bill : left
    const { buildingId, accountId: _, total: __, openingBalance: ___, paid: ____, balances: _____, ...shown } = row
    const sum = amount ?? due
    const merchants = sum > 0n && !row.closed ? (await merchantsOf(inner, { buildingId, country: row.country })).filter(each => each.provider !== 'halyk') : []
    const returnTo = `${payForAddress(number, period)}?back=1&lang=${ctx.locale}`
    return {
      number, period, ...shown, due, disputed: disputed < due ? disputed : due, amount: sum,
      ways: merchants.map(each => ({
        provider: each.provider, service: each.payPage, href: payLink(each, { number, amount: sum, returnTo, locale: ctx.locale }),
        outside: sum < each.leastAmount || sum > each.mostAmount ? { least: each.leastAmount, most: each.mostAmount } : null,
      })),
    }
  })
}

/** The address of the latest bill of an account. */
export async function latestPaper(ctx: Pick<Context, 'db'>, { buildingId, accountId, number }: { buildingId: string; accountId: string; number: string }): Promise<string | null> {
  const [row] = await ctx.db.$queryRaw<{ period: string }[]>`select l.period::text as period from bills l
    where l.building_id = ${buildingId}::uuid and l.account_id = ${accountId}::uuid order by l.period desc limit 1`
  return row ? payForAddress(number, row.period) : null
}
