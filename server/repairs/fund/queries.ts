import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { priceOf } from '#server/kernel/quantity.ts'
import { paidInto, type PaidInto } from '#server/payments/statements/bank-accounts.ts'
import { currentShares, type CurrentShare } from '#server/repairs/contributions/queries.ts'
import { assertSeesFund, assertSeesMoney } from '#server/repairs/policy.ts'
import { estimatesOf, houseMoney, indexOn, programmesOf, type Estimate, type Programme } from '#server/repairs/queries.ts'
import { coveredParts, percentText, savingsContribution } from '#server/repairs/rules.ts'
import type { Title } from '#server/repairs/schema.ts'
import { worksOf, type Works } from '#server/repairs/works/queries.ts'
import { versionShares, type VersionShare } from './versions.ts'

export type FundSums = { gathered: bigint; spent: bigint }
export type InstalmentRow = { n: number; dueOn: LocalDate; amount: bigint; number: string; state: string; covered: bigint }
/** Own part of a programme for one premises, with how it came about. */
export type OwnShare = {
  premisesId: string; unitKind: string; unitNumber: string; areaM2: string; houseAreaM2: string; obligation: bigint; paid: bigint; instalments: InstalmentRow[]
  accountNumber: string
  versions: VersionShare[]
  /** Paid beyond the part (all of it, where the programme is cancelled): to be given back. */
  refundable: bigint
  refunds: OwnRefund[]
}
export type OwnRefund = { refundId: string; amount: bigint; requestedAt: Date; approved: boolean | null; ground: string | null; decidedAt: Date | null }
export type ProgrammeFund = Programme & FundSums & { estimate: Estimate | null; ownersTotal: bigint; paidUpPercent: string; shares: OwnShare[]; works: Works }

export type SavingsShare = {
  premisesId: string; unitKind: string; unitNumber: string; areaM2: string; accountNumber: string; monthly: bigint; charged: bigint; paid: bigint; perM2: string
  /** Part of the index per m²; null where the owners' meeting set the sum itself. */
  multiple: string | null
}
export type SavingsFund = FundSums & {
  index: { value: string; validFrom: LocalDate; source: string }; paidUpPercent: string; shares: SavingsShare[]
}
export type FundScreen = { buildingId: string; houseName: string; currency: Currency; savings: SavingsFund | null; programmes: ProgrammeFund[]; current: CurrentShare[]; accounts: PaidInto[] }

/** The fund of the house as a linked person sees it: own parts in full, the house as sums and percents, no other flat. */
export async function fundScreen(ctx: Context, buildingId: string): Promise<FundScreen> {
  const house = await houseMoney(ctx, buildingId)
  const units = await ownUnits(ctx, buildingId)
  assertSeesFund(units.length > 0 || house.seesMoney)
  const programmes: ProgrammeFund[] = []
  for (const programme of await programmesOf(ctx, buildingId)) programmes.push(await programmeFund(ctx, programme, units))
  const savings = house.country === 'KZ' ? await savingsFund(ctx, buildingId, units) : null
  const current = house.country === 'KZ' ? await currentShares(ctx, buildingId, units) : []
  return { buildingId, houseName: house.name, currency: house.currency, savings, programmes, current, accounts: await paidInto(ctx, buildingId) }
}

type OwnUnit = { premisesId: string; accountId: string; unitKind: string; unitNumber: string; areaM2: string; accountNumber: string }

async function ownUnits(ctx: Context, buildingId: string): Promise<OwnUnit[]> {
  return ctx.db.$queryRaw<OwnUnit[]>`
    select p.premises_id as "premisesId", a.account_id as "accountId", p.kind as "unitKind", p.number as "unitNumber", trim_scale(p.area_m2)::text as "areaM2", a.number::text as "accountNumber"
    from premises p join accounts a on a.building_id = p.building_id and a.premises_id = p.premises_id and a.closed_on is null
    where p.building_id = ${buildingId}::uuid and p.premises_id = any(auth.premises('{fund.read}')) order by p.kind, p.number`
}

