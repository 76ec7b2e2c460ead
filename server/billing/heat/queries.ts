import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { Period } from '#server/kernel/period.ts'
import type { HeatAccount, HeatFacts } from './facts.ts'

type Asked = { readonly buildingId: string; readonly facts: { readonly heat?: true } }

/** Facts of the houses with a heat contract, in one round trip; where none has one nothing is asked. */
export async function heatFactsOf(ctx: Pick<Context, 'db'>, houses: readonly Asked[], period: Period): Promise<ReadonlyMap<string, HeatFacts>> {
  const asked = houses.filter(each => each.facts.heat).map(each => each.buildingId)
  if (asked.length === 0) return new Map()
  const rows = await ctx.db.$queryRaw<{ buildingId: string; facts: HeatFacts }[]>`select f.building_id::text as "buildingId", f.facts from app.heat_facts(${asked}::text[]::uuid[], ${period}) f`
  return new Map(rows.map(each => [each.buildingId, each.facts]))
}

/** The lines as the posting statement takes them. */
export function heatRows(accounts: readonly HeatAccount[]): string {
  return JSON.stringify(accounts.map(({ accountId, lines, hot, volume, ...beside }) => ({
    account_id: accountId, lines: lines.length === 0 ? null : lines.map(each => JSON.stringify(each)).join(','), line_count: lines.length,
    amount: String(lines.reduce((sum, each) => sum + BigInt(each.net) + BigInt(each.vat), 0n)), vat: String(lines.reduce((sum, each) => sum + BigInt(each.vat), 0n)),
    estimated: lines.some(each => each.source !== undefined || each.before !== undefined), hot, volume, ...beside,
  })))
}
