import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { isKazakhIban } from '#server/kernel/identifiers.ts'
import { isLocalDate } from '#server/kernel/period.ts'
import { assertMayKeepProgramme } from './policy.ts'
import { houseMoney } from './queries.ts'
import { refused } from './rules.ts'
import type { RegisterBankAccountInput } from './schema.ts'

/** The bank account to which a contribution goes; nobody is told to pay there before a second person has confirmed it. */
export async function registerBankAccount(ctx: Context, input: RegisterBankAccountInput): Promise<{ bankAccountId: string }> {
  const { buildingId, bankAccountId, purpose, bank, validFrom, basis } = input
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  if (house.country !== 'KZ') throw invalid('repairs.accountsOnlyKz')
  const iban = input.iban.replaceAll(/\s/g, '').toUpperCase()
  if (!isKazakhIban(iban)) throw invalid('repairs.wrongIban')
  if (!isLocalDate(validFrom)) throw invalid('repairs.wrongDate')
  // One account never serves two purposes or two houses; which other it serves is nobody's business.
  const taken = await asService(ctx, 'payments', inner => inner.db.$queryRaw<unknown[]>`select 1 from house_bank_accounts b where b.iban = ${iban} and (b.building_id, b.purpose) <> (${buildingId}::uuid, ${purpose}) limit 1`)
  if (taken.length > 0) throw conflict('repairs.ibanTaken')
  await ctx.db.$executeRaw`insert into house_bank_accounts (building_id, bank_account_id, purpose, iban, bank, valid_from, basis, registered_by)
    values (${buildingId}::uuid, ${bankAccountId}::uuid, ${purpose}, ${iban}, ${bank}, ${validFrom}::date, ${basis}, ${ctx.actor.personId}::uuid)`
    .catch((error: unknown) => {
      const state = sqlState(error)
      throw state === uniqueViolation ? conflict('repairs.accountExists') : refused(state) ?? error
    })
  await record(ctx, { action: 'repairs.registerBankAccount', buildingId, subjectType: 'bankAccount', subjectId: bankAccountId, ground: basis, after: { purpose, iban, bank, validFrom } })
  return { bankAccountId }
}