/** What came into a fund of the house and what left it; the sums of the ledger, read by the machine and told without flats. */
export async function fundSums(ctx: Context, buildingId: string, fund: string): Promise<FundSums> {
  return asService(ctx, 'payments', async inner => {
    const rows = await inner.db.$queryRaw<FundSums[]>`
      select coalesce(sum(e.amount) filter (where e.ledger like 'CLEARING:%' or e.ledger = 'BANK'), 0)::bigint
          + coalesce(sum(e.amount) filter (where e.ledger = 'EXPENSE'), 0)::bigint as gathered,
        coalesce(sum(e.amount) filter (where e.ledger = 'EXPENSE'), 0)::bigint as spent
      from ledger_entries e where e.building_id = ${buildingId}::uuid and e.fund = ${fund} and e.account_id is null`
    return rows[0] ?? { gathered: 0n, spent: 0n }
  })
}

/** Part of the accounts that owe nothing in a fund; never whose. */
async function paidUpPercent(ctx: Context, buildingId: string, fund: string): Promise<string> {
  return asService(ctx, 'payments', async inner => {
    const rows = await inner.db.$queryRaw<{ all: bigint; clear: bigint }[]>`
      select count(*)::bigint as all, count(*) filter (where (h.balances ->> ${fund})::bigint <= 0)::bigint as clear
      from account_heads h where h.building_id = ${buildingId}::uuid and h.balances ? ${fund}`
    return percentText(rows[0]?.clear ?? 0n, rows[0]?.all ?? 0n)
  })
}

async function programmeFund(ctx: Context, programme: Programme, units: readonly OwnUnit[]): Promise<ProgrammeFund> {
  const { buildingId, programmeId } = programme
  const fund = `PROGRAMME:${programmeId}`
  const estimates = await estimatesOf(ctx, programme)
  const estimate = estimates.findLast(each => each.approvedAt !== null) ?? estimates.at(-1) ?? null
  const shares: OwnShare[] = []
  for (const unit of units) {
    const share = await ownShare(ctx, programme, unit)
    if (share) shares.push(share)
  }
  return {
    ...programme, ...(await fundSums(ctx, buildingId, fund)), estimate, ownersTotal: estimate?.ownersTotal ?? 0n,
    paidUpPercent: await paidUpPercent(ctx, buildingId, fund), shares, works: await worksOf(ctx, programme),
  }
}

type ShareRow = { obligation: bigint | null; instalments: { n: number; dueOn: string; amount: string; number: string; state: string }[] | null }

async function ownShare(ctx: Context, programme: Programme, unit: OwnUnit): Promise<OwnShare | null> {
  const { buildingId, programmeId } = programme
  const rows = await ctx.db.$queryRaw<ShareRow[]>`
    select (select sum(o.amount)::bigint from repair_obligations o where o.building_id = ${buildingId}::uuid and o.programme_id = ${programmeId}::uuid and o.premises_id = ${unit.premisesId}::uuid) as obligation,
      (select jsonb_agg(jsonb_build_object('n', i.n, 'dueOn', i.due_on, 'amount', (i.amount - i.credited)::text, 'number', v.number, 'state', v.state) order by i.due_on, i.version, i.n)
        from repair_instalments i join payment_invoices v on v.building_id = i.building_id and v.invoice_id = i.invoice_id
        where i.building_id = ${buildingId}::uuid and i.programme_id = ${programmeId}::uuid and i.premises_id = ${unit.premisesId}::uuid and i.credited < i.amount) as instalments`
  const row = rows[0]
  if (!row || row.obligation === null) return null
  const versions = await versionShares(ctx, { buildingId, programmeId }, unit.premisesId)
  const paid = await paidOf(ctx, { buildingId, accountId: unit.accountId, fund: `PROGRAMME:${programmeId}` })
  const back = await backOf(ctx, programme, unit)
  const list = programme.state === 'CANCELLED' ? [] : row.instalments ?? []
  const covered = coveredOf(list.map(each => ({ amount: BigInt(each.amount), paid: each.state === 'PAID' })), paid)
  return {
    ...unit, houseAreaM2: versions.at(-1)?.houseAreaM2 ?? '0', versions, obligation: programme.state === 'CANCELLED' ? 0n : row.obligation, paid, ...back,
    instalments: list.map((each, place) => ({ n: place + 1, dueOn: each.dueOn, amount: BigInt(each.amount), number: each.number, state: each.state, covered: covered[place] ?? 0n })),
  }
}

