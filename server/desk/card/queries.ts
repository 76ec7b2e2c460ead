import 'server-only'
import { maskPhone } from '#server/kernel/jurisdiction.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Currency } from '#server/kernel/money.ts'
import type { DeskCard, OpenCardInput } from '#server/desk/schema.ts'
import type { Context } from '#server/infra/context.ts'
import { owedOf } from '#server/ledger/rules.ts'
import { listOfPremises } from '#server/meters/queries.ts'
import { inFlightOf, paymentsOf } from '#server/payments/queries.ts'

type Place = { buildingId: string; premisesId: string }
type HomeRow = { house: string; unit: string; kind: string; area: string; country: Country; persons: number | null; owners: { name: string; phone: string | null; share: string }[] }
type AccountRow = { account_id: string; number: string; balances: Record<string, number | string> | null; last_bill: string | null; last_total: bigint | null; due_on: string | null; disputed: bigint }

/** Everything a clerk needs while the caller speaks; null when row-level security shows no such home. */
export async function cardOf(ctx: Context, place: Place): Promise<DeskCard | null> {
  const home = await homeOf(ctx, place)
  if (!home) return null
  const currency: Currency = home.country === 'UZ' ? 'UZS' : 'KZT'
  const [accounts, meters, requests] = [await accountsOf(ctx, place), await listOfPremises(ctx, place.premisesId), await requestsOf(ctx, place)]
  return {
    ...place, house: home.house, unit: home.unit, kind: home.kind, areaM2: home.area, country: home.country, currency, persons: home.persons,
    owners: home.owners.map(owner => ({ name: owner.name, share: owner.share, phone: owner.phone === null ? null : maskPhone(owner.phone) })),
    accounts, requests,
    meters: meters.map(meter => ({ meterId: meter.meterId, service: meter.service, serial: meter.serial, unit: meter.unit, registers: meter.registers,
      digits: meter.digits, decimals: meter.decimals, lastValues: meter.last?.values.map(String) ?? [], lastOn: meter.last?.takenOn ?? null, verifiedUntil: meter.verifiedUntil ?? null })),
  }
}

async function homeOf(ctx: Context, place: Place): Promise<HomeRow | null> {
  const rows = await ctx.db.$queryRaw<HomeRow[]>`
    select b.name as house, p.number as unit, p.kind, p.area_m2::text as area, b.country::text as country,
      (select r.persons from registered_persons r where r.building_id = p.building_id and r.premises_id = p.premises_id
        and r.valid_from <= app.today() order by r.valid_from desc limit 1) as persons,
      coalesce((select jsonb_agg(jsonb_build_object('name', o.full_name, 'phone', o.phone,
          'share', s.share_numerator || '/' || s.share_denominator) order by o.full_name)
        from ownerships s join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
        where s.building_id = p.building_id and s.premises_id = p.premises_id and s.valid_from <= app.today()
          and (s.valid_to is null or s.valid_to >= app.today())), '[]'::jsonb) as owners
    from premises p join buildings b on b.building_id = p.building_id
    where p.building_id = ${place.buildingId}::uuid and p.premises_id = ${place.premisesId}::uuid`
  return rows[0] ?? null
}

async function accountsOf(ctx: Context, place: Place): Promise<DeskCard['accounts']> {
  const rows = await ctx.db.$queryRaw<AccountRow[]>`
    select a.account_id::text, a.number, h.balances, l.period::text as last_bill, l.total as last_total, to_char(l.due_on, 'YYYY-MM-DD') as due_on,
      app.disputed_sum(a.building_id, a.account_id) as disputed
    from accounts a left join account_heads h on h.building_id = a.building_id and h.account_id = a.account_id
      left join lateral (select b.period, b.total, b.due_on from current_bills b where b.building_id = a.building_id and b.account_id = a.account_id
        order by b.period desc limit 1) l on true
    where a.building_id = ${place.buildingId}::uuid and a.premises_id = ${place.premisesId}::uuid and a.closed_on is null order by a.number`
  const accounts: DeskCard['accounts'] = []
  for (const row of rows) accounts.push(await accountOf(ctx, place, row))
  return accounts
}

async function accountOf(ctx: Context, place: Place, row: AccountRow): Promise<DeskCard['accounts'][number]> {
  const account = { buildingId: place.buildingId, accountId: row.account_id }
  const { amount: underWay } = await inFlightOf(ctx, account)
  const last = (await paymentsOf(ctx, account, 5)).find(payment => payment.cancelledAt === null)
  const funds = Object.entries(row.balances ?? {}).map(([fund, amount]) => ({ fund, amount: BigInt(amount) }))
  const { balance } = owedOf(funds)
  return {
    accountId: row.account_id, number: row.number, funds, underWay, disputed: row.disputed, owed: balance > 0n ? (balance > underWay ? balance - underWay : 0n) : balance,
    lastBill: row.last_bill === null ? null : { period: row.last_bill, total: row.last_total ?? 0n, dueOn: row.due_on ?? '' },
    lastPayment: last ? { amount: last.amount, acceptedAt: last.acceptedAt, posted: last.postedAt !== null } : null,
  }
}

/** The same clerk looked at the same home for the same caller a moment ago: the card is drawn again after an act, not opened anew. */
export async function wasJustOpened(ctx: Context, { buildingId, premisesId, reason, callerName }: OpenCardInput): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<{ found: boolean }[]>`
    select exists (select 1 from audit_entries where building_id = ${buildingId}::uuid and subject_type = 'premises' and subject_id = ${premisesId} and action = 'desk.cardOpened'
      and person_id = ${ctx.actor.personId}::uuid and ground = ${reason} and after ->> 'callerName' = ${callerName ?? ''} and at > app.now() - interval '10 minutes') as found`
  return rows[0]?.found ?? false
}

async function requestsOf(ctx: Context, place: Place): Promise<DeskCard['requests']> {
  return ctx.db.$queryRaw<DeskCard['requests']>`
    select q.request_id::text as "requestId", q.number, q.category, q.state, to_char(q.due_on, 'YYYY-MM-DD') as "dueOn",
      q.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED') as open
    from request_details d join requests q on q.building_id = d.building_id and q.request_id = d.request_id
    where d.building_id = ${place.buildingId}::uuid and d.premises_id = ${place.premisesId}::uuid
    order by open desc, q.received_at desc limit 10`
}
