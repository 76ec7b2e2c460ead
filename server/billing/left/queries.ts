// Who is gone and is recalculated all the same: on the closed account, without a bill.
import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { LeftAccount } from '#server/billing/heat/facts.ts'
import type { HouseMonth, PremisesKind } from '#server/billing/schema.ts'

type Read = Pick<Context, 'db'>
export type LeftSum = { readonly accountNumber: string; readonly unitKind: PremisesKind; readonly unitNumber: string; readonly amount: bigint }

const rowsOf = (left: readonly LeftAccount[]): string => JSON.stringify(left.map(({ accountId, recalculated }) => ({ account_id: accountId, recalculated })))

export async function postLeft(ctx: Read, { buildingId, period, left }: HouseMonth & { readonly left: readonly LeftAccount[] }): Promise<void> {
  await ctx.db.$queryRaw`select app.post_left(${buildingId}::uuid, ${period}, ${rowsOf(left)}::jsonb)::text`
}

/** What a run would post, by account. */
export async function leftPlanned(ctx: Read, buildingId: string, left: readonly LeftAccount[]): Promise<LeftSum[]> {
  if (left.length === 0) return []
  return ctx.db.$queryRaw<LeftSum[]>`select a.number::text as "accountNumber", p.kind as "unitKind", p.number as "unitNumber", sum(m.net + m.vat)::bigint as amount
    from jsonb_to_recordset(${rowsOf(left)}::jsonb) as r(account_id uuid, recalculated jsonb) join accounts a on a.building_id = ${buildingId}::uuid and a.account_id = r.account_id
      join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id cross join lateral jsonb_to_recordset(r.recalculated) as m(net bigint, vat bigint)
    group by a.number, p.kind, p.number order by lpad(p.number, 20, '0'), a.number`
}

/** What the run of a month has posted. */
export async function leftPosted(ctx: Read, { buildingId, period }: HouseMonth): Promise<LeftSum[]> {
  return ctx.db.$queryRaw<LeftSum[]>`select a.number::text as "accountNumber", p.kind as "unitKind", p.number as "unitNumber", sum(e.amount)::bigint as amount
    from ledger_entries e join accounts a on a.building_id = e.building_id and a.account_id = e.account_id join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
    where e.building_id = ${buildingId}::uuid and e.period = ${period} and e.kind = 'RECALCULATION' and e.source_type = 'recalculation' and e.account_id is not null
    group by a.number, p.kind, p.number order by lpad(p.number, 20, '0'), a.number`
}