/** What is to be given back to the payer and what was: as the fund stands today, whole also for whoever may not see the payments. */
async function backOf(ctx: Context, { buildingId, programmeId }: Programme, { accountId, premisesId }: OwnUnit): Promise<Pick<OwnShare, 'refundable' | 'refunds'>> {
  const sums = await asService(ctx, 'payments', inner => inner.db.$queryRaw<{ refundable: bigint }[]>`
    select s.refundable from app.programme_shares(${buildingId}::uuid, ${programmeId}::uuid) s where s.account_id = ${accountId}::uuid`)
  const refunds = await ctx.db.$queryRaw<OwnRefund[]>`
    select r.refund_id as "refundId", r.amount, r.requested_at as "requestedAt", d.approved, d.ground, d.decided_at as "decidedAt"
    from repair_refunds r left join repair_refund_decisions d on d.building_id = r.building_id and d.refund_id = r.refund_id
    where r.building_id = ${buildingId}::uuid and r.programme_id = ${programmeId}::uuid and r.premises_id = ${premisesId}::uuid order by r.requested_at desc`
  return { refundable: sums[0]?.refundable ?? 0n, refunds }
}

/** What the flat has paid into a fund is how it stands today and no history: whole also for whoever may not see the payments. */
async function paidOf(ctx: Context, { buildingId, accountId, fund }: { buildingId: string; accountId: string; fund: string }): Promise<bigint> {
  return asService(ctx, 'payments', async inner => {
    const rows = await inner.db.$queryRaw<{ paid: bigint }[]>`select -coalesce(sum(e.amount), 0)::bigint as paid from ledger_entries e
      where e.building_id = ${buildingId}::uuid and e.account_key = ${accountId}::uuid and e.fund = ${fund} and e.source_type = 'payment'`
    return rows[0]?.paid ?? 0n
  })
}

/** Parts marked paid are whole; the rest of the money stands on the open ones in their order. */
function coveredOf(parts: readonly { amount: bigint; paid: boolean }[], paid: bigint): bigint[] {
  const whole = parts.reduce((sum, part) => (part.paid ? sum + part.amount : sum), 0n)
  const open = coveredParts(parts.filter(part => !part.paid).map(part => part.amount), paid > whole ? paid - whole : 0n)
  let next = 0
  return parts.map(part => (part.paid ? part.amount : open[next++] ?? 0n))
}

async function savingsFund(ctx: Context, buildingId: string, units: readonly OwnUnit[]): Promise<SavingsFund | null> {
  const index = await indexOn(ctx, { country: 'KZ', code: 'MRP', on: ctx.today })
  const least = await indexOn(ctx, { country: 'KZ', code: 'SAVINGS_MIN_MRP', on: ctx.today })
  if (!index || !least) return null
  const shares: SavingsShare[] = []
  for (const unit of units) {
    const rows = await ctx.db.$queryRaw<{ charged: bigint; paid: bigint }[]>`
      select coalesce(sum(e.amount) filter (where e.source_type <> 'payment'), 0)::bigint as charged, -coalesce(sum(e.amount) filter (where e.source_type = 'payment'), 0)::bigint as paid
      from ledger_entries e where e.building_id = ${buildingId}::uuid and e.account_key = ${unit.accountId}::uuid and e.fund = 'SAVINGS'`
    const rate = await savingsRate(ctx, buildingId, unit.unitKind) ?? { perM2: null, multiple: least.value }
    shares.push({ ...unit, ...monthlyOf(unit.areaM2, index.value, rate), charged: rows[0]?.charged ?? 0n, paid: rows[0]?.paid ?? 0n })
  }
  return {
    ...(await fundSums(ctx, buildingId, 'SAVINGS')), index, paidUpPercent: await paidUpPercent(ctx, buildingId, 'SAVINGS'), shares,
  }
}

type SavingsRate = { perM2: string | null; multiple: string | null }

