import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { isKazakhIban } from '#server/kernel/identifiers.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { assertMayKeepStatements } from './policy.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { BankAccountInput } from './statements/schema.ts'

/** An account of the house in a bank: whose statements are taken, and what its money is for. The same again changes nothing. */
export async function registerBankAccount(ctx: Context, { buildingId, bankAccountId, number, bankName, fund }: BankAccountInput): Promise<void> {
  const house = await houseOfStatements(ctx, buildingId)
  assertMayKeepStatements(ctx.actor, house)
  const { country } = house
  if (country === null) throw notFound()
  if (isKazakhIban(number) !== (country === 'KZ')) throw invalid('statements.foreignAccount')
  const added = await asService(ctx, 'payments', inner => inner.db.$executeRaw`
    insert into bank_accounts (building_id, bank_account_id, number, bank_name, fund, currency, registered_by)
    values (${buildingId}::uuid, ${bankAccountId}::uuid, ${number}, ${bankName}, ${fund}, ${jurisdictionOf(country).currency}, ${ctx.actor.personId}::uuid) on conflict do nothing`)
  if (added === 0) {
    const known = await ctx.db.$queryRaw<{ fund: string }[]>`select fund from bank_accounts where building_id = ${buildingId}::uuid and number = ${number}`
    if (known[0]?.fund !== fund) throw conflict('statements.accountTaken')
    return
  }
  await record(ctx, { action: 'payments.registerBankAccount', buildingId, subjectType: 'bankAccount', subjectId: bankAccountId, after: { number, bankName, fund } })
}
