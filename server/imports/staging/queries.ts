import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { BatchPlace } from '#server/imports/queries.ts'
import type { Finding, StagedRow } from '#server/imports/schema.ts'

/** Forgets what an earlier, interrupted reading of the same file left. */
export async function clearStaged(ctx: Context, { buildingId, batchId }: BatchPlace): Promise<void> {
  await ctx.db.$executeRaw`delete from import_rows where building_id = ${buildingId}::uuid and batch_id = ${batchId}::uuid`
  await ctx.db.$executeRaw`delete from import_findings where building_id = ${buildingId}::uuid and batch_id = ${batchId}::uuid`
}

/** Keeps a few thousand rows as understood, in one statement. */
export async function stageRows(ctx: Context, { buildingId, batchId }: BatchPlace, rows: readonly StagedRow[]): Promise<void> {
  if (rows.length === 0) return
  await ctx.db.$executeRaw`insert into import_rows (building_id, batch_id, row_number, part, target, house_key, unit_key, item_key, payload, outcome)
    select ${buildingId}::uuid, ${batchId}::uuid, x.row, x.part, x.target, x."houseKey", x."unitKey", x."itemKey", x.payload, case when x.refused then 'REFUSED' end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(row bigint, part int, target text, "houseKey" text, "unitKey" text, "itemKey" text, payload jsonb, refused boolean)`
}

export async function keepFindings(ctx: Context, { buildingId, batchId }: BatchPlace, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return
  await ctx.db.$executeRaw`insert into import_findings (building_id, batch_id, row_number, part, position, column_name, severity, code, params)
    select ${buildingId}::uuid, ${batchId}::uuid, x.row, x.part, x.place, x."column", x.severity, x.code, x.params
      from (select *, (row_number() over (partition by y.row, y.part))::int as place
              from jsonb_to_recordset(${JSON.stringify(findings)}::jsonb) as y(row bigint, part int, "column" text, severity text, code text, params jsonb)) x
    on conflict do nothing`
}
