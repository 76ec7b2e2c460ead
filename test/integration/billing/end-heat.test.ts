import { beforeAll, describe, expect, it } from 'vitest'
import { asManager } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { contractDraft, makeHeatOffice, seasonDraft, type HeatOffice } from '#test/support/heat.ts'

let db: TestDatabase
let at: HeatOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-12-05T05:00:00Z')
  at = await makeHeatOffice(db, '661210000')
})

describe('end heat', () => {
  it('a draft is taken back by who made it, or sent back with a reason; it cannot be published any more', async () => {
    const [mine, theirs] = [seasonDraft(at), seasonDraft(at, { from: '2027-10-18', to: '2028-03-15' })]
    for (const draft of [mine, theirs]) await at.accountant.caller.billing.draftHeat(draft)
    const decline = { buildingId: null, lastDay: null, ground: 'Not as the act says' }
    await at.accountant.caller.billing.endHeat({ kind: 'SEASON', heatId: mine.heatId, ...decline })
    await at.authority.caller.billing.endHeat({ kind: 'SEASON', heatId: theirs.heatId, ...decline })
    await expect(at.authority.caller.billing.publishHeat({ kind: 'SEASON', heatId: mine.heatId, buildingId: null })).rejects.toThrow('heat.notADraft')
    await expect(at.authority.caller.billing.endHeat({ kind: 'SEASON', heatId: mine.heatId, ...decline })).rejects.toThrow('heat.notPublished')
    expect((await at.accountant.caller.billing.heat({})).seasons.find(each => each.id === theirs.heatId)).toMatchObject({ state: 'DECLINED', declinedReason: decline.ground })
    expect((await at.accountant.caller.billing.heat({})).seasons.find(each => each.id === mine.heatId)).toMatchObject({ state: 'TAKEN_BACK' })
    expect((await at.authority.caller.billing.heat({})).seasons.map(each => each.id)).not.toContain(theirs.heatId)
    expect(await db.sql(`select declined_by::text, declined_reason from service_seasons where season_id = $1`, [theirs.heatId])).toEqual([{ declined_by: at.authority.personId, declined_reason: decline.ground }])
  })

  it('a published one ends earlier and never later, a contract never inside a month that is billed', async () => {
    const [season, contract] = [seasonDraft(at), contractDraft(at)]
    await at.accountant.caller.billing.draftHeat(season)
    await at.accountant.caller.billing.draftHeat(contract)
    const manager = await asManager(db, at.house)
    await at.authority.caller.billing.publishHeat({ kind: 'SEASON', heatId: season.heatId, buildingId: null })
    await manager.caller.billing.publishHeat({ kind: 'CONTRACT', heatId: contract.heatId, buildingId: at.house.buildingId })
    const end = (lastDay: string) => ({ kind: 'SEASON' as const, heatId: season.heatId, buildingId: null, lastDay, ground: 'A warm spring' })
    await expect(at.accountant.caller.billing.endHeat(end('2027-03-01'))).rejects.toThrow('heat.publisherOnly')
    await expect(at.authority.caller.billing.endHeat(end('2027-03-15'))).rejects.toThrow('heat.endOutside')
    await at.authority.caller.billing.endHeat(end('2027-03-01'))
    expect(await db.sql(`select to_day::text as to_day, ended_by::text from service_seasons where season_id = $1`, [season.heatId])).toEqual([{ to_day: '2027-03-01', ended_by: at.authority.personId }])
    await db.sql(`insert into billing_runs (building_id, period, run_id, currency, prices, prices_hash, due_on, accounts, line_count, total, bills_hash) values ($1, '2026-12', gen_random_uuid(), 'KZT', '{}', '', '2027-01-25', 0, 0, 0, '')`, [at.house.buildingId])
    const close = { kind: 'CONTRACT' as const, heatId: contract.heatId, buildingId: at.house.buildingId, ground: 'Another supplier' }
    await expect(manager.caller.billing.endHeat({ ...close, lastDay: '2026-12-30' })).rejects.toThrow('heat.monthBilled')
    await manager.caller.billing.endHeat({ ...close, lastDay: '2026-12-31' })
    const warm = contractDraft(at, { hotWater: true, from: '2027-01-01' })
    await at.accountant.caller.billing.draftHeat(warm)
    await manager.caller.billing.publishHeat({ kind: 'CONTRACT', heatId: warm.heatId, buildingId: at.house.buildingId })
    await expect(manager.caller.billing.endHeat({ ...close, heatId: warm.heatId, lastDay: '2027-02-10' })).rejects.toThrow('heat.hotWaterWholeMonths')
    await manager.caller.billing.endHeat({ ...close, heatId: warm.heatId, lastDay: '2027-02-28' })
  })
})
