import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict } from '#server/kernel/errors.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import { firstDay, type Period } from '#server/kernel/period.ts'
import { heatFactsOf, heatRows } from '#server/billing/heat/queries.ts'
import { planHouse } from '#server/billing/heat/plan.ts'
import { withPrepaid } from '#server/billing/prepaid/queries.ts'
import { previewRows, type HouseToRun } from '#server/billing/runs/queries.ts'
import type { BillLine, Charge, HouseMonth, PricePlan } from '#server/billing/schema.ts'
import { fundsOf, recount, type Lacked, type Priced, type Recounted } from './rules.ts'

type Read = Pick<Context, 'db'>

/** The bill as it stands, and which posting it is. */
export type StandingBill = {
  buildingId: string; accountId: string; premisesId: string; period: Period; number: string; dueOn: string; total: bigint; vat: bigint; openingBalance: bigint
  lines: BillLine[]; prices: PricePlan; transactionId: string; version: number; lateAfter: string
}

export async function standingBill(ctx: Read, number: string, period: Period): Promise<StandingBill | null> {
  const [place] = await ctx.db.$queryRaw<{ buildingId: string; accountId: string }[]>`select n.building_id::text as "buildingId", n.account_id::text as "accountId" from account_numbers n where n.number = ${number}::char(10)`
  return place ? (await standingBills(ctx, { buildingId: place.buildingId, period }, place.accountId))[0] ?? null : null
}

/** Of a house and month, or of one account of it. */
export async function standingBills(ctx: Read, { buildingId, period }: HouseMonth, accountId: string | null = null): Promise<StandingBill[]> {
  return ctx.db.$queryRaw<StandingBill[]>`
    select b.building_id::text as "buildingId", b.account_id::text as "accountId", b.premises_id::text as "premisesId", b.period::text as period, b.bill_number as number, to_char(b.due_on, 'YYYY-MM-DD') as "dueOn",
      b.total, b.vat, b.opening_balance as "openingBalance", b.lines, coalesce(b.prices, r.prices) as prices, b.transaction_id::text as "transactionId", b.version::int as version,
      to_char(coalesce(k.late_after, greatest(r.due_on, (r.issued_at at time zone interval '5 hours')::date)), 'YYYY-MM-DD') as "lateAfter"
    from current_bills b join billing_runs r on r.building_id = b.building_id and r.period = b.period
      left join bill_corrections k on k.building_id = b.building_id and k.correction_id = b.transaction_id
    where b.building_id = ${buildingId}::uuid and b.period = ${period}::char(7) and (${accountId}::uuid is null or b.account_id = ${accountId}::uuid) order by b.account_id`
}

/** Bills of a house and month by the facts as they are known now, read as the machine after the policy has let the person; null where one could not be counted. */
export async function recountBills(ctx: Context, house: HouseToRun, bills: readonly StandingBill[]): Promise<Map<string, Recounted | null>> {
  const [first] = bills
  if (!first) return new Map()
  return asService(ctx, 'billing', async inner => {
    const made = planHouse(house.facts, (await heatFactsOf(inner, [house], first.period)).get(first.buildingId) ?? null, null)
    const [{ plan: { accounts, plan, findings } } = { plan: made }] = await withPrepaid(inner, [{ house, plan: made }], first.period)
    const rows = await previewRows(inner, { buildingId: first.buildingId, period: first.period, prices: JSON.stringify(plan), dueOn: first.dueOn, currency: jurisdictionOf(house.country).currency, heat: heatRows(accounts) })
    const estimates = await inner.db.$queryRaw<{ premisesId: string; service: string }[]>`select distinct e.premises_id::text as "premisesId", e.service from estimated_volumes e
      where e.building_id = ${first.buildingId}::uuid and e.period = ${first.period}`
    const lacked = await lackedOf(inner, first)
    const of = <Row extends { premisesId: string }>(list: readonly Row[], { premisesId }: StandingBill) => list.filter(each => each.premisesId === premisesId)
    return new Map(bills.map(bill => {
      const row = rows.find(each => each.accountId === bill.accountId)
      const fresh = { lines: row ? JSON.parse(row.lines) as BillLine[] : [], prices: plan, findings: [...findings, ...row?.gaps ?? []] }
      const facts = { posted: bill, fresh, estimated: new Set(of(estimates, bill).map(each => each.service)) }
      // Where debts are frozen each needs a ground of its own: what is charged now for the first time does not stop what an act takes off.
      const apart = house.country === 'UZ' ? recount(facts) : null
      return [bill.accountId, apart !== null && apart.services.length > 0 ? apart : recount({ ...facts, lacked: of(lacked, bill) })]
    }))
  })
}

