import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { Currency } from '#server/kernel/money.ts'
import { stateOf } from '#server/ledger/adjustments/rules.ts'
import type { AccountPlace, AdjustmentFacts, AdjustmentReason, AdjustmentState } from '#server/ledger/adjustments/schema.ts'
import { houseOf } from '#server/ledger/house/queries.ts'
import { assertMayRequest, assertMaySeeCase, assertMaySeeFunds, type WindowReach } from '#server/ledger/policy.ts'
import { balancesOf, sealOf, statementOf } from '#server/ledger/queries.ts'
import type { Fund, FundBalance, StatementRow } from '#server/ledger/schema.ts'
import { evidenceOf, type Evidence } from '#server/ledger/adjustments/evidence.ts'

type Db = Pick<Context, 'db'>

/** The account of a printed number and where it lies; null when the scope does not see it. */
export async function accountPlace(ctx: Db, number: string): Promise<AccountPlace | null> {
  const rows = await ctx.db.$queryRaw<AccountPlace[]>`
    select a.building_id::text as "buildingId", a.account_id::text as "accountId", a.premises_id::text as "premisesId", a.number, b.name as house, p.kind as "unitKind",
      p.number as "unitNumber", case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, auth.reaches('{adjustment.request}', a.building_id) as "mayRequest"
    from account_numbers n join accounts a on a.building_id = n.building_id and a.account_id = n.account_id join buildings b on b.building_id = a.building_id
      join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id where n.number = ${number}`
  return rows[0] ?? null
}

/** For the form: what the account owes per fund now. */
export async function accountForRequest(ctx: Context, { number }: { number: string }): Promise<AccountPlace & { balances: FundBalance[] }> {
  const place = assertMayRequest(await accountPlace(ctx, number))
  return { ...place, balances: await balancesOf(ctx, place) }
}

/** What decides who may do what with a request. */
export async function adjustmentFacts(ctx: Db, { buildingId, adjustmentId }: { buildingId: string; adjustmentId: string }): Promise<AdjustmentFacts | null> {
  const rows = await ctx.db.$queryRaw<AdjustmentFacts[]>`
    select r.requested_by::text as "requestedBy", r.account_id::text as "accountId", r.premises_id::text as "premisesId", r.fund, r.amount, a.number,
      case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, auth.reaches('{adjustment.request}', r.building_id) as "mayRequest", auth.reaches('{adjustment.decide}', r.building_id) as "mayDecide"
    from adjustment_requests r join accounts a on a.building_id = r.building_id and a.account_id = r.account_id join buildings b on b.building_id = r.building_id
    where r.building_id = ${buildingId}::uuid and r.request_id = ${adjustmentId}::uuid`
  return rows[0] ?? null
}

export type ConclusionFacts = { accountId: string; premisesId: string; fund: Fund; conclusion: string; number: string; currency: Currency; mayRequest: boolean }

export async function conclusionFacts(ctx: Db, { buildingId, conclusionId }: { buildingId: string; conclusionId: string }): Promise<ConclusionFacts | null> {
  const rows = await ctx.db.$queryRaw<ConclusionFacts[]>`
    select c.account_id::text as "accountId", c.premises_id::text as "premisesId", c.fund, c.number as conclusion, a.number,
      case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, auth.reaches('{adjustment.request}', c.building_id) as "mayRequest"
    from inspection_conclusions c join accounts a on a.building_id = c.building_id and a.account_id = c.account_id join buildings b on b.building_id = c.building_id
    where c.building_id = ${buildingId}::uuid and c.conclusion_id = ${conclusionId}::uuid`
  return rows[0] ?? null
}

export async function windowReach(ctx: Db, buildingId: string): Promise<WindowReach | null> {
  const rows = await ctx.db.$queryRaw<WindowReach[]>`select auth.reaches('{ledger.migrate}', b.building_id) as "mayMigrate" from buildings b where b.building_id = ${buildingId}::uuid`
  return rows[0] ?? null
}

export type AdjustmentRow = {
  buildingId: string; adjustmentId: string; premisesId: string; house: string; currency: Currency; unitKind: string; unitNumber: string; number: string
  fund: string; amount: bigint; reason: AdjustmentReason; requestedAt: Date; state: AdjustmentState
}
type StateFacts = { checkStarted: boolean; positive: boolean | null; used: boolean; validUntil: string | null }

