import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { lastDay, periodOf, type Period } from '#server/kernel/period.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import type { HouseLine, HousePosting } from '#server/ledger/schema.ts'
import { worldId, type World, type WorldHouse } from '#prisma/seed/demo/world.ts'

type Received = { period: Period; ledger: string; fund: HouseLine['fund']; amount: bigint }

/** Of what a month brings for the upkeep of the house, so many percent go out again: cleaning, lift, lamps, wages. */
const upkeepPercent = [78n, 84n, 81n, 88n, 76n, 92n, 85n, 80n, 83n, 79n, 90n, 82n]

/** Money of past months comes from the providers into the bank; utilities go on to their suppliers, upkeep is spent. Doing it again changes nothing. */
export async function seedSpending(world: World): Promise<void> {
  for (const house of world.houses) await serviceTransaction('seed', ctx => spendFor(ctx, house))
}

async function spendFor(ctx: Context, house: WorldHouse): Promise<void> {
  const received = await ctx.db.$queryRaw<Received[]>`
    select e.period::text as period, e.ledger, e.fund, sum(e.amount)::bigint as amount from ledger_entries e
    where e.building_id = ${house.buildingId}::uuid and e.ledger like 'CLEARING:%' and e.kind = 'PAYMENT' and e.period < ${periodOf(ctx.today)}
    group by 1, 2, 3 having sum(e.amount) > 0 order by 1, 2, 3`
  const periods = [...new Set(received.map(row => row.period))]
  for (const [index, period] of periods.entries()) {
    const month = received.filter(row => row.period === period)
    await post(ctx, house, { period, kind: 'TRANSFER', sourceType: 'bankStatement',
      lines: month.flatMap(({ ledger, fund, amount }) => [{ ledger: 'BANK', fund, amount }, { ledger, fund, amount: -amount }]) })
    const utilities = sumOf(month, 'UTILITIES')
    const upkeep = wholeOf((sumOf(month, 'CURRENT') * (upkeepPercent[index % upkeepPercent.length] ?? 80n)) / 100n)
    await post(ctx, house, { period, kind: 'SPENDING', sourceType: 'suppliers', lines: spent('UTILITIES', utilities) })
    await post(ctx, house, { period, kind: 'SPENDING', sourceType: 'upkeep', lines: spent('CURRENT', upkeep) })
  }
}

function sumOf(month: readonly Received[], fund: string): bigint {
  return month.filter(row => row.fund === fund).reduce((sum, row) => sum + row.amount, 0n)
}

function wholeOf(amount: bigint): bigint {
  return amount - (amount % 100n)
}

function spent(fund: HouseLine['fund'], amount: bigint): HouseLine[] {
  return amount === 0n ? [] : [{ ledger: 'EXPENSE', fund, amount }, { ledger: 'BANK', fund, amount: -amount }]
}

type Posted = Pick<HousePosting, 'period' | 'kind' | 'sourceType' | 'lines'>

async function post(ctx: Context, house: WorldHouse, posted: Posted): Promise<void> {
  const transactionId = worldId('spending', house.key, posted.period, posted.sourceType)
  const found = await ctx.db.$queryRaw<unknown[]>`select 1 from ledger_entries
    where building_id = ${house.buildingId}::uuid and period = ${posted.period} and transaction_id = ${transactionId}::uuid limit 1`
  if (found.length > 0 || posted.lines.length === 0) return
  await postForHouse(ctx, { buildingId: house.buildingId, transactionId, valueDate: lastDay(posted.period), sourceId: posted.period, ...posted })
}
