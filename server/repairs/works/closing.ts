import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { ProgrammeKey } from '#server/repairs/schema.ts'
import type { ProgrammeMoney } from './queries.ts'

type Closing = ProgrammeKey & { kind: 'CANCELLED' | 'RECONCILED'; ground: string; money: ProgrammeMoney }

/** The sums of a programme as they were when it ended. */
export async function saveClosing(ctx: Context, { buildingId, programmeId, kind, ground, money }: Closing): Promise<void> {
  await ctx.db.$executeRaw`insert into repair_closings (building_id, programme_id, kind, ground, gathered, spent, rest, refundable, closed_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${kind}, ${ground}, ${money.gathered}, ${money.spent}, ${money.held}, ${money.refundable}, ${ctx.actor.personId}::uuid)`
}
