import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { BankAccountInput } from './schema.ts'

type Read = Pick<Context, 'db'>
export type AccountFund = 'CURRENT' | 'SAVINGS'
export type BankAccount = { buildingId: string; bankAccountId: string; number: string; bankName: string; fund: AccountFund; validFrom: LocalDate; basis: string; confirmed: boolean }
export type BankAccountRow = BankAccount & { houseName: string; currency: Currency; mine: boolean }

/** The register of accounts in the houses whose money this session keeps, with their history. */
export async function bankAccountsOf(ctx: Context): Promise<BankAccountRow[]> {
  return ctx.db.$queryRaw<BankAccountRow[]>`select a.building_id as "buildingId", a.bank_account_id as "bankAccountId", b.name as "houseName", a.number, a.bank_name as "bankName", a.fund, a.currency::text as currency,
      to_char(a.valid_from, 'YYYY-MM-DD') as "validFrom", a.basis, a.confirmed_by is not null as confirmed, a.registered_by = ${ctx.actor.personId}::uuid as mine
    from bank_accounts a join buildings b using (building_id) where a.building_id = any((select auth.buildings('{billing.run}'))::uuid[]) and a.withdrawn_by is null
    order by a.confirmed_by is not null, b.name, a.fund, a.valid_from desc, a.number limit 500`
}

export async function bankAccountById(ctx: Read, { buildingId, bankAccountId }: { buildingId: string; bankAccountId: string }): Promise<BankAccount | null> {
  return (await accounts(ctx, buildingId)).find(each => each.bankAccountId === bankAccountId) ?? null
}

/** The row that stands in the way of this one: the same account from the same day. */
export async function findBankAccount(ctx: Read, { buildingId, number, validFrom }: Pick<BankAccountInput, 'buildingId' | 'number' | 'validFrom'>): Promise<BankAccount | null> {
  return (await accounts(ctx, buildingId)).find(each => each.number === number && each.validFrom === validFrom) ?? null
}

async function accounts(ctx: Read, buildingId: string): Promise<BankAccount[]> {
  return ctx.db.$queryRaw<BankAccount[]>`select building_id as "buildingId", bank_account_id as "bankAccountId", number, bank_name as "bankName", fund, to_char(valid_from, 'YYYY-MM-DD') as "validFrom", basis,
      confirmed_by is not null as confirmed from bank_accounts where building_id = ${buildingId}::uuid and withdrawn_by is null`
}

/** Another purpose of this house, or a house where people are told to pay into it: which one is nobody's business. One at a time. */
export async function servesElsewhere(ctx: Context, { buildingId, number, fund }: { buildingId: string; number: string; fund: AccountFund }): Promise<boolean> {
  return asService(ctx, 'payments', async inner => {
    await holdAccount(inner, number)
    const rows = await inner.db.$queryRaw<unknown[]>`select from bank_accounts b where b.number = ${number} and b.withdrawn_by is null
      and (b.building_id = ${buildingId}::uuid and b.fund <> ${fund} or b.building_id <> ${buildingId}::uuid and b.confirmed_by is not null) limit 1`
    return rows.length > 0
  })
}

/** Whoever enters, confirms, withdraws or reads a statement of this account comes one at a time. */
export async function holdAccount(ctx: Read, number: string): Promise<void> {
  await ctx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended('bank account ' || ${number}, 21))`
}

/** The row whose statements these are; one that was withdrawn is none, and is said to be. */
export async function accountOfStatement(ctx: Read, { buildingId, number }: { buildingId: string; number: string }): Promise<{ id: string | null; withdrawn: boolean }> {
  await holdAccount(ctx, number)
  const rows = await ctx.db.$queryRaw<{ id: string; withdrawn: boolean }[]>`select bank_account_id as id, withdrawn_by is not null as withdrawn from bank_accounts
    where building_id = ${buildingId}::uuid and number = ${number} order by withdrawn_by is not null, valid_from desc limit 1`
  const found = rows[0]
  return found?.withdrawn === false ? found : { id: null, withdrawn: found !== undefined }
}

/** The account of a statement is entered and not confirmed by another person yet: whoever decides about the file is told. */
export async function isUnconfirmed(ctx: Read, { buildingId, bankAccountId }: { buildingId: string; bankAccountId: string | null }): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<unknown[]>`select from bank_accounts where building_id = ${buildingId}::uuid and bank_account_id = ${bankAccountId}::uuid and confirmed_by is null`
  return rows.length > 0
}

/** A statement that was read and is not decided, or is being posted, stands on the account. */
export async function accountIsUsed(ctx: Context, { buildingId, bankAccountId }: { buildingId: string; bankAccountId: string }): Promise<boolean> {
  const rows = await asService(ctx, 'payments', inner => inner.db.$queryRaw<unknown[]>`select from statements where building_id = ${buildingId}::uuid and bank_account_id = ${bankAccountId}::uuid and state in ('READ', 'POSTING') limit 1`)
  return rows.length > 0
}

export type PaidInto = { fund: AccountFund; number: string; bank: string }

/** Into which accounts of the house the money goes (kazakhstan.md 4.1), each confirmed by a second person; whoever holds a number to pay by may know. */
export async function paidInto(ctx: Context, buildingId: string): Promise<PaidInto[]> {
  return asService(ctx, 'payments', inner => inner.db.$queryRaw<PaidInto[]>`
    select distinct on (b.fund) b.fund, b.number, b.bank_name as bank from bank_accounts b
     where b.building_id = ${buildingId}::uuid and b.confirmed_by is not null and b.valid_from <= ${ctx.today}::date order by b.fund, b.valid_from desc, b.confirmed_at desc`)
}
