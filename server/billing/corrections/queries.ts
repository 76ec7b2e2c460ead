import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Period } from '#server/kernel/period.ts'
import type { CorrectionFacts } from './plan.ts'

type Asked = { readonly buildingId: string; readonly facts: { readonly corrected?: true } }

/** Bills whose readings were corrected after them, in one round trip for the houses that have any; where none has, nothing is asked. */
export async function correctionFactsOf(ctx: Pick<Context, 'db'>, houses: readonly Asked[], period: Period): Promise<ReadonlyMap<string, CorrectionFacts>> {
  const asked = houses.filter(each => each.facts.corrected).map(each => each.buildingId)
  if (asked.length === 0) return new Map()
  const rows = await ctx.db.$queryRaw<{ buildingId: string; facts: CorrectionFacts }[]>`select f.building_id::text as "buildingId", f.facts from app.correction_facts(${asked}::text[]::uuid[], ${period}) f`
  return new Map(rows.map(each => [each.buildingId, each.facts]))
}
