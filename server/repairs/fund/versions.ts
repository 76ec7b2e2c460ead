import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { ProgrammeKey } from '#server/repairs/schema.ts'

/** What a version of the estimate changed for one premises, with the numbers by which anybody can reckon it again. */
export type VersionShare = {
  version: number; total: bigint; ownersTotal: bigint; decisionNumber: string; decisionOn: LocalDate; areaM2: string; houseAreaM2: string
  before: bigint; after: bigint; delta: bigint
}
type Row = Omit<VersionShare, 'before' | 'after'>

/** Every approved version as it came: the part before, the part after, and the difference that was laid or given back. */
export async function versionShares(ctx: Context, { buildingId, programmeId }: ProgrammeKey, premisesId: string): Promise<VersionShare[]> {
  // The area of the house is summed over all premises, whom the reader does not see one by one.
  const rows = await asService(ctx, 'payments', inner => inner.db.$queryRaw<Row[]>`
    select e.version, e.total, e.owners_total as "ownersTotal", e.decision_number as "decisionNumber", to_char(e.decision_on, 'YYYY-MM-DD') as "decisionOn",
      trim_scale(o.weight::numeric / 100)::text as "areaM2", o.amount as delta,
      trim_scale((select sum(h.weight) from repair_obligations h where h.building_id = o.building_id and h.programme_id = o.programme_id and h.version = o.version)::numeric / 100)::text as "houseAreaM2"
    from repair_obligations o join repair_estimates e using (building_id, programme_id, version)
    where o.building_id = ${buildingId}::uuid and o.programme_id = ${programmeId}::uuid and o.premises_id = ${premisesId}::uuid order by e.version`)
  let part = 0n
  return rows.map(row => {
    const before = part
    part += row.delta
    return { ...row, before, after: part }
  })
}
