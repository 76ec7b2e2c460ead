import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { priceOf } from '#server/kernel/quantity.ts'
import { assertMayKeepProgramme } from '#server/repairs/policy.ts'
import { houseMoney, indexOn } from '#server/repairs/queries.ts'
import { savingsContribution } from '#server/repairs/rules.ts'

type Read = Pick<Context, 'db'>
export type Purpose = 'CURRENT' | 'SAVINGS'
export type BankAccount = { purpose: Purpose; iban: string; bank: string }

/** The two accounts of a Kazakh house as they are today, each confirmed by a second person. */
export async function bankAccountsOf(ctx: Pick<Context, 'db' | 'today'>, buildingId: string): Promise<BankAccount[]> {
  return ctx.db.$queryRaw<BankAccount[]>`
    select distinct on (b.purpose) b.purpose, b.iban, b.bank from house_bank_accounts b
     where b.building_id = ${buildingId}::uuid and b.confirmed_by is not null and b.valid_from <= ${ctx.today}::date order by b.purpose, b.valid_from desc, b.confirmed_at desc`
}

export async function bankAccountOf(ctx: Read, { buildingId, bankAccountId }: { buildingId: string; bankAccountId: string }): Promise<{ purpose: Purpose; iban: string; confirmed: boolean } | null> {
  const rows = await ctx.db.$queryRaw<{ purpose: Purpose; iban: string; confirmed: boolean }[]>`
    select b.purpose, b.iban, b.confirmed_by is not null as confirmed from house_bank_accounts b where b.building_id = ${buildingId}::uuid and b.bank_account_id = ${bankAccountId}::uuid`
  return rows[0] ?? null
}

export type KeptAccount = BankAccount & { bankAccountId: string; validFrom: LocalDate; basis: string; confirmed: boolean; mine: boolean }

/** All of them with their history, for those who keep the house's money. */
export async function keptAccounts(ctx: Context, buildingId: string): Promise<{ houseName: string; accounts: KeptAccount[] }> {
  const house = await houseMoney(ctx, buildingId)
  assertMayKeepProgramme(ctx.actor, house.mayKeep)
  const accounts = await ctx.db.$queryRaw<KeptAccount[]>`
    select b.bank_account_id as "bankAccountId", b.purpose, b.iban, b.bank, to_char(b.valid_from, 'YYYY-MM-DD') as "validFrom", b.basis, b.confirmed_by is not null as confirmed,
      b.registered_by = ${ctx.actor.personId}::uuid as mine
    from house_bank_accounts b where b.building_id = ${buildingId}::uuid order by b.purpose, b.valid_from desc, b.registered_at desc`
  return { houseName: house.name, accounts }
}

type Unit = { premisesId: string; accountId: string; unitKind: string; unitNumber: string; areaM2: string; accountNumber: string }
export type CurrentShare = Omit<Unit, 'accountId'> & { monthly: bigint; perM2: string; basis: string; owed: bigint }

/** The current contribution of own premises: so much per m² by the meeting, and what of it is still to be paid. */
export async function currentShares(ctx: Context, buildingId: string, units: readonly Unit[]): Promise<CurrentShare[]> {
  const shares: CurrentShare[] = []
  for (const { accountId, ...unit } of units) {
    const rate = await rateOf(ctx, buildingId, unit.unitKind)
    if (!rate) continue
    // As it stands today and no history: whole also for whoever may not see the payments.
    const owed = await asService(ctx, 'payments', inner => inner.db.$queryRaw<{ owed: bigint }[]>`
      select coalesce((h.balances ->> 'CURRENT')::bigint, 0) as owed from account_heads h where h.building_id = ${buildingId}::uuid and h.account_id = ${accountId}::uuid`)
    shares.push({ ...unit, ...(await monthlyOf(ctx, unit.areaM2, rate)), basis: rate.basis, owed: owed[0]?.owed ?? 0n })
  }
  return shares
}

type Rate = { perM2: string | null; indexCode: string | null; multiple: string | null; basis: string }

async function rateOf(ctx: Context, buildingId: string, kind: string): Promise<Rate | null> {
  const rows = await ctx.db.$queryRaw<Rate[]>`
    select trim_scale(c.per_m2)::text as "perM2", c.index_code as "indexCode", trim_scale(c.index_multiple)::text as multiple, c.basis from contribution_rates c
     where c.building_id = ${buildingId}::uuid and c.fund = 'CURRENT' and c.premises_kind = ${kind} and c.valid_from <= ${ctx.today}::date and (c.valid_to is null or c.valid_to >= ${ctx.today}::date)`
  return rows[0] ?? null
}

async function monthlyOf(ctx: Context, areaM2: string, { perM2, indexCode, multiple }: Rate): Promise<{ monthly: bigint; perM2: string }> {
  if (perM2 !== null) return { monthly: priceOf(areaM2, perM2), perM2 }
  const index = await indexOn(ctx, { country: 'KZ', code: indexCode ?? '', on: ctx.today })
  const made = savingsContribution(areaM2, index?.value ?? '0', multiple ?? '0')
  return { monthly: made.amount, perM2: made.perM2 }
}