/** Flats that a run left without a service because no price was published for so much: with its prices, and by how much readings of the month were corrected since. */
async function lackedOf(ctx: Read, { buildingId, period }: HouseMonth): Promise<(Lacked & { premisesId: string })[]> {
  return ctx.db.$queryRaw`select f.x ->> 'premisesId' as "premisesId", f.x ->> 'service' as service,
      (select coalesce(jsonb_agg(i), '[]') from jsonb_array_elements(r.prices -> 'items') i where i ->> 'service' = f.x ->> 'service' and i ->> 'of' = 'VOLUME') as items,
      (select coalesce(jsonb_object_agg(d.service, trim_scale(d.difference)::text), '{}') from (select m.service, sum(x.billed_difference) as difference from readings x join meters m on m.building_id = x.building_id and m.meter_id = x.meter_id
        where x.building_id = r.building_id and x.premises_id = (f.x ->> 'premisesId')::uuid and x.period = r.period and x.billed_difference is not null group by m.service) d) as corrected
    from billing_runs r cross join lateral jsonb_array_elements(r.findings) f(x)
    where r.building_id = ${buildingId}::uuid and r.period = ${period} and f.x ->> 'code' = 'aboveTiers' and f.x ? 'premisesId' and f.x ->> 'day' = ${firstDay(period)}`
}

export async function recountBill(ctx: Context, house: HouseToRun, bill: StandingBill): Promise<Recounted> {
  const made = (await recountBills(ctx, house, [bill])).get(bill.accountId) ?? null
  if (made === null) throw conflict('billing.cannotRecount')
  if (made.services.length === 0) throw conflict('billing.nothingToCorrect')
  return made
}

export type FundSums = Record<string, string>
export const fundSums = (bill: Priced): FundSums => Object.fromEntries([...fundsOf(bill)].map(([fund, amount]) => [fund, String(amount)]))

export type Correction = {
  correctionId: string; buildingId: string; accountId: string; premisesId: string; period: Period; replacesTransactionId: string; reversalId: string; billNumber: string
  hash: string; lateAfter: string; funds: FundSums; was: FundSums; services: Charge[]; ground: string; mine: boolean; posted: boolean; declined: boolean; accountNumber: string; currency: Currency
}

export async function findCorrection(ctx: Read, { buildingId, correctionId }: { buildingId: string; correctionId: string }): Promise<Correction | null> {
  return (await corrections(ctx, buildingId, Prisma.sql`k.correction_id = ${correctionId}::uuid`))[0] ?? null
}

/** Drafts of a house and month that wait for a second person. */
export async function waitingDrafts(ctx: Read, { buildingId, period }: HouseMonth): Promise<Correction[]> {
  return corrections(ctx, buildingId, Prisma.sql`k.period = ${period} and k.posted_at is null and k.declined_at is null`)
}

