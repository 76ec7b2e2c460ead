import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import { countriesKept } from '#server/identity/policy.ts'
import type { StopCause } from '#server/identity/rules.ts'

export type CodeStop = { cause: StopCause; scope: string; since: Date; until: Date }
export type CodeSpending = { country: string; sends: number; spent: bigint; limit: bigint }

type Row = { spending: { country: string; sends: number; spent: string; limit: string }[]; stops: { cause: StopCause; scope: string; since: string; until: string }[] }

/** Which codes are stopped now, for all staff, whom people will call; what they cost today, for whoever keeps the service of the country. */
export async function readCodeState(ctx: Context): Promise<{ stops: CodeStop[]; spending: CodeSpending[] }> {
  const kept = countriesKept(ctx.actor)
  const rows = await asService(ctx, 'sign-in', ({ db }) => db.$queryRaw<{ state: Row }[]>`select auth.code_spending() as state`)
  const state = rows[0]?.state ?? { spending: [], stops: [] }
  return {
    stops: state.stops.map(stop => ({ ...stop, since: new Date(stop.since), until: new Date(stop.until) })),
    spending: state.spending.filter(each => kept.includes(each.country)).map(each => ({ ...each, spent: BigInt(each.spent), limit: BigInt(each.limit) })),
  }
}
