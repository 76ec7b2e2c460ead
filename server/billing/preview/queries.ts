import 'server-only'
import { isDeepStrictEqual } from 'node:util'
import { asService, type Context } from '#server/infra/context.ts'
import { sha256 } from '#server/infra/crypto.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { periodOf, previousPeriod, type LocalDate, type Period } from '#server/kernel/period.ts'
import type { Currency } from '#server/kernel/money.ts'
import { assertMayRun } from '#server/billing/policy.ts'
import { allExact, dueDate, gapsInOrder } from '#server/billing/rules.ts'
import { correctionFactsOf } from '#server/billing/corrections/queries.ts'
import { leftPlanned, leftPosted, type LeftSum } from '#server/billing/left/queries.ts'
import { planHouse } from '#server/billing/heat/plan.ts'
import { heatFactsOf, heatRows } from '#server/billing/heat/queries.ts'
import { withPrepaid } from '#server/billing/prepaid/queries.ts'
import { finesOf } from '#server/billing/penalties/queries.ts'
import { aboveTiersLeft, correctedBy, findingsLeft } from '#server/billing/reissue/lacking.ts'
import { housesToRun, previewRows, type PreviewRow } from '#server/billing/runs/queries.ts'
import type { Planned } from '#server/billing/tariffs/rules.ts'
import { compareMonths, type AccountMonth, type Outlier } from '#server/billing/preview/rules.ts'
import type { BillLine, Charge, Finding, HouseMonth, PriceItem, PricePlan } from '#server/billing/schema.ts'

export type ServiceTotal = { service: Charge; net: bigint; vat: bigint; lines: number; estimated: number }
/** Beside last month; null where the house had no bills then. */
export type BesideLast = { period: Period; total: bigint; services: { service: Charge; before: bigint }[]; outliers: (Outlier & { accountNumber: string; unitKind: string; unitNumber: string })[] }
export type Preview = {
  period: Period; dueOn: LocalDate; currency: Currency; house: string; billed: boolean
  accounts: number; lineCount: number; total: bigint; vat: bigint; billsHash: string
  services: ServiceTotal[]; findings: readonly Finding[]; items: readonly PriceItem[]
  last: BesideLast | null
  /** Accounts that are closed and are recalculated without a bill. */
  left: readonly LeftSum[]
}

export function assertMonth(period: Period, today: LocalDate): void {
  if (period > periodOf(today)) throw invalid('billing.monthAhead')
}

/** What a run would post now, with the hash its bills would have; every line is recomputed here. Nothing is written. */
export async function previewBilling(ctx: Context, input: HouseMonth): Promise<Preview> {
  assertMonth(input.period, ctx.today)
  const [house] = await housesToRun(ctx, [input.buildingId], input.period)
  assertMayRun(ctx.actor, house)
  if (house.dueDay === null) throw conflict('billing.noDueDay')
  const currency = jurisdictionOf(house.country).currency
  const dueOn = dueDate(input.period, house.dueDay)
  const { planned, rows, last, left } = await asService(ctx, 'billing', async inner => {
    const plan = planHouse(house.facts, (await heatFactsOf(inner, [house], input.period)).get(input.buildingId) ?? null, (await correctionFactsOf(inner, [house], input.period)).get(input.buildingId) ?? null)
    const [{ plan: { accounts, left, ...planned } } = { plan }] = await withPrepaid(inner, [{ house, plan }], input.period)
    const fines = await finesOf(inner, { buildingIds: [input.buildingId], period: input.period, today: ctx.today, items: planned.plan.items, facts: house.facts })
    const made = await previewRows(inner, { ...input, prices: JSON.stringify(planned.plan), dueOn, currency, fines, heat: heatRows(accounts) })
    return { planned, rows: made, last: await besideLast(inner, input, { rows: made, prices: planned.plan, least: leastMove[currency] }),
      left: house.billed ? await leftPosted(inner, input) : await leftPlanned(inner, input.buildingId, left) }
  })
  const now = summary(rows, planned)
  // What has a price since is still not charged: a new bill is wanted.
  const findings = [...now.findings, ...(house.billed ? await aboveTiersLeft(ctx, input) : []).filter(each => !now.findings.some(found => isDeepStrictEqual(found, each)))]
  return { ...now, findings, last, left, period: input.period, dueOn, currency, house: house.name, billed: house.billed }
}

/** Smaller moves of one service are not looked at: 20,000 soʻm, 1,000 tenge. */
const leastMove: Record<Currency, bigint> = { UZS: 2_000_000n, KZT: 100_000n }

type LastRow = { accountId: string; accountNumber: string; unitKind: string; unitNumber: string; lines: BillLine[]; prices: PricePlan }
type Made = { readonly rows: readonly PreviewRow[]; readonly prices: PricePlan; readonly least: bigint }

