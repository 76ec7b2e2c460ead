import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asClerk, asOwner } from '#test/support/actors.ts'
import { seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { heatHouse, makeAct, makeContract, makeHeatPlace } from '#test/support/heat.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-12-05T05:00:00Z')
  house = await makeHouse(db, { country: 'UZ', flats: 1 })
})
const act = (change: object = {}) => ({ interruptionId: newId(), buildingId: house.buildingId, service: 'HEAT' as const, from: '2026-11-20', to: '2026-12-02', act: '14/7', ...change })

describe('register interruption', () => {
  it('writes the act down with who wrote it, and tells which of its months are billed', async () => {
    await db.sql(`insert into billing_runs (building_id, period, run_id, currency, prices, prices_hash, due_on, accounts, line_count, total, bills_hash) values ($1, '2026-11', gen_random_uuid(), 'UZS', '{"items": [{"service": "HEAT", "of": "AREA", "heat": {"mode": "BY_AREA"}}]}', '', '2026-12-15', 0, 0, 0, '')`, [house.buildingId])
    const accountant = await asAccountant(db, house)
    const said = act()
    expect(await accountant.caller.billing.registerInterruption(said)).toEqual({ interruptionId: said.interruptionId, billed: ['2026-11'], recalculated: ['2026-11'] })
    expect(await db.sql(`select service, act_number, recorded_by::text from service_interruptions where building_id = $1 and service = 'HEAT'`, [house.buildingId])).toEqual([{ service: 'HEAT', act_number: '14/7', recorded_by: accountant.personId }])
    expect(await accountant.caller.billing.registerInterruption(said)).toEqual({ interruptionId: said.interruptionId, billed: ['2026-11'], recalculated: ['2026-11'] })
    expect(await accountant.caller.billing.registerInterruption(act({ service: 'GAS' }))).toMatchObject({ billed: ['2026-11'], recalculated: [] })
    await expect(accountant.caller.billing.registerInterruption({ ...said, act: '15' })).rejects.toThrow('heat.actRegistered')
  })

  it('refuses days to come, crossed dates, a clerk, an owner and the accountant of another house', async () => {
    const { caller } = await asAccountant(db, house)
    await expect(caller.billing.registerInterruption(act({ to: '2026-12-06' }))).rejects.toThrow('heat.actAhead')
    await expect(caller.billing.registerInterruption(act({ to: '2026-11-19' }))).rejects.toThrow('tariffs.datesCrossed')
    await expect(caller.billing.registerInterruption(act({ from: '0026-11-20' }))).rejects.toThrow('Invalid input')
    await expect((await asClerk(db, house)).caller.billing.registerInterruption(act())).rejects.toThrow('billing.houseNotFound')
    await expect((await asOwner(db, house, house.premises[0]!)).caller.billing.registerInterruption(act())).rejects.toThrow('common.signInNeeded')
    await expect((await asAccountant(db, await makeHouse(db))).caller.billing.registerInterruption(act())).rejects.toThrow('billing.houseNotFound')
  })
})

describe('who has left before a late act', () => {
  it('is recalculated on the closed account, once; the accountant sees account and sum', async () => {
    await seedMoneyReference()
    await setNow('2027-02-05T05:00:00Z')
    await makeHeatPlace(db, '1788')
    const home = await heatHouse(db, '1788', ['54.60', '40.00'])
    await makeContract(db, home)
    const { caller, request } = await asAccountant(db, home)
    const bill = async (period: string) => {
      const before = await caller.billing.preview({ buildingId: home.buildingId, period })
      await caller.billing.run({ buildingId: home.buildingId, period, acceptFindings: true, expectedHash: before.billsHash })
      expect((await caller.billing.preview({ buildingId: home.buildingId, period })).left).toEqual(before.left)
      return before.left
    }
    expect(await bill('2026-11')).toEqual([])
    const { accountId, accountNumber } = home.premises[0]!
    await db.sql(`update accounts set closed_on = '2026-11-30' where account_id = $1`, [accountId])
    await makeAct(db, home, { from: '2026-11-19', to: '2026-11-21', act: '15' })
    // 13 days of 30 were 43,833.46; without three of them 10: 33,718.05.
    expect(await bill('2026-12')).toEqual([{ accountNumber, unitKind: 'APARTMENT', unitNumber: '1', amount: 3_371_805n - 4_383_346n }])
    expect(await bill('2027-01')).toEqual([])
    expect(await db.sql(`select period::text, fund, kind, amount::int from ledger_entries where account_id = $1 order by period`, [accountId])).toEqual([
      { period: '2026-11', fund: 'UTILITIES', kind: 'CHARGE', amount: 4_383_346 }, { period: '2026-12', fund: 'UTILITIES', kind: 'RECALCULATION', amount: 3_371_805 - 4_383_346 }])
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, home.buildingId)).toEqual([]))
    await expect(openTransaction(request, ctx => ctx.db.$queryRaw`select app.post_left(${home.buildingId}::uuid, '2027-01', '[]')::text`)).rejects.toThrow('only the billing service')
  })
})
