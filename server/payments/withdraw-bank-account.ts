import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { accountIsUsed, bankAccountById, holdAccount } from './statements/bank-accounts.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { WithdrawBankAccountInput } from './statements/schema.ts'

/**
 * Entered for the wrong purpose, from the wrong day, with a wrong paper: taken back while nobody has confirmed it, by the one who
 * entered it or by another. It stays in the table with who did it; its number is free to be entered anew.
 */
export async function withdrawBankAccount(ctx: Context, { buildingId, bankAccountId, note }: WithdrawBankAccountInput): Promise<{ bankAccountId: string }> {
  const house = await houseOfStatements(ctx, buildingId)
  assertMayKeepStatements(ctx.actor, house)
  const account = await bankAccountById(ctx, { buildingId, bankAccountId })
  if (!account) throw notFound('statements.accountNotFound')
  await holdAccount(ctx, account.number)
  if (await accountIsUsed(ctx, { buildingId, bankAccountId })) throw conflict('statements.accountInUse')
  const done = await ctx.db.$executeRaw`update bank_accounts set withdrawn_by = ${ctx.actor.personId}::uuid, withdrawn_at = app.now()
    where building_id = ${buildingId}::uuid and bank_account_id = ${bankAccountId}::uuid and confirmed_by is null and withdrawn_by is null`
  if (done === 0) throw conflict('statements.accountStands')
  const { number, bankName, fund, validFrom, basis } = account
  await record(ctx, { action: 'payments.withdrawBankAccount', buildingId, subjectType: 'bankAccount', subjectId: bankAccountId, ground: note, before: { number, bankName, fund, validFrom, basis } })
  return { bankAccountId }
}
