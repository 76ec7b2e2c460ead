import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict } from '#server/kernel/errors.ts'
import { accountOpened } from './events.ts'
import { assertMayKeepRegister } from './policy.ts'
import { findPremises, houseReach } from './queries.ts'
import type { OpenAccountInput } from './schema.ts'

/** A personal account with a number of its own, which nobody else ever had or will have. The same again, also when it has been closed since, is the same account. */
export async function openAccount(ctx: Context, input: OpenAccountInput): Promise<{ accountId: string; number: string }> {
  const house = await houseReach(ctx, input.buildingId)
  await findPremises(ctx, input, house.mayKeep)
  assertMayKeepRegister(ctx.actor, house.mayKeep)
  const there = await ctx.db.$queryRaw<{ accountId: string; number: string; same: boolean }[]>`select account_id as "accountId", number,
      (premises_id, opened_on, payer_kind) = (${input.premisesId}::uuid, ${input.openedOn}::date, ${input.payerKind}) as same from accounts
    where building_id = ${input.buildingId}::uuid and (account_id = ${input.accountId}::uuid or premises_id = ${input.premisesId}::uuid and closed_on is null)`
  const known = there.find(each => each.accountId === input.accountId)
  if (known?.same) return { accountId: known.accountId, number: known.number }
  const open = there.find(each => each !== known)
  if (open) throw conflict('premises.accountOpenAlready', { number: open.number })
  if (known) throw conflict('premises.accountKnown', { number: known.number })
  const numbers = await ctx.db.$queryRaw<{ number: string }[]>`select app.next_account_number(${house.country}) as number`
  const number = numbers[0]?.number ?? ''
  await ctx.db.$executeRaw`insert into account_numbers (number, building_id, account_id, premises_id)
    values (${number}, ${input.buildingId}::uuid, ${input.accountId}::uuid, ${input.premisesId}::uuid)`
  await ctx.db.$executeRaw`insert into accounts (building_id, account_id, premises_id, number, payer_kind, opened_on)
    values (${input.buildingId}::uuid, ${input.accountId}::uuid, ${input.premisesId}::uuid, ${number}, ${input.payerKind}, ${input.openedOn}::date)`
  await record(ctx, { action: 'premises.openAccount', buildingId: input.buildingId, premisesId: input.premisesId, subjectType: 'account', subjectId: input.accountId,
    after: { number, openedOn: input.openedOn, payerKind: input.payerKind } })
  await emit(ctx, { name: accountOpened, buildingId: input.buildingId, payload: { premisesId: input.premisesId, accountId: input.accountId, number } })
  return { accountId: input.accountId, number }
}
