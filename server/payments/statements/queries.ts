import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { Direction, LineKey, LineProblem, LineState, RegistryColumn, RegistrySource, StatementKey, StatementKind, StatementState } from './schema.ts'

type Read = Pick<Context, 'db'>

/** Whether the session keeps the money of this house, and what the house is. */
export async function houseOfStatements(ctx: Read, buildingId: string): Promise<{ reaches: boolean; country: Country | null }> {
  const rows = await ctx.db.$queryRaw<{ reaches: boolean; country: Country | null }[]>`select auth.reaches('{billing.run}', ${buildingId}::uuid) as reaches,
    (select b.country::text from buildings b where b.building_id = ${buildingId}::uuid) as country`
  return rows[0] ?? { reaches: false, country: null }
}

export type StatementRow = StatementKey & {
  houseName: string; kind: StatementKind; source: RegistrySource | ''; bankAccountId: string | null; fileName: string; fileFormat: 'CSV' | 'XLSX'; sizeBytes: number; sha256: string; encoding: string; dialect: string; account: string
  columns: Partial<Record<RegistryColumn, string>>; from: string | null; to: string | null; opening: bigint | null; turnoverIn: bigint | null; turnoverOut: bigint | null; closing: bigint | null; currency: Currency; lines: number
  state: StatementState; attempt: string | null; postedRow: number; failure: string | null; failureParams: Record<string, string | number>; submittedAt: Date; readAt: Date | null; finishedAt: Date | null; country: Country
  waiting: number
  /** Rows that were left out of a registry, for their quotes are broken. */
  brokenRows: number[]
}

const columns = `s.building_id as "buildingId", s.statement_id as "statementId", b.name as "houseName", b.country::text as country, s.kind, s.source, s.bank_account_id as "bankAccountId", s.file_name as "fileName",
  s.file_format as "fileFormat", s.size_bytes::float8 as "sizeBytes", s.sha256::text as sha256, s.encoding, s.dialect, s.account, s.columns, to_char(s.period_from, 'YYYY-MM-DD') as "from", to_char(s.period_to, 'YYYY-MM-DD') as "to",
  s.opening, s.turnover_in as "turnoverIn", s.turnover_out as "turnoverOut", s.closing, s.currency::text as currency, s.lines::float8 as lines, s.state, s.attempt, s.posted_row::float8 as "postedRow", s.failure,
  s.failure_params as "failureParams", s.submitted_at as "submittedAt", s.read_at as "readAt", s.finished_at as "finishedAt",
  (select count(*)::int from statement_lines l where l.building_id = s.building_id and l.statement_id = s.statement_id and l.kept and l.state = 'EXCEPTION') as waiting, s.broken_rows::float8[] as "brokenRows"`

/** The file if this session may see it. `lock`: nobody else moves it on meanwhile. */
export async function findStatement(ctx: Read, { buildingId, statementId }: StatementKey, lock = false): Promise<StatementRow> {
  const rows = await ctx.db.$queryRawUnsafe<StatementRow[]>(`select ${columns} from statements s join buildings b using (building_id)
    where s.building_id = $1::uuid and s.statement_id = $2::uuid${lock ? ' for no key update of s' : ''}`, buildingId, statementId)
  if (!rows[0]) throw notFound('statements.notFound')
  return rows[0]
}

const pageSize = 50
export type Paged<Row> = { rows: Row[]; page: number; more: boolean }
const paged = <Row>(rows: Row[], page: number): Paged<Row> => ({ rows: rows.slice(0, pageSize), page, more: rows.length > pageSize })

export async function listStatements(ctx: Read, page: number): Promise<Paged<StatementRow>> {
  return paged(await ctx.db.$queryRawUnsafe<StatementRow[]>(`select ${columns} from statements s join buildings b using (building_id)
    order by s.submitted_at desc, s.statement_id limit $1 offset $2`, pageSize + 1, (page - 1) * pageSize), page)
}

export type OutcomeCount = { state: LineState; problem: LineProblem | null; count: number; amount: bigint }

