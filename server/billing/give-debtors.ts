import 'server-only'
import { record } from '#server/audit/record.ts'
import { shown } from '#server/audit/views.ts'
import type { Context } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { debtorsOf, houseOfDebtors } from './debtors/queries.ts'
import { debtorsFile } from './debtors/rules.ts'
import { assertMayPrint } from './policy.ts'
import type { DebtorsKey } from './schema.ts'

/** The late accounts of a house as a file for who bills it, what is disputed marked; the trace says who took it, and each home sees that it was shown. */
export async function giveDebtors(ctx: Context, { buildingId }: DebtorsKey): Promise<string> {
  const house = await houseOfDebtors(ctx, buildingId)
  assertMayPrint(ctx.actor, house)
  const debtors = await shown({ ctx, what: 'BILL' }, debtorsOf(ctx, buildingId), rows => rows.map(({ premisesId }) => ({ buildingId, premisesId })))
  const sum = (of: 'overdue' | 'disputed') => debtors.reduce((all, each) => all + each[of], 0n)
  await record(ctx, { action: 'billing.giveDebtors', buildingId, subjectType: 'building', subjectId: buildingId, after: { accounts: debtors.length, overdue: sum('overdue'), disputed: sum('disputed') } })
  return debtorsFile(debtors, house, { day: ctx.today, say: texts(ctx.locale) })
}
