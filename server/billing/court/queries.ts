import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { inFlightOf } from '#server/payments/queries.ts'
import { debtOf, lateDebt } from './rules.ts'
import type { CourtDebt, CourtDebtor, CourtMonth, CourtObstacles, CourtPack, CourtPaper, CourtPlace } from './schema.ts'

type Read = Pick<Context, 'db'>
type Account = { buildingId: string; accountId: string }

/** The account of a printed number; null when the scope does not see it. */
export async function courtPlace(ctx: Read, number: string): Promise<CourtPlace | null> {
  const rows = await ctx.db.$queryRaw<CourtPlace[]>`
    select a.building_id::text as "buildingId", a.account_id::text as "accountId", a.premises_id::text as "premisesId", a.number::text as number, b.name as house, b.address_uz as "addressUz",
      b.address_kk as "addressKk", b.address_ru as "addressRu", coalesce(m.name, '') as organisation, p.kind as "unitKind", p.number as "unitNumber", b.country::text as country,
      case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, coalesce(m.method in ('ORGANISATION', 'MANAGER'), false) as "byContract", auth.reaches('{billing.run}', a.building_id) as "mayKeep"
    from account_numbers n join accounts a on a.building_id = n.building_id and a.account_id = n.account_id join buildings b on b.building_id = a.building_id
      join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
      left join lateral (select o.name, k.method from building_managements k join organisations o on o.organisation_id = k.organisation_id where k.building_id = a.building_id and k.method <> 'CALL_CENTRE'
        and k.valid_from <= app.today() and (k.valid_to is null or k.valid_to >= app.today()) order by k.valid_from desc limit 1) m on true
    where n.number = ${number}`
  return rows[0] ?? null
}

/** Contributions and their penalties month by month, by the account's own entries; and what of the debt is late. */
export async function courtDebt(ctx: Read, { buildingId, accountId }: Account): Promise<CourtDebt> {
  const months = await ctx.db.$queryRaw<Omit<CourtMonth, 'balance'>[]>`
    select e.period::text as period,
      coalesce(sum(e.amount) filter (where e.kind in ('CHARGE', 'RECALCULATION') and e.fund <> 'PENALTY'), 0)::bigint as charged,
      coalesce(sum(e.amount) filter (where e.kind in ('CHARGE', 'PENALTY', 'RECALCULATION') and e.fund = 'PENALTY'), 0)::bigint as penalty,
      coalesce(sum(e.amount) filter (where e.kind not in ('CHARGE', 'RECALCULATION', 'PAYMENT', 'REFUND') and not (e.kind = 'PENALTY' and e.fund = 'PENALTY')), 0)::bigint as corrected,
      coalesce(sum(e.amount) filter (where e.kind in ('PAYMENT', 'REFUND')), 0)::bigint as paid
    from ledger_entries e where e.building_id = ${buildingId}::uuid and e.account_key = ${accountId}::uuid and e.fund in ('CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY') group by e.period order by e.period`
  const rows = await ctx.db.$queryRaw<{ penalty: bigint; notDue: bigint; ahead: bigint; overdue: bigint }[]>`
    select coalesce((h.balances ->> 'PENALTY')::bigint, 0) - n.penalty as penalty, n.principal + n.penalty as "notDue",
      least(coalesce((h.balances ->> 'UTILITIES')::bigint, 0), 0) as ahead, app.contributions_overdue(h.building_id, h.account_id, h.balances) as overdue
    from account_heads h cross join lateral app.contributions_not_due(h.building_id, h.account_id) n where h.building_id = ${buildingId}::uuid and h.account_id = ${accountId}::uuid`
  const debt = debtOf(months, rows[0] ?? { penalty: 0n, notDue: 0n, ahead: 0n, overdue: 0n })
  return lateDebt(debt, await lateOf(ctx, { buildingId, accountId }, debt.months.map(month => month.period)))
}

/** The first due day that has passed of a bill of these months, and the last such month. */
async function lateOf(ctx: Read, { buildingId, accountId }: Account, periods: readonly string[]): Promise<{ since: string | null; to: string | null }> {
  const rows = await ctx.db.$queryRaw<{ since: string | null; to: string | null }[]>`select to_char(min(b.due_on), 'YYYY-MM-DD') as since, max(b.period)::text as "to" from bills b
    where b.building_id = ${buildingId}::uuid and b.account_id = ${accountId}::uuid and b.period = any(${[...periods]}::text[]::char(7)[]) and b.due_on < app.today()`
  return rows[0] ?? { since: null, to: null }
}

