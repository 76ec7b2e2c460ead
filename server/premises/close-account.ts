import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { compareDates } from '#server/kernel/period.ts'
import { assertMayKeepRegister } from './policy.ts'
import { houseReach } from './queries.ts'
import type { CloseAccountInput } from './schema.ts'

/** The account takes no more charges after that day; its number and its debt stay what they are. */
export async function closeAccount(ctx: Context, input: CloseAccountInput): Promise<{ accountId: string }> {
  const house = await houseReach(ctx, input.buildingId)
  const rows = await ctx.db.$queryRaw<{ premises_id: string; opened_on: string; closed_on: string | null }[]>`select premises_id, opened_on::text, closed_on::text from accounts
    where building_id = ${input.buildingId}::uuid and account_id = ${input.accountId}::uuid`
  const account = rows[0]
  if (!account) throw notFound()
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  if (account.closed_on !== null) throw conflict('premises.accountClosedAlready', { date: account.closed_on })
  if (compareDates(input.closedOn, account.opened_on) < 0) throw invalid('premises.closedBeforeOpened', { date: account.opened_on })
  await ctx.db.$executeRaw`update accounts set closed_on = ${input.closedOn}::date
    where building_id = ${input.buildingId}::uuid and account_id = ${input.accountId}::uuid and closed_on is null`
  await record(ctx, { action: 'premises.closeAccount', buildingId: input.buildingId, premisesId: account.premises_id, subjectType: 'account', subjectId: input.accountId,
    ground: input.ground, after: { closedOn: input.closedOn } })
  return { accountId: input.accountId }
}
