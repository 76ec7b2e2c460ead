import 'server-only'
import { record } from '#server/audit/record.ts'
import { serviceTransaction, type RequestScope } from '#server/infra/context.ts'
import { assertMachine } from './policy.ts'
import { findStatement, outcomesOf, type StatementRow } from './statements/queries.ts'
import { statementLife } from './statements/rules.ts'
import type { StatementKey } from './statements/schema.ts'

const postedAtOnce = 500

/** Posts an accepted file, some hundred lines in a transaction; killed anywhere, it goes on with the line after the last posted one. */
export async function postStatement(request: RequestScope, key: StatementKey): Promise<StatementRow> {
  for (;;) {
    const statement = await serviceTransaction('payments', async ctx => {
      const found = await findStatement(ctx, key, true)
      assertMachine(ctx.actor)
      if (found.state !== 'POSTING') return found
      const rows = await ctx.db.$queryRaw<{ to: number | null }[]>`select max(n.row_number)::float8 as to from (select row_number from statement_lines
        where building_id = ${key.buildingId}::uuid and statement_id = ${key.statementId}::uuid and row_number > ${found.postedRow}::bigint order by row_number limit ${postedAtOnce}) n`
      const to = rows[0]?.to ?? null
      if (to === null) {
        await ctx.db.$executeRaw`update statements set state = ${statementLife.next('POSTING', 'finish')}, finished_at = app.now() where building_id = ${key.buildingId}::uuid and statement_id = ${key.statementId}::uuid`
        await record(ctx, { action: 'payments.postStatement', buildingId: key.buildingId, subjectType: 'statement', subjectId: key.statementId, after: { outcomes: await outcomesOf(ctx, key) } })
        return findStatement(ctx, key)
      }
      await ctx.db.$executeRaw`select app.post_statement_lines(${key.buildingId}::uuid, ${key.statementId}::uuid, ${found.postedRow + 1}::bigint, ${to}::bigint)`
      await ctx.db.$executeRaw`update statements set posted_row = ${to}::bigint where building_id = ${key.buildingId}::uuid and statement_id = ${key.statementId}::uuid`
      return { ...found, postedRow: to }
    }, request)
    if (statement.state !== 'POSTING') return statement
  }
}
