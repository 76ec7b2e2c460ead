import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { isKazakhIban, isUzbekBankAccount } from '#server/kernel/identifiers.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { assertMayKeepStatements } from './policy.ts'
import { findBankAccount, servesElsewhere } from './statements/bank-accounts.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { BankAccountInput } from './statements/schema.ts'

/**
 * An account of the house in a bank: what its money is for, and from which day. Its statements are taken at once; nobody is told to
 * pay there before a second person has confirmed it. The same again changes nothing.
 */
export async function registerBankAccount(ctx: Context, input: BankAccountInput): Promise<{ bankAccountId: string }> {
  const { buildingId, bankAccountId, bankName, fund, validFrom, basis } = input
  const number = input.number.replaceAll(/\s/g, '').toUpperCase()
  const house = await houseOfStatements(ctx, buildingId)
  assertMayKeepStatements(ctx.actor, house)
  const { country } = house
  if (country === null) throw notFound()
  if (!isKazakhIban(number) && !isUzbekBankAccount(number)) throw invalid('statements.wrongAccount')
  if (isKazakhIban(number) !== (country === 'KZ')) throw invalid('statements.foreignAccount')
  if (await servesElsewhere(ctx, { buildingId, number, fund })) throw conflict('statements.accountTaken')
  const added = await ctx.db.$executeRaw`
    insert into bank_accounts (building_id, bank_account_id, number, bank_name, fund, currency, valid_from, basis, registered_by)
    values (${buildingId}::uuid, ${bankAccountId}::uuid, ${number}, ${bankName}, ${fund}, ${jurisdictionOf(country).currency}, ${validFrom}::date, ${basis}, ${ctx.actor.personId}::uuid) on conflict do nothing`
    .catch((error: unknown) => { throw sqlState(error) === 'UY036' ? conflict('statements.accountTaken') : error })
  if (added === 0) {
    const known = await findBankAccount(ctx, { buildingId, number, validFrom })
    if (!known || known.bankName !== bankName || known.basis !== basis) throw conflict('statements.accountKnown')
    return { bankAccountId: known.bankAccountId }
  }
  await record(ctx, { action: 'payments.registerBankAccount', buildingId, subjectType: 'bankAccount', subjectId: bankAccountId, ground: basis, after: { number, bankName, fund, validFrom } })
  return { bankAccountId }
}