/** What becomes of the lines of a file, by kind. */
export async function outcomesOf(ctx: Read, { buildingId, statementId }: StatementKey): Promise<OutcomeCount[]> {
  return ctx.db.$queryRaw<OutcomeCount[]>`select state, problem, count(*)::int as count, sum(amount)::bigint as amount from statement_lines
    where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid group by state, problem order by state, problem nulls first`
}

export type LineRow = LineKey & {
  houseName: string; currency: Currency; kept: boolean; accountKey: string; fileName: string; source: RegistrySource | ''; date: string; document: string; direction: Direction; amount: bigint; partyName: string; partyAccount: string; purpose: string; numbers: string[]; broken: string[]
  provider: RegistrySource | null; state: LineState; problem: LineProblem | null; number: string | null; unitNumber: string | null; knownPaymentId: string | null; reason: string | null; note: string
}

const lineColumns = `l.building_id as "buildingId", l.statement_id as "statementId", l.row_number::float8 as row, b.name as "houseName", s.currency::text as currency, l.kept, l.account_key as "accountKey", s.file_name as "fileName", s.source,
  to_char(l.line_date, 'YYYY-MM-DD') as date, l.document, l.direction, l.amount, l.party_name as "partyName", l.party_account as "partyAccount", l.purpose, l.numbers, l.broken, l.provider, l.state, l.problem,
  l.number::text as number, (select p.number from accounts a join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id where a.building_id = l.building_id and a.account_id = l.account_id) as "unitNumber",
  l.known_payment_id as "knownPaymentId", l.reason, l.note`
const lineTables = 'statement_lines l join statements s using (building_id, statement_id) join buildings b using (building_id)'

/** Lines of one file in the order of the file. */
export async function linesOf(ctx: Read, { buildingId, statementId }: StatementKey, page: number): Promise<Paged<LineRow>> {
  return paged(await ctx.db.$queryRawUnsafe<LineRow[]>(`select ${lineColumns} from ${lineTables} where l.building_id = $1::uuid and l.statement_id = $2::uuid and l.row_number > 0
    order by l.row_number limit $3 offset $4`, buildingId, statementId, pageSize + 1, (page - 1) * pageSize), page)
}

/** One accepted line, for what a person does with it; of other houses, not found. */
export async function findLine(ctx: Read, { buildingId, statementId, row }: LineKey, lock = false): Promise<LineRow> {
  const rows = await ctx.db.$queryRawUnsafe<LineRow[]>(`select ${lineColumns} from ${lineTables} where l.building_id = $1::uuid and l.statement_id = $2::uuid and l.row_number = $3::bigint and l.kept${lock ? ' for no key update of l' : ''}`,
    buildingId, statementId, row)
  if (!rows[0]) throw notFound('statements.lineNotFound')
  return rows[0]
}

/** What waits for a person, the oldest money first. */
export async function waitingLines(ctx: Read, { buildingId, page }: { buildingId: string | null; page: number }): Promise<Paged<LineRow> & { all: number }> {
  const rows = await ctx.db.$queryRawUnsafe<LineRow[]>(`select ${lineColumns} from ${lineTables} where l.kept and l.state = 'EXCEPTION' and ($1::uuid is null or l.building_id = $1::uuid)
    order by l.line_date, l.building_id, l.statement_id, l.row_number limit $2 offset $3`, buildingId, pageSize + 1, (page - 1) * pageSize)
  const [all] = await ctx.db.$queryRaw<{ count: number }[]>`select count(*)::int as count from statement_lines l where l.kept and l.state = 'EXCEPTION' and (${buildingId}::uuid is null or l.building_id = ${buildingId}::uuid)`
  return { ...paged(rows, page), all: all?.count ?? 0 }
}

/** Houses whose money this session keeps. */
export async function statementPlaces(ctx: Read): Promise<{ buildingId: string; name: string; country: Country }[]> {
  return ctx.db.$queryRaw<{ buildingId: string; name: string; country: Country }[]>`select building_id as "buildingId", name, country::text as country from buildings
    where building_id = any((select auth.buildings('{billing.run}'))::uuid[]) order by demonstration desc, name limit 500`
}
