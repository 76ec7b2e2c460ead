import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asChair, asClerk } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })

async function readyHouse(): Promise<TestHouse> {
  const house = await makeHouse(db, { flats: 2 })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
  return house
}
const rate = (house: TestHouse, change: object = {}) => ({ buildingId: house.buildingId, rateId: newId(), fund: 'CURRENT' as const, kind: 'APARTMENT' as const, perM2: '95.5', from: '2026-10-01', basis: 'Minutes No 3 of 12.09.2026', ...change })

describe('a contribution decided by the meeting', () => {
  it('ends the one before it, is charged from its day, and leaves a trace', async () => {
    const house = await readyHouse()
    const { caller } = await asAccountant(db, house)
    await expect(caller.billing.decideContribution(rate(house))).resolves.toMatchObject({ ended: 1 })
    expect(await db.sql(`select per_m2::text, valid_from::text, valid_to::text from contribution_rates where building_id = $1 and fund = 'CURRENT' order by valid_from`, [house.buildingId])).toEqual([
      { per_m2: '80.0000', valid_from: '2025-01-01', valid_to: '2026-09-30' }, { per_m2: '95.5000', valid_from: '2026-10-01', valid_to: null }])
    const { items } = await caller.billing.preview({ buildingId: house.buildingId, period: '2026-10' })
    expect(items.find(each => each.service === 'MAINTENANCE')?.prices).toEqual(['95.5'])
    expect(await db.sql(`select 1 from audit_entries where building_id = $1 and action = 'billing.decideContribution'`, [house.buildingId])).toHaveLength(1)
  })

  it('is listed with the others of its house for whoever bills it, and for nobody else', async () => {
    const house = await readyHouse()
    const { caller } = await asAccountant(db, house)
    await caller.billing.decideContribution(rate(house))
    const { houses, house: chosen, rates } = await caller.billing.contributions({})
    expect([houses.map(each => each.buildingId), chosen?.buildingId, chosen?.currency]).toEqual([[house.buildingId], house.buildingId, 'KZT'])
    expect(rates.map(each => [each.fund, each.perM2, each.indexMultiple, each.from, each.to, each.inForce])).toEqual([
      ['CURRENT', '95.5', null, '2026-10-01', null, true], ['CURRENT', '80', null, '2025-01-01', '2026-09-30', false], ['SAVINGS', null, '0.005', '2025-01-01', null, true]])
    await expect(caller.billing.contributions({ buildingId: (await readyHouse()).buildingId })).rejects.toThrow('billing.houseNotFound')
    expect(await (await asClerk(db, house)).caller.billing.contributions({})).toEqual({ houses: [], house: null, rates: [] })
  })

  it('is refused where the law allows no such rate, and nothing of it stays', async () => {
    const house = await readyHouse()
    const { caller } = await asAccountant(db, house)
    await expect(caller.billing.decideContribution(rate(house, { fund: 'SAVINGS', perM2: '21.62' }))).rejects.toThrow('billing.belowMinimum')
    await expect(caller.billing.decideContribution(rate(house, { from: '0026-10-01' }))).rejects.toThrow('Invalid input')
    await expect(caller.billing.decideContribution(rate(house, { kind: 'PARKING', perM2: '160.01' }))).rejects.toThrow('billing.aboveFlats')
    expect(await db.sql('select 1 from contribution_rates where building_id = $1 and valid_to is null', [house.buildingId])).toHaveLength(2)
    await caller.billing.decideContribution(rate(house, { kind: 'PARKING', perM2: '160' }))
    await caller.billing.decideContribution(rate(house, { fund: 'SAVINGS', perM2: '21.625' }))
  })

  it('is refused for a month that is billed, before another, to others and in the twin house', async () => {
    const house = await readyHouse()
    const accountant = await asAccountant(db, house)
    await accountant.caller.billing.run({ buildingId: house.buildingId, period: '2026-10', acceptFindings: false })
    await expect(accountant.caller.billing.decideContribution(rate(house))).rejects.toThrow('billing.monthBilled')
    await accountant.caller.billing.decideContribution(rate(house, { from: '2026-12-01' }))
    await expect(accountant.caller.billing.decideContribution(rate(house, { from: '2026-11-01' }))).rejects.toThrow('billing.laterRate')
    await expect((await asClerk(db, house)).caller.billing.decideContribution(rate(house, { from: '2027-01-01' }))).rejects.toThrow('billing.runForbidden')
    await expect((await asChair(db, house)).caller.billing.decideContribution(rate(house, { from: '2027-01-01' }))).rejects.toThrow('common.signInNeeded')
    await expect((await asAccountant(db, await readyHouse())).caller.billing.decideContribution(rate(house, { from: '2027-01-01' }))).rejects.toThrow('billing.houseNotFound')
  })
})