async function besideLast(ctx: Pick<Context, 'db'>, { buildingId, period }: HouseMonth, { rows, prices, least }: Made): Promise<BesideLast | null> {
  const last = previousPeriod(period)
  const bills = await ctx.db.$queryRaw<LastRow[]>`select b.account_id::text as "accountId", a.number::text as "accountNumber", p.kind as "unitKind", p.number as "unitNumber", b.lines, coalesce(b.prices, r.prices) as prices
    from current_bills b join billing_runs r on r.building_id = b.building_id and r.period = b.period join accounts a on a.building_id = b.building_id and a.account_id = b.account_id
      join premises p on p.building_id = b.building_id and p.premises_id = b.premises_id
    where b.building_id = ${buildingId}::uuid and b.period = ${last}`
  if (bills.length === 0) return null
  const before = bills.map<AccountMonth>(bill => ({ accountId: bill.accountId, lines: bill }))
  const now = rows.filter(row => row.lineCount > 0).map<AccountMonth>(row => ({ accountId: row.accountId, lines: { lines: JSON.parse(row.lines) as BillLine[], prices } }))
  const { total, services, outliers } = compareMonths(before, now, least)
  const places = new Map(bills.map(({ accountId, accountNumber, unitKind, unitNumber }) => [accountId, { accountNumber, unitKind, unitNumber }]))
  return {
    period: last, total, services: [...services].map(([service, sum]) => ({ service, before: sum })),
    outliers: outliers.map(each => ({ ...each, ...places.get(each.accountId) ?? { accountNumber: '', unitKind: '', unitNumber: '' } })),
  }
}

function summary(all: readonly PreviewRow[], planned: Planned): Omit<Preview, 'left' | 'period' | 'dueOn' | 'currency' | 'house' | 'billed' | 'last'> {
  const rows = all.filter(row => row.lineCount > 0)
  const lines = rows.map(row => JSON.parse(row.lines) as BillLine[])
  if (!lines.every(each => allExact(each, planned.plan))) throw new Error('a preview does not recompute')
  return {
    accounts: rows.length,
    lineCount: lines.reduce((sum, each) => sum + each.length, 0),
    total: rows.reduce((sum, row) => sum + row.utilities + row.current + row.savings + row.penalty, 0n),
    vat: rows.reduce((sum, row) => sum + row.vat, 0n),
    billsHash: sha256(Buffer.concat(rows.map(row => Buffer.from(row.hash, 'hex')))),
    services: totals(lines.flat(), planned.plan.items), findings: [...planned.findings, ...gapsInOrder(all.flatMap(row => row.gaps ?? []))], items: planned.plan.items,
  }
}

function totals(lines: readonly BillLine[], items: readonly PriceItem[]): ServiceTotal[] {
  const sums = new Map<Charge, ServiceTotal>()
  const serviceOf = new Map(items.map(item => [item.key, item.service]))
  for (const line of lines) {
    const service = serviceOf.get(line.key)
    if (!service) continue
    const sum = sums.get(service) ?? { service, net: 0n, vat: 0n, lines: 0, estimated: 0 }
    sums.set(service, {
      service, net: sum.net + BigInt(line.net), vat: sum.vat + BigInt(line.vat), lines: sum.lines + 1,
      estimated: sum.estimated + (line.source === undefined ? 0 : 1),
    })
  }
  return [...sums.values()]
}

export type HouseToBill = {
  buildingId: string; organisationId: string; organisation: string; name: string; accounts: number; runId: string | null
  /** As its bills stand now, with what was corrected. */ total: bigint | null; issuedAt: Date | null; findings: Finding[]; order: 'WAITING' | 'POSTED' | 'HELD' | null; reason: string | null; currency: Currency
}

/** Houses that the actor bills, with what became of the month in each. */
export async function housesToBill(ctx: Pick<Context, 'db'>, period: Period): Promise<HouseToBill[]> {
  return ctx.db.$queryRaw<HouseToBill[]>`
    select b.building_id::text as "buildingId", o.organisation_id::text as "organisationId", o.name as organisation, b.name,
      (select count(*)::int from accounts a where a.building_id = b.building_id and a.closed_on is null) as accounts,
      r.run_id::text as "runId", r.total + ${correctedBy} as total, r.issued_at as "issuedAt", ${findingsLeft} as findings, w.state as "order", w.reason,
      case b.country when 'UZ' then 'UZS' else 'KZT' end as currency
      from buildings b
      join building_managements k on k.building_id = b.building_id and k.method <> 'CALL_CENTRE' and k.valid_from <= app.today() and (k.valid_to is null or k.valid_to >= app.today())
      join organisations o on o.organisation_id = k.organisation_id
      left join billing_runs r on r.building_id = b.building_id and r.period = ${period}
      left join billing_orders w on w.building_id = b.building_id and w.period = ${period}
     where b.building_id = any(auth.buildings('{billing.run}'))
     order by b.name, b.building_id limit 1000`
}

export type Progress = { orderId: string; waiting: number; posted: number; held: number }

export async function progressOf(ctx: Pick<Context, 'db'>, orderId: string): Promise<Progress> {
  const rows = await ctx.db.$queryRaw<Omit<Progress, 'orderId'>[]>`select count(*) filter (where o.state = 'WAITING')::int as waiting,
      count(*) filter (where o.state = 'POSTED')::int as posted, count(*) filter (where o.state = 'HELD')::int as held
    from billing_orders o where o.order_id = ${orderId}::uuid`
  return { orderId, waiting: rows[0]?.waiting ?? 0, posted: rows[0]?.posted ?? 0, held: rows[0]?.held ?? 0 }
}
