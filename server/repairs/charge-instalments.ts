import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { firstDay, nextPeriod, periodOf } from '#server/kernel/period.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { openMonth } from '#server/ledger/queries.ts'
import { assertMayCharge } from './policy.ts'
import { dueInstalments, houseMoney, type DueInstalment } from './queries.ts'

/** Instalments of this month and before become debts in the fund of their programme, each once. */
export async function chargeInstalments(ctx: Context, { buildingId }: { buildingId: string }): Promise<number> {
  const house = await houseMoney(ctx, buildingId)
  assertMayCharge(ctx.actor, house.mayKeep)
  const due = await dueInstalments(ctx, buildingId, firstDay(nextPeriod(periodOf(ctx.today))))
  if (due.length === 0) return 0
  await asService(ctx, 'billing', async inner => {
    // The posting is the machine's own; who ordered it stands in the record below.
    const machine = { ...inner, actor: { ...inner.actor, personId: null } }
    for (const each of due) await charge(machine, buildingId, each)
  })
  await record(ctx, { action: 'repairs.chargeInstalments', buildingId, subjectType: 'repairInstalments', subjectId: buildingId,
    after: { instalments: due.length, total: due.reduce((sum, each) => sum + each.amount, 0n) } })
  return due.length
}

async function charge(ctx: Context, buildingId: string, due: DueInstalment): Promise<void> {
  const transactionId = newId()
  await postToAccount(ctx, {
    buildingId, accountId: due.accountId, premisesId: due.premisesId, period: await openMonth(ctx, buildingId, periodOf(due.dueOn)), transactionId, kind: 'CHARGE', valueDate: due.dueOn,
    sourceType: 'instalment', sourceId: `${due.programmeId}:${due.version}:${due.n}`, lines: [{ fund: `PROGRAMME:${due.programmeId}`, amount: due.amount, contra: 'INCOME' }],
  })
  await ctx.db.$executeRaw`update repair_instalments set charged_by = ${transactionId}::uuid where building_id = ${buildingId}::uuid and programme_id = ${due.programmeId}::uuid
    and version = ${due.version} and premises_id = ${due.premisesId}::uuid and n = ${due.n} and charged_by is null`
}
