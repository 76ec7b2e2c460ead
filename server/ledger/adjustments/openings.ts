import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import type { Currency } from '#server/kernel/money.ts'
import { assertMaySeeOpenings, type OpeningReach } from '#server/ledger/policy.ts'

export type OpeningAccount = { number: string; unitKind: string; unitNumber: string; /** What was brought over; null: nothing yet. */ opened: bigint | null; openedOn: string | null }
export type HouseOpenings = {
  buildingId: string; house: string; currency: Currency; mayMigrate: boolean; mayRequest: boolean
  /** The last one; balances are taken only from its first to its last day. */
  window: { opensOn: string; closesOn: string; basis: string; open: boolean } | null
  accounts: OpeningAccount[]
}
type House = OpeningReach & Pick<HouseOpenings, 'house' | 'currency'>

/** What was brought over from the keeper before us: the window, and each open account with its balance, or without one yet. */
export async function houseOpenings(ctx: Context, { buildingId }: { buildingId: string }): Promise<HouseOpenings> {
  const houses = await ctx.db.$queryRaw<House[]>`select b.name as house, case b.country when 'UZ' then 'UZS' else 'KZT' end as currency, auth.reaches('{ledger.migrate}', b.building_id) as "mayMigrate",
      auth.reaches('{adjustment.request}', b.building_id) as "mayRequest" from buildings b where b.building_id = ${buildingId}::uuid`
  const house = assertMaySeeOpenings(houses[0] ?? null)
  return asService(ctx, 'billing', async inner => {
    const windows = await inner.db.$queryRaw<NonNullable<HouseOpenings['window']>[]>`select w.opens_on::text as "opensOn", w.closes_on::text as "closesOn", w.basis, app.today() between w.opens_on and w.closes_on as open
      from migration_windows w where w.building_id = ${buildingId}::uuid order by w.closes_on desc, w.opened_at desc limit 1`
    const accounts = await inner.db.$queryRaw<OpeningAccount[]>`
      select a.number::text as number, p.kind as "unitKind", p.number as "unitNumber", e.amount as opened, e.day as "openedOn"
      from accounts a join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
      left join lateral (select sum(x.amount)::bigint as amount, min(x.value_date)::text as day from ledger_entries x where x.building_id = a.building_id and x.account_key = a.account_id and x.account_id is not null and x.kind = 'OPENING' having count(*) > 0) e on true
      where a.building_id = ${buildingId}::uuid and (a.closed_on is null or e.amount is not null) order by p.kind, length(p.number), p.number, a.number`
    return { buildingId, house: house.house, currency: house.currency, mayMigrate: house.mayMigrate, mayRequest: house.mayRequest, window: windows[0] ?? null, accounts }
  })
}
