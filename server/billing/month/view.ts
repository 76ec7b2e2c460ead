import 'server-only'
import { stopwatch } from '#server/infra/clock.ts'
import { openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Currency } from '#server/kernel/money.ts'
import { periodOf } from '#server/kernel/period.ts'
import { assertMayClose, organisationOf } from '#server/billing/policy.ts'
import { adjustedOf, barsOf, chargedOf, closingsOf, countsOf, disputedOf, gatheredOf, housesOfMonth, saldoOf, sealsOfMonth, verifiedBook, type Saldo, type SealState } from './queries.ts'
import { foldCharged, foldGathered, leftOf, netOf, stepBudget, sumOf } from './rules.ts'
import type { ChargedSum, Closing, CheckBooksInput, CountedSum, GatheredSum, Left, MonthBar, MonthHouse, MonthInput } from './schema.ts'

export type MonthView = {
  organisationId: string; organisation: string; organisations: { organisationId: string; name: string }[]; currency: Currency; period: string
  /** The month is over: it may be closed. */
  over: boolean
  houses: MonthHouse[]; charged: ChargedSum[]; gathered: GatheredSum[]; disputed: CountedSum; adjusted: CountedSum; bars: MonthBar[]; seals: SealState; /** Before the month and at its end. */ saldo: Saldo; left: Left[]
  /** Of the houses closed for this very month; null: none is. */
  closing: Closing | null
  /** Houses whose books are closed through this month or a later one. */
  closed: number
  /** Money with a day of this month that came after it was closed. */
  later: bigint
}

type Row = { organisationId: string; name: string }

/** An accountant's month of one organisation on one screen. Whether every book verifies is asked apart: it recomputes all of them. */
export async function monthView(ctx: Context, input: MonthInput): Promise<MonthView> {
  const organisationId = organisationOf(ctx.actor, input.organisationId)
  const { period } = input
  const organisations = await organisationsOf(ctx)
  const houses = await housesOfMonth(ctx, { organisationId }, period)
  const wanted = { buildingIds: houses.map(house => house.buildingId), period }
  const [charged, gathered] = [foldCharged(await chargedOf(ctx, wanted)), foldGathered(await gatheredOf(ctx, wanted))]
  const closings = await closingsOf(ctx, wanted)
  const closed = houses.filter(house => house.closedThrough !== null && house.closedThrough >= period)
  const open = houses.filter(house => !closed.includes(house))
  const counts = await countsOf(ctx, { ...wanted, buildingIds: open.map(house => house.buildingId) })
  return {
    organisationId, organisation: organisations.find(each => each.organisationId === organisationId)?.name ?? '', organisations, currency: houses[0]?.currency ?? 'UZS', period,
    over: period < periodOf(ctx.today), houses, charged, gathered, disputed: totalOf(await disputedOf(ctx, wanted)), adjusted: totalOf(await adjustedOf(ctx, wanted)),
    bars: await barsOf(ctx, wanted), seals: await sealsOfMonth(ctx, wanted), saldo: await saldoOf(ctx, wanted), left: leftOf(open, counts, []), closing: foldClosings(closings), closed: closed.length,
    // Where only some houses are closed for this month, nothing can be said of all of them.
    later: closings.length > 0 && closings.length === houses.length ? netOf(gathered) - closings.reduce((sum, each) => sum + each.gatheredTotal, 0n) : 0n,
  }
}

async function organisationsOf(ctx: Context): Promise<Row[]> {
  const mine = ctx.actor.grants.filter(grant => grant.scopeType === 'ORGANISATION' && grant.rights.includes('billing.run')).map(grant => grant.scopeId)
  return ctx.db.$queryRaw<Row[]>`select organisation_id::text as "organisationId", name from organisations where organisation_id = any(${mine}::text[]::uuid[]) order by name`
}

const totalOf = (rows: readonly CountedSum[]): CountedSum => ({ count: rows.reduce((sum, each) => sum + each.count, 0), amount: sumOf(rows) })

function foldClosings(rows: readonly Omit<Closing, 'houses'>[]): Closing | null {
  const [first] = rows
  if (!first) return null
  const sum = (of: (row: Omit<Closing, 'houses'>) => bigint) => rows.reduce((all, row) => all + of(row), 0n)
  return {
    ...first, houses: rows.length, charged: foldCharged(rows.flatMap(row => row.charged)), gathered: foldGathered(rows.flatMap(row => row.gathered)), chargedTotal: sum(row => row.chargedTotal),
    gatheredTotal: sum(row => row.gatheredTotal), disputed: sum(row => row.disputed), adjusted: sum(row => row.adjusted), headLinks: sum(row => row.headLinks),
  }
}

export type Checked = { readonly houses: number; readonly done: number; readonly broken: readonly { readonly buildingId: string; readonly name: string }[] }

/** Recomputes books of the organisation's houses for a moment, one at least, and names those that do not verify; the screen asks for the rest. */
export async function checkBooks(request: RequestScope, { organisationId, period, from = 0 }: CheckBooksInput): Promise<Checked> {
  const houses = await openTransaction(request, async ctx => {
    assertMayClose(ctx.actor, organisationId)
    return housesOfMonth(ctx, { organisationId }, period)
  })
  if (houses.length === 0) throw notFound('billing.organisationNotFound')
  const time = stopwatch()
  const broken: { buildingId: string; name: string }[] = []
  let done = from
  for (const { buildingId, name } of houses.slice(from)) {
    if (done > from && time() >= stepBudget) break
    if ((await verifiedBook(request, { buildingId, period })).broken) broken.push({ buildingId, name })
    done += 1
  }
  return { houses: houses.length, done, broken }
}