/** What is said to be wrong, what is on its way, and whether the inspection looks at the account. */
/** Who calculates a debt for a court and who corrects a bill of the account wait for each other: no calculation is missed when it is taken back. */
export async function holdCalculation(ctx: Read, accountId: string): Promise<void> {
  await ctx.db.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`court:${accountId}`}, 0))::text`
}

export async function obstaclesOf(ctx: Read, account: Account): Promise<CourtObstacles> {
  const { buildingId, accountId } = account
  const disputes = await ctx.db.$queryRaw<{ number: number; amount: bigint }[]>`select d.request_number as number, d.amount from app.open_disputes(${buildingId}::uuid, ${accountId}::uuid) d`
  const checks = await ctx.db.$queryRaw<{ found: boolean }[]>`select exists (select 1 from adjustment_checks c join adjustment_requests q on q.building_id = c.building_id and q.request_id = c.request_id
      left join inspection_conclusions i on i.building_id = q.building_id and i.request_id = q.request_id
    where q.building_id = ${buildingId}::uuid and q.account_id = ${accountId}::uuid and i.conclusion_id is null) as found`
  return {
    disputed: disputes.map(each => each.number), disputedSum: disputes.reduce((sum, each) => sum + each.amount, 0n),
    inFlight: (await inFlightOf(ctx, account)).amount, underCheck: checks[0]?.found ?? false,
  }
}

/** Papers of the house and of this account, the latest first. */
export async function courtPapers(ctx: Read, { buildingId, accountId }: Account): Promise<CourtPaper[]> {
  return ctx.db.$queryRaw<CourtPaper[]>`select p.paper_id::text as "paperId", p.kind, p.title, to_char(p.dated_on, 'YYYY-MM-DD') as "datedOn", p.file_id::text as "fileId" from court_papers p
    where p.building_id = ${buildingId}::uuid and (p.account_id is null or p.account_id = ${accountId}::uuid) order by p.dated_on desc, p.filed_at desc limit 100`
}

/** Accounts of the session's houses in Uzbekistan whose contributions are late, the largest debts first. */
export async function courtDebtors(ctx: Read): Promise<CourtDebtor[]> {
  return ctx.db.$queryRaw<CourtDebtor[]>`
    with late as materialized (
      select d.*, b.name as house from app.contributions_late(array(select x.building_id from buildings x where x.building_id = any(auth.buildings('{billing.run}')) and x.country = 'UZ')) d
        join buildings b on b.building_id = d.building_id order by d.overdue desc limit 50)
    select l.building_id::text as "buildingId", l.premises_id::text as "premisesId", a.number::text as number, l.house, p.kind as "unitKind", p.number as "unitNumber", 'UZS' as currency, l.overdue,
      app.disputed_sum(l.building_id, l.account_id) as disputed
    from late l join accounts a on a.building_id = l.building_id and a.account_id = l.account_id
      join premises p on p.building_id = l.building_id and p.premises_id = l.premises_id order by l.overdue desc, a.number`
}

/** Packs made, the newest first; of one account or of all that the session sees. */
export async function courtPacks(ctx: Read, accountId: string | null = null): Promise<CourtPack[]> {
  return ctx.db.$queryRaw<CourtPack[]>`
    select k.pack_id::text as "packId", k.building_id::text as "buildingId", a.number::text as number, b.name as house, p.kind as "unitKind", p.number as "unitNumber", k.currency::text as currency,
      k.period_from::text as "periodFrom", k.period_to::text as "periodTo", k.principal, k.penalty, k.prepared_at as "preparedAt", k.calculation_code::text as code,
      (select d.withdrawn_at from issued_documents d where d.building_id = k.building_id and d.subject_type = 'courtPack' and d.subject_id = k.pack_id::text and d.withdrawn_at is not null limit 1) as "outdatedAt",
      (select jsonb_agg(jsonb_build_object('kind', x.kind, 'fileId', x.file_id, 'title', x.title) order by x.place) from (
        select 1 as place, c.kind, c.file_id, c.title from court_papers c where c.building_id = k.building_id and c.paper_id = k.decision_paper_id
        union all select 2, c.kind, c.file_id, c.title from court_papers c where c.building_id = k.building_id and c.paper_id = k.contract_paper_id
        union all select 3, 'CALCULATION', k.calculation_file_id, ''
        union all select 4, c.kind, c.file_id, c.title from court_papers c where c.building_id = k.building_id and c.paper_id = k.claim_paper_id) x) as files
    from court_packs k join accounts a on a.building_id = k.building_id and a.account_id = k.account_id join buildings b on b.building_id = k.building_id
      join premises p on p.building_id = k.building_id and p.premises_id = k.premises_id
    where ${accountId}::uuid is null or k.account_id = ${accountId}::uuid order by k.prepared_at desc limit 50`
}