async function corrections(ctx: Read, buildingId: string, wanted: Prisma.Sql): Promise<Correction[]> {
  return ctx.db.$queryRaw<Correction[]>(Prisma.sql`
    select k.correction_id::text as "correctionId", k.building_id::text as "buildingId", k.account_id::text as "accountId", k.premises_id::text as "premisesId", k.period::text as period,
      k.replaces_transaction_id::text as "replacesTransactionId", k.reversal_id::text as "reversalId", k.bill_number as "billNumber", encode(k.hash, 'hex') as hash, to_char(k.late_after, 'YYYY-MM-DD') as "lateAfter",
      k.funds, k.was, k.services, k.ground, k.drafted_by = auth.person() as mine, k.posted_at is not null as posted, k.declined_at is not null as declined, a.number::text as "accountNumber", k.currency::text as currency
    from bill_corrections k join accounts a on a.building_id = k.building_id and a.account_id = k.account_id
    where k.building_id = ${buildingId}::uuid and ${wanted} and (auth.reaches('{billing.run}', k.building_id) or auth.service_has('{seed}')) order by k.account_id`)
}

export type CorrectionRow = {
  correctionId: string; premisesId: string; accountNumber: string; unitKind: string; unitNumber: string; billNumber: string; was: bigint; becomes: bigint; currency: Currency; services: Charge[]; ground: string
  state: 'DRAFT' | 'POSTED' | 'DECLINED' | 'TAKEN_BACK'; mine: boolean; at: Date; reason: string | null
  /** Of the inspection, for this account and not used yet. */
  conclusions: { conclusionId: string; number: string }[]
}

/** Corrections of a house and month for who bills it, those that wait first. */
export async function correctionsOf(ctx: Read, { buildingId, period }: HouseMonth): Promise<CorrectionRow[]> {
  return ctx.db.$queryRaw<CorrectionRow[]>`
    select k.correction_id::text as "correctionId", k.premises_id::text as "premisesId", a.number::text as "accountNumber", p.kind as "unitKind", p.number as "unitNumber", k.bill_number as "billNumber",
      (select coalesce(sum(f.value::bigint), 0)::bigint from jsonb_each_text(k.was) f) as was, k.total as becomes, k.currency::text as currency, k.services, k.ground,
      case when k.posted_at is not null then 'POSTED' when k.declined_at is not null then case when k.declined_by = k.drafted_by then 'TAKEN_BACK' else 'DECLINED' end else 'DRAFT' end as state, k.drafted_by = auth.person() as mine,
      coalesce(k.posted_at, k.declined_at, k.drafted_at) as at, k.declined_reason as reason,
      (select coalesce(jsonb_agg(jsonb_build_object('conclusionId', c.conclusion_id, 'number', c.number) order by c.concluded_on), '[]') from inspection_conclusions c
        where c.building_id = k.building_id and c.account_id = k.account_id and c.positive and c.valid_until >= app.today() and k.posted_at is null and k.declined_at is null
          and not exists (select 1 from conclusion_uses u where u.building_id = c.building_id and u.conclusion_id = c.conclusion_id)) as conclusions
    from bill_corrections k join accounts a on a.building_id = k.building_id and a.account_id = k.account_id join premises p on p.building_id = k.building_id and p.premises_id = k.premises_id
    where k.building_id = ${buildingId}::uuid and k.period = ${period} and auth.reaches('{billing.run}', k.building_id)
    order by k.posted_at is not null or k.declined_at is not null, k.drafted_at desc limit 200`
}

/** Books of the month are closed: nothing of it is taken back any more. */
export async function assertOpenMonth(ctx: Pick<Context, 'db'>, buildingId: string, period: string): Promise<void> {
  const [closed] = await ctx.db.$queryRaw<{ closed: boolean }[]>`select exists (select from month_closings m where m.building_id = ${buildingId}::uuid and m.period >= ${period}::char(7)) as closed`
  if (closed?.closed) throw conflict('month.closed', { period })
}

/** The bill is the one that was drafted over, and its facts give what was drafted. */
export function assertStill(draft: Correction, bill: StandingBill | null | undefined, now: Recounted | null | undefined): void {
  if (bill?.transactionId !== draft.replacesTransactionId) throw conflict('billing.correctionDecided')
  if (!now || JSON.stringify(fundSums(now)) !== JSON.stringify(sorted(draft.funds))) throw conflict('billing.changedSinceDraft')
}

const sorted = (funds: Record<string, string>) => Object.fromEntries(Object.entries(funds).sort(([a], [b]) => (a < b ? -1 : 1)))