/** What the bills of the house go by today for such premises; without it the law's least is shown. */
async function savingsRate(ctx: Context, buildingId: string, kind: string): Promise<SavingsRate | null> {
  const rows = await ctx.db.$queryRaw<SavingsRate[]>`
    select trim_scale(c.per_m2)::text as "perM2", trim_scale(c.index_multiple)::text as multiple from contribution_rates c
     where c.building_id = ${buildingId}::uuid and c.fund = 'SAVINGS' and c.premises_kind = ${kind} and c.valid_from <= ${ctx.today}::date
       and (c.valid_to is null or c.valid_to >= ${ctx.today}::date)`
  return rows[0] ?? null
}

function monthlyOf(areaM2: string, index: string, { perM2, multiple }: SavingsRate): Pick<SavingsShare, 'monthly' | 'perM2' | 'multiple'> {
  if (perM2 !== null) return { monthly: priceOf(areaM2, perM2), perM2, multiple: null }
  const made = savingsContribution(areaM2, index, multiple ?? '0')
  return { monthly: made.amount, perM2: made.perM2, multiple }
}

export type EntranceProgress = { entrance: number | null; paidPercent: string }
export type CouncilFund = FundSums & {
  programmeId: string | null; title: Title | null; state: string | null; owed: bigint; byEntrance: EntranceProgress[]
  /** What the owners voted, and the works down to their papers; null for savings. */
  programme: { estimate: Estimate | null; contract: Programme['contract']; works: Works } | null
}

/** What the council sees: gathered, spent, still owed, and how far each entrance has come; no flat and no name. */
export async function councilFunds(ctx: Context, buildingId: string): Promise<{ currency: Currency; funds: CouncilFund[] }> {
  const house = await houseMoney(ctx, buildingId)
  assertSeesMoney(house.seesMoney)
  const funds: CouncilFund[] = []
  for (const programme of await programmesOf(ctx, buildingId)) {
    const { programmeId, title, state } = programme
    const estimate = (await estimatesOf(ctx, programme)).findLast(each => each.approvedAt !== null) ?? null
    funds.push({ ...(await councilFund(ctx, { buildingId, fund: `PROGRAMME:${programmeId}`, programmeId, title, state })), programme: { estimate, contract: programme.contract, works: await worksOf(ctx, programme) } })
  }
  if (house.country === 'KZ') funds.push(await councilFund(ctx, { buildingId, fund: 'SAVINGS', programmeId: null, title: null, state: null }))
  return { currency: house.currency, funds }
}

type Wanted = { buildingId: string; fund: string; programmeId: string | null; title: Title | null; state: string | null }

async function councilFund(ctx: Context, { buildingId, fund, programmeId, title, state }: Wanted): Promise<CouncilFund> {
  const sums = await fundSums(ctx, buildingId, fund)
  const progress = await asService(ctx, 'payments', inner => inner.db.$queryRaw<{ entrance: number | null; owed: bigint; clear: bigint; all: bigint }[]>`
    select p.entrance, coalesce(sum(greatest((h.balances ->> ${fund})::bigint, 0)), 0)::bigint as owed,
      count(*) filter (where (h.balances ->> ${fund})::bigint <= 0)::bigint as clear, count(*)::bigint as all
    from account_heads h join premises p on p.building_id = h.building_id and p.premises_id = h.premises_id
    where h.building_id = ${buildingId}::uuid and h.balances ? ${fund} group by p.entrance order by p.entrance nulls last`)
  return {
    ...sums, programmeId, title, state, programme: null, owed: progress.reduce((sum, each) => sum + each.owed, 0n),
    byEntrance: progress.map(each => ({ entrance: each.entrance, paidPercent: percentText(each.clear, each.all) })),
  }
}

export type FundHouse = { buildingId: string; houseName: string }

/** Houses whose fund the person may look at. */
export async function fundHouses(ctx: Context): Promise<FundHouse[]> {
  return ctx.db.$queryRaw<FundHouse[]>`select b.building_id as "buildingId", b.name as "houseName" from buildings b
    where b.building_id in (select p.building_id from premises p where p.premises_id = any(auth.premises('{fund.read}'))) order by b.name`
}
