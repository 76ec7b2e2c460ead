import 'server-only'
import { record } from '#server/audit/record.ts'
import { cardOf, wasJustOpened } from '#server/desk/card/queries.ts'
import { canOpenCard, deskOrganisation } from '#server/desk/policy.ts'
import type { DeskCard, OpenCardInput } from '#server/desk/schema.ts'
import { inTransaction, type Context } from '#server/infra/context.ts'

/** Shows a clerk the caller's home. Looking is itself an act: who, why and for whom is kept, and the home's people see it. */
export async function openCard(ctx: Context, input: OpenCardInput): Promise<DeskCard> {
  return inTransaction(ctx, async tx => {
    const card = await cardOf(tx, input)
    canOpenCard(tx.actor, card !== null)
    if (!card) throw new Error('refused above')
    if (await wasJustOpened(tx, input)) return card
    await record(tx, {
      action: 'desk.cardOpened', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'premises',
      subjectId: input.premisesId, ground: input.reason, after: { callerName: input.callerName ?? '', organisationId: deskOrganisation(tx.actor) },
    })
    return card
  })
}
