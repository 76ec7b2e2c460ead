import 'server-only'
import { record } from '#server/audit/record.ts'
import { stopwatch } from '#server/infra/clock.ts'
import { asService, openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { conflict, invalid, notFound, type DomainError, type ErrorParams } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, periodOf } from '#server/kernel/period.ts'
import { adjustedOf, chargedOf, countsOf, disputedOf, gatheredOf, housesOfMonth, postedOf, verifiedBook } from './month/queries.ts'
import { foldCharged, foldGathered, leftOf, netOf, stepBudget, sumOf } from './month/rules.ts'
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

/** `houses`: closed by this step; `left` of `all` are still open. */
export type Closed = { readonly houses: number; readonly left: number; readonly all: number }
type Open = { readonly open: readonly MonthHouse[]; readonly all: number }

/**
 * Closes the books of the houses of an organisation through a month that is over, each with the sums and the head as they stand:
 * for a moment, one house at least, and the screen asks again until none is left. What broke off goes on where it was. Refused
 * while anything is unfinished, one refusal for each kind; a house whose book does not verify stays open, the others are closed
 * before that is said. Nobody opens a month again: what is corrected later is posted into a later month, and only money still
 * comes into this one.
 */
export async function closeMonth(request: RequestScope, input: CloseMonthInput): Promise<Closed> {
  const { open, all } = await openTransaction(request, ctx => housesToClose(ctx, input))
  const time = stopwatch()
  const stay: Record<'broken' | 'moved', MonthHouse[]> = { broken: [], moved: [] }
  let houses = 0
  for (const house of open) {
    if (houses > 0 && time() >= stepBudget) break
    const outcome = await closeHouse(request, input, house)
    if (outcome === 'closed') houses += 1
    else stay[outcome].push(house)
  }
  if (houses > 0) return { houses, left: open.length - houses, all }
  const [broken] = leftOf(open, [], stay.broken.map(house => house.buildingId))
  if (broken) throw refused(broken)
  throw conflict('month.moved', { count: stay.moved.length, names: stay.moved.slice(0, 3).map(house => house.name).join(', ') })
}

type Asked = CloseMonthInput & { readonly buildingId?: string }

/** Houses, or one of them, that the month is still to be closed for, where nothing but their books is left to ask. */
async function housesToClose(ctx: Context, { organisationId, period, ...one }: Asked): Promise<Open> {
  assertMayClose(ctx.actor, organisationId)
  if (period >= periodOf(ctx.today)) throw invalid('month.notOver')
  const houses = await housesOfMonth(ctx, { organisationId, ...one }, period)
  if (houses.length === 0) throw notFound('billing.organisationNotFound')
  const open = houses.filter(house => house.closedThrough === null || house.closedThrough < period)
  if (open.length === 0) throw conflict('month.closed', { period })
  const [first] = leftOf(open, await countsOf(ctx, { buildingIds: open.map(house => house.buildingId), period }), [])
  if (first) throw refused(first)
  return { open, all: houses.length }
}

const tries = 3

/** Who posts and who closes wait for each other, but nobody waits while the book is recomputed: what came into the months meanwhile has it recomputed again. */
async function closeHouse(request: RequestScope, input: CloseMonthInput, { buildingId }: MonthHouse): Promise<'closed' | 'broken' | 'moved'> {
  for (let time = 0; time < tries; time += 1) {
    const { broken, posted } = await verifiedBook(request, { buildingId, period: input.period })
    if (broken) return 'broken'
    if (await openTransaction(request, ctx => close(ctx, { ...input, buildingId }, posted))) return 'closed'
  }
  return 'moved'
}

async function close(ctx: Context, input: CloseMonthInput & { readonly buildingId: string }, verified: string): Promise<boolean> {
  const { organisationId, period, buildingId } = input
  assertMayClose(ctx.actor, organisationId)
  await ctx.db.$queryRaw`select pg_advisory_xact_lock(app.month_lock(b.building_id))::text from buildings b where b.building_id = ${buildingId}::uuid and b.building_id = any(auth.buildings('{billing.run}'))`
  const { open } = await housesToClose(ctx, input)
  const [months] = await asService(ctx, 'billing', inner => postedOf(inner, { buildingIds: [buildingId], period }))
  if (months?.posted !== verified) return false
  // One closing of the organisation, however many steps it takes.
  const [begun] = await ctx.db.$queryRaw<{ closingId: string }[]>`select m.closing_id::text as "closingId" from month_closings m where m.organisation_id = ${organisationId}::uuid and m.period = ${period} and m.building_id = any(auth.buildings('{billing.run}')) limit 1`
  const closingId = begun?.closingId ?? newId()
  await keep(ctx, { closingId, organisationId, period, open })
  await record(ctx, { action: 'billing.closeMonth', buildingId, subjectType: 'monthClosing', subjectId: closingId, ground: period, after: { organisationId } })
  return true
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