/** Every request the scope reaches, those that wait for somebody first: the inspector's queue and the accountant's list. */
export async function listAdjustments(ctx: Context): Promise<{ rows: AdjustmentRow[]; mayRequest: boolean; mayDecide: boolean }> {
  const rights = new Set(ctx.actor.grants.flatMap(grant => grant.rights))
  return { rows: await rowsOf(ctx, null), mayRequest: rights.has('adjustment.request'), mayDecide: rights.has('adjustment.decide') }
}

async function rowsOf(ctx: Context, only: string | null): Promise<AdjustmentRow[]> {
  const rows = await ctx.db.$queryRaw<(Omit<AdjustmentRow, 'state'> & StateFacts)[]>`
    select r.building_id::text as "buildingId", r.request_id::text as "adjustmentId", r.premises_id::text as "premisesId", b.name as house, case b.country when 'UZ' then 'UZS' else 'KZT' end as currency,
      p.kind as "unitKind", p.number as "unitNumber", a.number, r.fund, r.amount, r.reason, r.requested_at as "requestedAt", k.request_id is not null as "checkStarted",
      c.positive, u.conclusion_id is not null as used, to_char(c.valid_until, 'YYYY-MM-DD') as "validUntil"
    from adjustment_requests r join buildings b on b.building_id = r.building_id join premises p on p.building_id = r.building_id and p.premises_id = r.premises_id
      join accounts a on a.building_id = r.building_id and a.account_id = r.account_id
      left join adjustment_checks k on k.building_id = r.building_id and k.request_id = r.request_id
      left join inspection_conclusions c on c.building_id = r.building_id and c.request_id = r.request_id
      left join conclusion_uses u on u.building_id = r.building_id and u.conclusion_id = c.conclusion_id
    where ${only}::uuid is null or r.request_id = ${only}::uuid
    order by c.positive is false or u.conclusion_id is not null or coalesce(c.valid_until < app.today(), false), r.requested_at desc limit 500`
  const placed = rows.map(({ checkStarted, positive, used, validUntil, ...row }) => ({ ...row, state: stateOf({ checkStarted, positive, used, validUntil }, ctx.today) }))
  const order: Record<AdjustmentState, number> = { SENT: 0, UNDER_CHECK: 1, ALLOWED: 2, APPLIED: 3, REFUSED: 3, EXPIRED: 3 }
  return placed.toSorted((a, b) => order[a.state] - order[b.state])
}

export type Conclusion = {
  conclusionId: string; number: string; concludedOn: string; positive: boolean; allowedFrom: bigint | null; allowedTo: bigint | null; validUntil: string | null
  grounds: string; signatureLevel: number; signedHash: string; signedAt: Date
}
export type AdjustmentCase = {
  request: AdjustmentRow & { explanation: string; papers: string[]; mine: boolean }
  mayRequest: boolean; mayDecide: boolean
  conclusion: Conclusion | null
  use: { amount: bigint; usedAt: Date; transactionId: string } | null
  balances: FundBalance[]
  statement: StatementRow[]
  evidence: Evidence
}
type RawCase = {
  explanation: string; papers: string[]; requestedBy: string; accountId: string; premisesId: string
  conclusion: (Omit<Conclusion, 'allowedFrom' | 'allowedTo' | 'signedAt'> & { allowedFrom: string | null; allowedTo: string | null; signedAt: string }) | null
  use: { amount: string; usedAt: string; transactionId: string } | null
}

/** A case with all its facts side by side: who asked for what on which papers, and what the register, meters, bills and payments say. */
export async function adjustmentCase(ctx: Context, key: { buildingId: string; adjustmentId: string }): Promise<AdjustmentCase> {
  const facts = assertMaySeeCase(await adjustmentFacts(ctx, key))
  const row = (await rowsOf(ctx, key.adjustmentId)).find(each => each.buildingId === key.buildingId)
  const raw = await rawCase(ctx, key)
  if (!row || !raw) throw new Error('a request seen is gone')
  const place = { buildingId: key.buildingId, accountId: facts.accountId, premisesId: facts.premisesId }
  const evidence = await evidenceOf(ctx, place)
  const { balances, statement } = await asService(ctx, 'billing', async inner => ({ balances: await balancesOf(inner, place), statement: await statementOf(inner, place, 24) }))
  return {
    request: { ...row, explanation: raw.explanation, papers: raw.papers, mine: facts.requestedBy === ctx.actor.personId },
    mayRequest: facts.mayRequest, mayDecide: facts.mayDecide, evidence, balances, statement,
    conclusion: raw.conclusion && {
      ...raw.conclusion, allowedFrom: amountOf(raw.conclusion.allowedFrom), allowedTo: amountOf(raw.conclusion.allowedTo), signedAt: new Date(raw.conclusion.signedAt),
    },
    use: raw.use && { ...raw.use, amount: BigInt(raw.use.amount), usedAt: new Date(raw.use.usedAt) },
  }
}

