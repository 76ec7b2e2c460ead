import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'

export type PaidInto = { purpose: 'CURRENT' | 'SAVINGS'; iban: string; bank: string }

/** Into which accounts of a Kazakh house the money goes (kazakhstan.md 4.1); whoever holds the number to pay by may know. */
export async function paidInto(ctx: Context, buildingId: string): Promise<PaidInto[]> {
  return asService(ctx, 'payments', inner => inner.db.$queryRaw<PaidInto[]>`
    select distinct on (b.purpose) b.purpose, b.iban, b.bank from house_bank_accounts b
     where b.building_id = ${buildingId}::uuid and b.confirmed_by is not null and b.valid_from <= ${ctx.today}::date order by b.purpose, b.valid_from desc, b.confirmed_at desc`)
}
