import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { EstimateLine, ProgrammeKey, ProgrammeKind, ProgrammeState, Title } from './schema.ts'

type Read = Pick<Context, 'db'>

export type HouseMoney = { buildingId: string; country: Country; currency: Currency; name: string; mayKeep: boolean; seesMoney: boolean; demonstration: boolean }

/** The house if this session sees it, with its rights over the money. */
export async function houseMoney(ctx: Read, buildingId: string): Promise<HouseMoney> {
  const rows = await ctx.db.$queryRaw<HouseMoney[]>`
    select b.building_id as "buildingId", b.country::text as country, case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, b.name, b.demonstration,
      auth.reaches('{billing.run}', b.building_id) as "mayKeep", auth.reaches('{house.money}', b.building_id) as "seesMoney"
    from buildings b where b.building_id = ${buildingId}::uuid`
  if (!rows[0]) throw notFound('repairs.fundNotFound')
  return rows[0]
}

export type Programme = {
  buildingId: string; programmeId: string; kind: ProgrammeKind; title: Title; year: number; ownersPercent: string; shareSource: string; currency: Currency
  state: ProgrammeState; approvedVersion: number | null
  contract: { number: string; datedOn: LocalDate; contractor: string } | null
}

const programmeColumns = `p.building_id as "buildingId", p.programme_id as "programmeId", p.kind, jsonb_build_object('text', p.title, 'locale', p.title_locale, 'others', p.titles) as title, p.year, trim_scale(p.owners_percent)::text as "ownersPercent",
  p.share_source as "shareSource", p.currency::text as currency, p.state, p.approved_version as "approvedVersion",
  case when p.contract_number is not null then jsonb_build_object('number', p.contract_number, 'datedOn', p.contract_on, 'contractor', p.contractor) end as contract`

export async function programmesOf(ctx: Read, buildingId: string): Promise<Programme[]> {
  return ctx.db.$queryRawUnsafe<Programme[]>(`select ${programmeColumns} from repair_programmes p where p.building_id = $1::uuid order by p.year desc, p.opened_at desc`, buildingId)
}

/** Locked until the end of the transaction: two approvals at once are one after the other. */
export async function lockProgramme(ctx: Read, key: ProgrammeKey): Promise<Programme> {
  const rows = await ctx.db.$queryRawUnsafe<Programme[]>(`select ${programmeColumns} from repair_programmes p where p.building_id = $1::uuid and p.programme_id = $2::uuid for update`, key.buildingId, key.programmeId)
  if (!rows[0]) throw notFound('repairs.programmeNotFound')
  return rows[0]
}

export type Estimate = {
  version: number; lines: EstimateLine[]; netTotal: bigint; vatPercent: string; vatAmount: bigint; total: bigint; ownersTotal: bigint | null
  decisionNumber: string | null; decisionOn: LocalDate | null; approvedAt: Date | null
  /** Of the owners' part, in the fund before works begin. */
  startPercent: string | null
}
type StoredLine = Omit<EstimateLine, 'unitPrice' | 'amount'> & { unitPrice: string; amount: string }

export async function estimatesOf(ctx: Read, { buildingId, programmeId }: ProgrammeKey): Promise<Estimate[]> {
  const rows = await ctx.db.$queryRaw<(Omit<Estimate, 'lines'> & { lines: StoredLine[] })[]>`
    select e.version, e.lines, e.net_total as "netTotal", trim_scale(e.vat_percent)::text as "vatPercent", e.vat_amount as "vatAmount", e.total, e.owners_total as "ownersTotal",
      e.decision_number as "decisionNumber", to_char(e.decision_on, 'YYYY-MM-DD') as "decisionOn", e.approved_at as "approvedAt",
      trim_scale(e.start_percent)::text as "startPercent"
    from repair_estimates e where e.building_id = ${buildingId}::uuid and e.programme_id = ${programmeId}::uuid order by e.version`
  return rows.map(row => ({ ...row, lines: row.lines.map(line => ({ ...line, unitPrice: BigInt(line.unitPrice), amount: BigInt(line.amount) })) }))
}

export type PayingUnit = { premisesId: string; accountId: string; areaM2: string; number: string; kind: string }

/** All premises of the house with the account that pays for each; one without an account is told by its number. */
export async function payingUnits(ctx: Read, buildingId: string): Promise<{ units: PayingUnit[]; without: string[] }> {
  const rows = await ctx.db.$queryRaw<(Omit<PayingUnit, 'accountId'> & { accountId: string | null })[]>`
    select p.premises_id as "premisesId", p.number, p.kind, trim_scale(p.area_m2)::text as "areaM2",
      (select a.account_id from accounts a where a.building_id = p.building_id and a.premises_id = p.premises_id and a.closed_on is null order by a.opened_on, a.number limit 1) as "accountId"
    from premises p where p.building_id = ${buildingId}::uuid order by p.premises_id`
  return {
    units: rows.flatMap(row => (row.accountId === null ? [] : [{ ...row, accountId: row.accountId }])),
    without: rows.filter(row => row.accountId === null).map(row => row.number),
  }
}

export type Obliged = { premisesId: string; accountId: string; amount: bigint; weight: bigint }

