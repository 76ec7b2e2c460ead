import { beforeAll, expect, it } from 'vitest'
import { seedBilling } from '#prisma/seed/demo/billing.ts'
import { seedClosing } from '#prisma/seed/demo/closing.ts'
import { seedMeters } from '#prisma/seed/demo/meters.ts'
import { seedRegistry } from '#prisma/seed/demo/registry.ts'
import { world } from '#prisma/seed/demo/world.ts'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, Finding, PricePlan } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asManager } from '#test/support/actors.ts'
import { billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await billingDatabase()
  await seedRegistry(world)
  await seedMeters(world)
  await seedBilling(world)
})

it('bills twelve months of every demonstration house without a finding, each line exact', async () => {
  const runs = await db.sql<{ building_id: string; period: string; findings: Finding[]; prices: PricePlan }>('select building_id, period, findings, prices from billing_runs order by 1, 2')
  expect(runs).toHaveLength(world.houses.length * 12)
  expect(runs.flatMap(run => run.findings)).toEqual([])
  const bills = await db.sql<{ lines: BillLine[]; prices: PricePlan }>('select b.lines::json as lines, r.prices from bills b join billing_runs r using (building_id, period)')
  expect(bills.every(bill => allExact(bill.lines, bill.prices))).toBe(true)
  expect(await serviceTransaction('billing', ctx => verifyLedger(ctx))).toEqual([])
})

it('says plainly which tariffs are the demonstration’s, and uses published ones where they are valid', async () => {
  const runs = await db.sql<{ prices: PricePlan }>(`select prices from billing_runs where building_id = $1 order by period`, [world.house('abay12').buildingId])
  const first = runs[0]?.prices.items ?? []
  expect(first.find(item => item.service === 'COLD_WATER')).toMatchObject({ demonstration: false, prices: ['73.92'] })
  expect(first.find(item => item.service === 'HEAT')).toMatchObject({ demonstration: false, prices: ['7364.88'], of: 'SHARE' })
  const last = runs.at(-1)?.prices.items ?? []
  expect(last.find(item => item.service === 'COLD_WATER')).toMatchObject({ demonstration: true })
  expect(last.find(item => item.service === 'SAVINGS')?.index).toMatchObject({ value: '4325' })
})

it('pays a month before the next is billed: who pays in time has nothing from before', async () => {
  const unit = world.premises('abay12', '25')
  const bills = await db.sql<{ opening: string }>('select opening_balance::text as opening from bills where account_id = $1 order by period', [unit.accountId])
  expect(new Set(bills.map(bill => bill.opening))).toEqual(new Set(['0']))
  const late = await db.sql<{ opening: string }>('select opening_balance::text as opening from bills where account_id = $1 order by period desc limit 1', [world.premises('abay12', '9').accountId])
  expect(Number(late[0]?.opening)).toBeGreaterThan(0)
})

it.each(world.houses.map(house => [house.key, house] as const))('lets the manager of %s preview a month, whatever funds its prices speak of', async (_, house) => {
  const manager = await asManager(db, house)
  const preview = await manager.caller.billing.preview({ buildingId: house.buildingId, period: '2026-11' })
  expect(preview).toMatchObject({ period: '2026-11' })
})

it('shows a month that is closed, one that waits to be, and a debt ready for the court; again changes nothing', async () => {
  const house = world.house('chilonzor12')
  for (let times = 0; times < 2; times += 1) await seedClosing(world)
  const { caller } = await asAccountant(db, house)
  expect(await caller.billing.month({ organisationId: house.organisationId, period: '2026-09' })).toMatchObject({ closed: 1, closing: { houses: 1 }, later: 0n })
  expect(await caller.billing.month({ organisationId: house.organisationId, period: '2026-10' })).toMatchObject({ closed: 0, over: true, left: [] })
  const { packs } = await caller.billing.court()
  expect(packs).toMatchObject([{ number: world.premises('chilonzor12', '8').accountNumber, unitNumber: '8', files: [{ kind: 'METHOD_DECISION' }, { kind: 'MANAGEMENT_CONTRACT' }, { kind: 'CALCULATION' }, { kind: 'CLAIM_DELIVERY' }] }])
  expect(await caller.billing.closeMonth({ organisationId: house.organisationId, period: '2026-10' })).toEqual({ houses: 1, left: 0, all: 1 })
})

it('changes nothing when done again', async () => {
  const facts = () => db.sql<{ hash: string }>(`select md5(string_agg(encode(bills_hash, 'hex'), '' order by building_id, period)) as hash from billing_runs`)
  const before = await facts()
  await seedBilling(world)
  expect(await facts()).toEqual(before)
})
