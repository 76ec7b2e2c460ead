import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { newId } from '#server/kernel/ids.ts'
import { periodOf } from '#server/kernel/period.ts'
import { reverseTransaction } from '#server/ledger/reverse-transaction.ts'
import { replaceInvoices } from '#server/payments/replace-invoices.ts'
import { chargesOf, programmeMoney } from '#server/repairs/works/queries.ts'
import { saveClosing } from '#server/repairs/works/closing.ts'
import { programmeCancelled } from './events.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney, laidInstalments, lockProgramme } from './queries.ts'
import { programmeLife, titleForAll } from './rules.ts'
import type { CancelProgrammeInput } from './schema.ts'

/**
 * A programme that is not to be: what was charged is reversed entry by entry, what was to fall due never does, its numbers are
 * closed, and all that was paid stays in its fund as the payers' own, to be given back to them.
 */
export async function cancelProgramme(ctx: Context, input: CancelProgrammeInput): Promise<{ reversed: number; refundable: bigint }> {
  const { buildingId, programmeId, ground } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const programme = await lockProgramme(ctx, input)
  const state = programmeLife.next(programme.state, 'cancel')
  const laid = await laidInstalments(ctx, input)
  await ctx.db.$executeRaw`update repair_programmes set state = ${state} where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid`
  const charges = await asService(ctx, 'billing', async inner => {
    const machine = { ...inner, actor: { ...inner.actor, personId: null } }
    const found = await chargesOf(machine, input)
    for (const { accountId, transactionId } of found) {
      await reverseTransaction(machine, { buildingId, accountId, reversedTransactionId: transactionId, transactionId: newId(), period: periodOf(ctx.today), valueDate: ctx.today,
        sourceType: 'programme', sourceId: programmeId })
    }
    return found
  })
  await replaceInvoices(ctx, { buildingId, country: house.country, invoices: [], withdrawn: laid.flatMap(each => each.invoiceId ?? []), accountIds: [] })
  const money = await programmeMoney(ctx, input)
  await saveClosing(ctx, { ...input, kind: 'CANCELLED', money })
  await emit(ctx, { name: programmeCancelled, buildingId, payload: { programmeId, title: titleForAll(programme.title) } })
  await record(ctx, { action: 'repairs.cancelProgramme', buildingId, subjectType: 'repairProgramme', subjectId: programmeId, ground,
    before: { state: programme.state }, after: { state, reversed: charges.length, refundable: money.refundable } })
  return { reversed: charges.length, refundable: money.refundable }
}
