import 'server-only'
import { createHash } from 'node:crypto'
import type { Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { personalIdHash } from '#server/premises/owners/write.ts'
import { hidePersonIds, isOrganisationId, isPersonId, keyOfLine, numbersIn, providerOf } from './rules.ts'
import type { ReadLine, RegistrySource, StatementKey } from './schema.ts'

export type Stage = StatementKey & { accountKey: string; country: Country; source: RegistrySource | '' }

/** Lines of a batch in one statement. Numbers of persons stay out of it: their hash alone goes in. */
export async function stageLines(ctx: Context, stage: Stage, lines: readonly ReadLine[]): Promise<void> {
  const rows = JSON.stringify(lines.map(line => rowOf(stage, line)))
  await ctx.db.$executeRaw`insert into statement_lines (building_id, statement_id, row_number, account_key, line_key, line_date, document, direction, amount, party_name, party_id, party_hash, party_account,
      purpose, numbers, broken, provider, returned)
    select ${stage.buildingId}::uuid, ${stage.statementId}::uuid, r, ${stage.accountKey}, decode(k, 'hex'), d, n, w, a, p, i, h, c, t, coalesce(u, '{}'), coalesce(b, '{}'), v, coalesce(g, false)
      from jsonb_to_recordset(${rows}::jsonb) as x(r bigint, k text, d date, n text, w text, a bigint, p text, i text, h text, c text, t text, u text[], b text[], v text, g boolean)`
}

/** The words of the line; what stood where the number should be is kept with them when it is none. */
function wordsOf({ typedNumber, purpose }: ReadLine, found: boolean): string {
  return hidePersonIds(typedNumber === '' || found ? purpose : `${typedNumber} ${purpose}`.trim())
}

function rowOf({ accountKey, country, source }: Stage, line: ReadLine): Record<string, unknown> {
  const { numbers, broken } = numbersIn(line.typedNumber === '' ? line.purpose : line.typedNumber)
  const provider = source === '' && line.direction === 'IN' ? providerOf(line) : null
  return {
    r: line.row, k: createHash('sha256').update(keyOfLine(accountKey, line)).digest('hex'), d: line.date, n: line.document, w: line.direction, a: Number(line.amount), p: line.partyName,
    i: isOrganisationId(line.partyId) ? line.partyId : '', h: isPersonId(line.partyId) ? personalIdHash(country, line.partyId) : null, c: line.partyAccount,
    t: wordsOf(line, numbers.length + broken.length > 0), u: numbers, b: broken, v: provider, g: line.returned,
  }
}

/** Lines alike to the letter are told apart by their place among themselves, the same in every file that has them all. */
export async function numberAlike(ctx: Context, { buildingId, statementId }: StatementKey): Promise<void> {
  await ctx.db.$executeRaw`update statement_lines l set ordinal = d.place from (
      select ctid as at, row_number() over (partition by line_key order by row_number) as place from statement_lines
       where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid) d
    where l.ctid = d.at and d.place > 1`
}

export async function forgetLines(ctx: Context, { buildingId, statementId }: StatementKey): Promise<void> {
  await ctx.db.$executeRaw`delete from statement_lines where building_id = ${buildingId}::uuid and statement_id = ${statementId}::uuid and not kept`
}
