import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { bankAccountOf } from '#server/repairs/contributions/queries.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney } from './queries.ts'
import { refused } from './rules.ts'
import type { ConfirmBankAccountInput } from './schema.ts'

/** The second pair of eyes compares the number with the bank's paper; from now on it stands where people pay. */
export async function confirmBankAccount(ctx: Context, { buildingId, bankAccountId }: ConfirmBankAccountInput): Promise<{ bankAccountId: string }> {
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const account = await bankAccountOf(ctx, { buildingId, bankAccountId })
  if (!account) throw notFound('repairs.accountNotFound')
  if (account.confirmed) throw conflict('repairs.accountConfirmed')
  await ctx.db.$executeRaw`update house_bank_accounts set confirmed_by = ${ctx.actor.personId}::uuid, confirmed_at = app.now()
    where building_id = ${buildingId}::uuid and bank_account_id = ${bankAccountId}::uuid and confirmed_by is null`
    .catch((error: unknown) => { throw refused(sqlState(error)) ?? error })
  await record(ctx, { action: 'repairs.confirmBankAccount', buildingId, subjectType: 'bankAccount', subjectId: bankAccountId, after: { purpose: account.purpose, iban: account.iban } })
  return { bankAccountId }
}
