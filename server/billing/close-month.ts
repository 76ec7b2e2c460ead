import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { conflict, invalid, notFound, type DomainError, type ErrorParams } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, periodOf } from '#server/kernel/period.ts'
import { adjustedOf, chargedOf, countsOf, disputedOf, gatheredOf, housesOfMonth, postedOf, verifiedBooks } from './month/queries.ts'
import { foldCharged, foldGathered, leftOf, netOf, sumOf } from './month/rules.ts'
import type { CloseMonthInput, Left, MonthHouse } from './month/schema.ts'
import { assertMayClose } from './policy.ts'

const refusals: Record<Left['kind'], (params: ErrorParams) => DomainError> = {
  earlier: params => conflict('month.earlierLeft', params),
  runs: params => conflict('month.runsLeft', params),
  statements: params => conflict('month.statementsLeft', params),
  lines: params => conflict('month.linesLeft', params),
  differences: params => conflict('month.differencesLeft', params),
  ledger: params => conflict('month.ledgerBroken', params),
}

/**
 * Closes the books of every house of an organisation through a month that is over, with the sums and the heads as they stand.
 * Refused while anything is unfinished, one refusal for each kind. Nobody opens a month again: what is corrected later is posted
 * into a later month, and only money still comes into this one. Who posts and who closes wait for each other, but nobody waits
 * while the books are recomputed: that is done before, and then nothing may have come into these months.
 */
export async function closeMonth(request: RequestScope, input: CloseMonthInput): Promise<{ houses: number }> {
  const asked = await openTransaction(request, ctx => housesToClose(ctx, input))
  const books = await verifiedBooks(request, { buildingIds: asked.map(house => house.buildingId), period: input.period })
  const [broken] = leftOf(asked, [], books.filter(book => book.broken).map(book => book.buildingId))
  if (broken) throw refused(broken)
  return openTransaction(request, ctx => close(ctx, input, new Map(books.map(book => [book.buildingId, book.posted]))))
}

/** Houses that the month is still to be closed for, where nothing but their books is left to ask. */
async function housesToClose(ctx: Context, { organisationId, period }: CloseMonthInput): Promise<MonthHouse[]> {
  assertMayClose(ctx.actor, organisationId)
  if (period >= periodOf(ctx.today)) throw invalid('month.notOver')
  const houses = await housesOfMonth(ctx, organisationId, period)
  if (houses.length === 0) throw notFound('billing.organisationNotFound')
  const open = houses.filter(house => house.closedThrough === null || house.closedThrough < period)
  if (open.length === 0) throw conflict('month.closed', { period })
  const [first] = leftOf(open, await countsOf(ctx, { buildingIds: open.map(house => house.buildingId), period }), [])
  if (first) throw refused(first)
  return open
}

async function close(ctx: Context, input: CloseMonthInput, verified: ReadonlyMap<string, string>): Promise<{ houses: number }> {
  const { organisationId, period } = input
  assertMayClose(ctx.actor, organisationId)
  await ctx.db.$queryRaw`select pg_advisory_xact_lock(app.month_lock(x.building_id))::text from (select k.building_id from building_managements k
    where k.organisation_id = ${organisationId}::uuid and k.building_id = any(auth.buildings('{billing.run}')) order by k.building_id) x`
  const open = await housesToClose(ctx, input)
  const buildingIds = open.map(house => house.buildingId)
  const moved = (await asService(ctx, 'billing', inner => postedOf(inner, { buildingIds, period }))).filter(each => verified.get(each.buildingId) !== each.posted).map(each => each.buildingId)
  if (moved.length > 0) throw conflict('month.moved', { count: moved.length, names: open.filter(house => moved.includes(house.buildingId)).slice(0, 3).map(house => house.name).join(', ') })
  const closingId = newId()
  await keep(ctx, { closingId, organisationId, period, open })
  for (const buildingId of buildingIds) await record(ctx, { action: 'billing.closeMonth', buildingId, subjectType: 'monthClosing', subjectId: closingId, ground: period, after: { organisationId } })
  return { houses: open.length }
}

function refused({ kind, count, names, period }: Left): DomainError {
  return refusals[kind]({ count, names: names.join(', '), ...(period && { period }) })
}

type Kept = { closingId: string; organisationId: string; period: string; open: readonly MonthHouse[] }

async function keep(ctx: Context, { closingId, organisationId, period, open }: Kept): Promise<void> {
  const wanted = { buildingIds: open.map(house => house.buildingId), period }
  const [charged, gathered, disputed, adjusted] = [await chargedOf(ctx, wanted), await gatheredOf(ctx, wanted), await disputedOf(ctx, wanted), await adjustedOf(ctx, wanted)]
  const rows = open.map(({ buildingId, currency }) => {
    const own = <Item extends { buildingId: string }>(items: readonly Item[]) => items.filter(item => item.buildingId === buildingId)
    const [sums, ways] = [foldCharged(own(charged)), foldGathered(own(gathered))]
    return { buildingId, currency, charged: sums, gathered: ways, chargedTotal: sumOf(sums), gatheredTotal: netOf(ways), disputed: sumOf(own(disputed)), adjusted: sumOf(own(adjusted)) }
  })
  const list = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  const over = addDays(ctx.today, -1)
  await ctx.db.$executeRaw`insert into month_closings (building_id, period, closing_id, organisation_id, currency, charged, gathered, charged_total, gathered_total, disputed, adjusted,
      head_day, head_links, head_total, head_hash, closed_by)
    select x."buildingId", ${period}, ${closingId}::uuid, ${organisationId}::uuid, x.currency, x.charged, x.gathered, x."chargedTotal", x."gatheredTotal", x.disputed, x.adjusted,
      case when h.hash is not null then ${over}::date end, h.links, h.total, h.hash, ${ctx.actor.personId}::uuid
      from jsonb_to_recordset(${list}::jsonb) as x("buildingId" uuid, currency text, charged jsonb, gathered jsonb, "chargedTotal" bigint, "gatheredTotal" bigint, disputed bigint, adjusted bigint)
      left join lateral app.ledger_day_heads(x."buildingId", ${over}::date) h on true`
}