const amountOf = (text: string | null) => (text === null ? null : BigInt(text))

async function rawCase(ctx: Db, { buildingId, adjustmentId }: { buildingId: string; adjustmentId: string }): Promise<RawCase | undefined> {
  const rows = await ctx.db.$queryRaw<RawCase[]>`
    select r.explanation, r.papers, r.requested_by::text as "requestedBy", r.account_id::text as "accountId", r.premises_id::text as "premisesId",
      (select jsonb_build_object('conclusionId', c.conclusion_id, 'number', c.number, 'concludedOn', c.concluded_on, 'positive', c.positive, 'allowedFrom', c.allowed_min::text,
        'allowedTo', c.allowed_max::text, 'validUntil', c.valid_until, 'grounds', c.grounds, 'signatureLevel', c.signature_level, 'signedHash', c.signed_hash, 'signedAt', c.signed_at)
        from inspection_conclusions c where c.building_id = r.building_id and c.request_id = r.request_id) as conclusion,
      (select jsonb_build_object('amount', u.amount::text, 'usedAt', u.used_at, 'transactionId', u.transaction_id) from conclusion_uses u join inspection_conclusions c
        on c.building_id = u.building_id and c.conclusion_id = u.conclusion_id where c.building_id = r.building_id and c.request_id = r.request_id) as use
    from adjustment_requests r where r.building_id = ${buildingId}::uuid and r.request_id = ${adjustmentId}::uuid`
  return rows[0]
}

export type LogRow = { requestedOn: string; reason: AdjustmentReason; fund: string; amount: bigint; state: AdjustmentState; conclusion: string | null; concludedOn: string | null; posted: bigint | null; postedOn: string | null }
export type AdjustmentLog = { house: string; currency: Currency; rows: LogRow[]; seal: { day: string; hash: string; links: bigint } | null }

/** The public log of a house: what was asked, decided and posted; no flat, no account, no name, no words of anybody. */
export async function adjustmentLog(ctx: Context, { buildingId }: { buildingId: string }): Promise<AdjustmentLog> {
  const house = assertMaySeeFunds(await houseOf(ctx, buildingId))
  const rows = await asService(ctx, 'billing', inner => inner.db.$queryRaw<(Omit<LogRow, 'state'> & StateFacts)[]>`
    select to_char(r.requested_at at time zone interval '5 hours', 'YYYY-MM-DD') as "requestedOn", r.reason, r.fund, r.amount, c.number as conclusion,
      to_char(c.concluded_on, 'YYYY-MM-DD') as "concludedOn", u.amount as posted, to_char(u.used_at at time zone interval '5 hours', 'YYYY-MM-DD') as "postedOn",
      k.request_id is not null as "checkStarted", c.positive, u.conclusion_id is not null as used, to_char(c.valid_until, 'YYYY-MM-DD') as "validUntil"
    from adjustment_requests r left join adjustment_checks k on k.building_id = r.building_id and k.request_id = r.request_id
      left join inspection_conclusions c on c.building_id = r.building_id and c.request_id = r.request_id
      left join conclusion_uses u on u.building_id = r.building_id and u.conclusion_id = c.conclusion_id
    where r.building_id = ${buildingId}::uuid order by r.requested_at desc limit 200`)
  const placed = rows.map(({ checkStarted, positive, used, validUntil, ...row }) => ({ ...row, state: stateOf({ checkStarted, positive, used, validUntil }, ctx.today) }))
  return { house: house.name, currency: house.currency, rows: placed, seal: await sealOf(ctx, buildingId) }
}

