import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { chargeInstalments } from '#server/repairs/charge-instalments.ts'
import { chargeDueInstalments } from '#server/repairs/jobs.ts'
import { asClerk, asManager } from '#test/support/actors.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-09-20T06:00:00Z')
  house = await makeHouse(db, { country: 'UZ', flats: 2 })
  const manager = await asManager(db, house)
  const key = { buildingId: house.buildingId, programmeId: newId() }
  await manager.caller.repairs.openProgramme({ ...key, kind: 'CAPITAL', title: 'Tom', year: 2026 })
  await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '', name: 'Tom', unit: 'm2', quantity: '10', unitPrice: 1_000_000n }] })
  await manager.caller.repairs.approveEstimate({ ...key, version: 1, decisionNumber: '1', decisionOn: '2026-09-19', instalments: 3, firstDueOn: '2026-10-15' })
})
afterAll(resetClock)
const charges = async () => (await db.sql<{ period: string; n: number }>(`select period::text as period, count(*)::int as n from ledger_entries where building_id = $1 and kind = 'CHARGE' and account_id is not null group by period order by period`, [house.buildingId]))

test('each month\'s instalments become debts in their month, once', async () => {
  expect(await charges()).toEqual([])
  await setNow('2026-10-01T01:00:00Z')
  for (let i = 0; i < 2; i += 1) await chargeDueInstalments()
  expect(await charges()).toEqual([{ period: '2026-10', n: 2 }])
  await setNow('2026-12-02T01:00:00Z')
  await Promise.all([chargeDueInstalments(), chargeDueInstalments()])
  expect(await charges()).toEqual([{ period: '2026-10', n: 2 }, { period: '2026-11', n: 2 }, { period: '2026-12', n: 2 }])
  expect(await serviceTransaction('worker', ctx => chargeInstalments(ctx, { buildingId: house.buildingId }))).toBe(0)
})

test('others are refused', async () => {
  const twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  await expect(openTransaction((await asClerk(db, house)).request, ctx => chargeInstalments(ctx, { buildingId: house.buildingId }))).rejects.toMatchObject({ code: 'repairs.mayNotKeep' })
  await expect(openTransaction((await asManager(db, twin)).request, ctx => chargeInstalments(ctx, { buildingId: house.buildingId }))).rejects.toMatchObject({ kind: 'notFound' })
})
