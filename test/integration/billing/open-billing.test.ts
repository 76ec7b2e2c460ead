import { beforeAll, describe, expect, it } from 'vitest'
import { asAccountant, asClerk, asManager } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })
const services = [{ service: 'WASTE', method: 'PERSON' }]
const period = '2026-10'

describe('open billing', () => {
  it('puts the houses of the organisation that are not billed yet into the line', async () => {
    const first = await makeHouse(db, { flats: 1 })
    const second = await makeHouse(db, { flats: 1, organisationId: first.organisationId })
    const twin = await makeHouse(db, { flats: 1 })
    for (const house of [first, second, twin]) await arrangeServices(db, house, services)
    const { caller } = await asAccountant(db, first)
    await caller.billing.run({ buildingId: first.buildingId, period, acceptFindings: false })
    const progress = await caller.billing.open({ organisationId: first.organisationId, period, acceptFindings: false })
    expect(progress).toMatchObject({ waiting: 1, posted: 0, held: 0 })
    expect(await db.sql('select building_id from billing_orders where order_id = $1', [progress.orderId])).toEqual([{ building_id: second.buildingId }])
    expect((await caller.billing.houses({ period })).map(house => [house.buildingId, house.runId !== null, house.order])).toEqual(
      expect.arrayContaining([[first.buildingId, true, null], [second.buildingId, false, 'WAITING']]))
    expect((await caller.billing.houses({ period })).some(house => house.buildingId === twin.buildingId)).toBe(false)
  })

  it('of a list of houses only these, and none of another organisation', async () => {
    const houses = [await makeHouse(db, { flats: 1 })]
    for (let more = 0; more < 2; more += 1) houses.push(await makeHouse(db, { flats: 1, organisationId: houses[0]!.organisationId }))
    const twin = await makeHouse(db, { flats: 1 })
    for (const house of [...houses, twin]) await arrangeServices(db, house, services)
    const { caller } = await asAccountant(db, houses[0]!)
    const open = (buildingIds: string[]) => caller.billing.open({ organisationId: houses[0]!.organisationId, period, acceptFindings: false, buildingIds })
    await expect(open([twin.buildingId])).rejects.toThrow('billing.nothingToBill')
    const { orderId, waiting } = await open([houses[2]!.buildingId, twin.buildingId])
    expect([waiting, await db.sql('select building_id from billing_orders where order_id = $1', [orderId])]).toEqual([1, [{ building_id: houses[2]!.buildingId }]])
  })

  it('refuses when nothing is left, another organisation, a clerk, and a month that has not come', async () => {
    const house = await makeHouse(db, { flats: 1 })
    const twin = await makeHouse(db, { flats: 1 })
    await arrangeServices(db, house, services)
    const { caller } = await asManager(db, house)
    await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })
    await expect(caller.billing.open({ organisationId: house.organisationId, period, acceptFindings: false })).rejects.toThrow('billing.nothingToBill')
    await expect(caller.billing.open({ organisationId: twin.organisationId, period, acceptFindings: false })).rejects.toThrow('billing.organisationNotFound')
    await expect(caller.billing.open({ organisationId: house.organisationId, period: '2027-01', acceptFindings: false })).rejects.toThrow('billing.monthAhead')
    await expect((await asClerk(db, house)).caller.billing.open({ organisationId: house.organisationId, period, acceptFindings: false })).rejects.toThrow('billing.organisationNotFound')
  })
})