/** What earlier versions already laid on each premises, with the account and the area of the last of them. */
export async function obligedBefore(ctx: Read, { buildingId, programmeId }: ProgrammeKey): Promise<Obliged[]> {
  return ctx.db.$queryRaw<Obliged[]>`
    select o.premises_id as "premisesId", (array_agg(o.account_id order by o.version desc))[1] as "accountId", sum(o.amount)::bigint as amount, (array_agg(o.weight order by o.version desc))[1] as weight
    from repair_obligations o where o.building_id = ${buildingId}::uuid and o.programme_id = ${programmeId}::uuid group by o.premises_id`
}

export type LaidInstalment = { version: number; premisesId: string; accountId: string; n: number; dueOn: LocalDate; amount: bigint; credited: bigint; invoiceId: string | null; charged: boolean }

/** Instalments of a programme of which something is left, by their days. */
export async function laidInstalments(ctx: Read, { buildingId, programmeId }: ProgrammeKey): Promise<LaidInstalment[]> {
  return ctx.db.$queryRaw<LaidInstalment[]>`
    select i.version, i.premises_id as "premisesId", o.account_id as "accountId", i.n, to_char(i.due_on, 'YYYY-MM-DD') as "dueOn", i.amount, i.credited, i.invoice_id as "invoiceId",
      i.charged_by is not null as charged
    from repair_instalments i join repair_obligations o using (building_id, programme_id, version, premises_id)
    where i.building_id = ${buildingId}::uuid and i.programme_id = ${programmeId}::uuid and i.credited < i.amount
    order by i.premises_id, i.due_on, i.version, i.n for update of i`
}

/** A value of law by date: the Kazakh monthly index and the like. */
export async function indexOn(ctx: Read, wanted: { country: Country; code: string; on: LocalDate }): Promise<{ value: string; validFrom: LocalDate; source: string } | null> {
  const rows = await ctx.db.$queryRaw<{ value: string; validFrom: LocalDate; source: string }[]>`
    select trim_scale(i.value)::text as value, to_char(i.valid_from, 'YYYY-MM-DD') as "validFrom", i.source from index_values i
     where i.country = ${wanted.country} and i.code = ${wanted.code} and i.valid_from <= ${wanted.on}::date order by i.valid_from desc limit 1`
  return rows[0] ?? null
}

export type DueInstalment = { programmeId: string; version: number; premisesId: string; accountId: string; n: number; dueOn: LocalDate; amount: bigint }

/** Instalments whose month has come and that are no debt yet. */
export async function dueInstalments(ctx: Read, buildingId: string, before: LocalDate): Promise<DueInstalment[]> {
  return ctx.db.$queryRaw<DueInstalment[]>`
    select i.programme_id as "programmeId", i.version, i.premises_id as "premisesId", o.account_id as "accountId", i.n, to_char(i.due_on, 'YYYY-MM-DD') as "dueOn", i.amount - i.credited as amount
    from repair_instalments i join repair_obligations o using (building_id, programme_id, version, premises_id)
    join repair_programmes p using (building_id, programme_id)
    where i.building_id = ${buildingId}::uuid and i.charged_by is null and i.credited < i.amount and i.due_on < ${before}::date and p.state <> 'CANCELLED'
    order by o.account_id, i.due_on, i.n for update of i`
}

export async function housesWithDue(ctx: Read, before: LocalDate): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ buildingId: string }[]>`select distinct i.building_id as "buildingId" from repair_instalments i where i.charged_by is null and i.due_on < ${before}::date`
  return rows.map(row => row.buildingId)
}

/** The account by which a premises takes part in a programme; the last one, where it changed. */
export async function accountOfShare(ctx: Read, { buildingId, programmeId, premisesId }: ProgrammeKey & { premisesId: string }): Promise<string | null> {
  const rows = await ctx.db.$queryRaw<{ accountId: string }[]>`
    select s.account_id as "accountId" from app.programme_shares(${buildingId}::uuid, ${programmeId}::uuid) s where s.premises_id = ${premisesId}::uuid order by s.refundable desc limit 1`
  return rows[0]?.accountId ?? null
}

export type RefundFacts = { programmeId: string; premisesId: string; accountId: string; amount: bigint }

export async function refundOf(ctx: Read, { buildingId, refundId }: { buildingId: string; refundId: string }): Promise<RefundFacts | null> {
  const rows = await ctx.db.$queryRaw<RefundFacts[]>`select r.programme_id as "programmeId", r.premises_id as "premisesId", r.account_id as "accountId", r.amount from repair_refunds r
    where r.building_id = ${buildingId}::uuid and r.refund_id = ${refundId}::uuid`
  return rows[0] ?? null
}

/** The decision that the same person made on the same ground already: asked once more, it is the answer. */
export async function decidedSo(ctx: Pick<Context, 'db' | 'actor'>, { buildingId, refundId, approved, ground }: { buildingId: string; refundId: string; approved: boolean; ground: string }): Promise<{ transactionId: string } | null> {
  const rows = await ctx.db.$queryRaw<{ transactionId: string }[]>`select d.transaction_id as "transactionId" from repair_refund_decisions d
    where d.building_id = ${buildingId}::uuid and d.refund_id = ${refundId}::uuid and (d.approved, d.ground, d.decided_by) = (${approved}, ${ground}, ${ctx.actor.personId}::uuid)`
  return rows[0] ?? null
}
