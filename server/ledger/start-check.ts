import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { grantOnBuilding } from '#server/kernel/actor.ts'
import { conflict } from '#server/kernel/errors.ts'
import { adjustmentFacts } from '#server/ledger/adjustments/queries.ts'
import { assertMayDecide } from '#server/ledger/policy.ts'
import { refused } from '#server/ledger/rules.ts'

/** The inspector takes a request under check: until the conclusion the debt is disputed. */
export async function startCheck(ctx: Context, input: { buildingId: string; adjustmentId: string }): Promise<void> {
  const request = assertMayDecide(ctx.actor, await adjustmentFacts(ctx, input))
  await ctx.db.$executeRaw`insert into adjustment_checks (building_id, request_id, premises_id, inspector_id)
    values (${input.buildingId}::uuid, ${input.adjustmentId}::uuid, ${request.premisesId}::uuid, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('ledger.checkStarted') : refused(state) ?? error
    })
  await record(ctx, { action: 'ledger.startCheck', buildingId: input.buildingId, premisesId: request.premisesId, subjectType: 'adjustmentRequest', subjectId: input.adjustmentId, grantId: grantOnBuilding(ctx.actor, 'adjustment.decide', input.buildingId)?.id ?? null })
}
