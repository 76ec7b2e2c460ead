import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, forbidden, notFound } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { bankAccountById, servesElsewhere } from './statements/bank-accounts.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { ConfirmBankAccountInput } from './statements/schema.ts'

/** The second pair of eyes compares the number with the bank's paper; from now on it stands where people pay. */
export async function confirmBankAccount(ctx: Context, { buildingId, bankAccountId }: ConfirmBankAccountInput): Promise<{ bankAccountId: string }> {
  const house = await houseOfStatements(ctx, buildingId)
  assertMayKeepStatements(ctx.actor, house)
  const account = await bankAccountById(ctx, { buildingId, bankAccountId })
  if (!account) throw notFound('statements.accountNotFound')
  if (account.confirmed) throw conflict('statements.accountConfirmed')
  if (await servesElsewhere(ctx, { ...account, buildingId })) throw conflict('statements.accountTaken')
  const done = await ctx.db.$executeRaw`update bank_accounts set confirmed_by = ${ctx.actor.personId}::uuid, confirmed_at = app.now()
    where building_id = ${buildingId}::uuid and bank_account_id = ${bankAccountId}::uuid and confirmed_by is null and withdrawn_by is null`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === 'UY032' ? forbidden('statements.fourEyes') : state === 'UY036' ? conflict('statements.accountTaken') : error
    })
  // Withdrawn meanwhile.
  if (done === 0) throw notFound('statements.accountNotFound')
  await record(ctx, { action: 'payments.confirmBankAccount', buildingId, subjectType: 'bankAccount', subjectId: bankAccountId, after: { number: account.number, fund: account.fund } })
  return { bankAccountId }
}
