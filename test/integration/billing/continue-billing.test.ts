import { beforeAll, describe, expect, it } from 'vitest'
import { jobs } from '#server/billing/jobs.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })
const period = '2026-10'
const waste = { service: 'WASTE', method: 'PERSON' }

async function houses(count: number, territoryCode?: string): Promise<TestHouse[]> {
  const made: TestHouse[] = []
  for (let index = 0; index < count; index += 1) {
    const house = await makeHouse(db, { flats: 2, ...(made[0] ? { organisationId: made[0].organisationId } : {}), ...(territoryCode ? { territoryCode } : {}) })
    await arrangeServices(db, house, [waste])
    made.push(house)
  }
  return made
}
const first = (of: TestHouse[]) => { if (!of[0]) throw new Error('no house'); return of[0] }

describe('continue billing', () => {
  it('bills all waiting houses, each with its own run, audit and event', async () => {
    const own = await houses(5)
    const { caller, personId } = await asAccountant(db, first(own))
    const order = await caller.billing.open({ organisationId: first(own).organisationId, period, acceptFindings: false })
    expect(await caller.billing.continue({ orderId: order.orderId })).toMatchObject({ waiting: 0, posted: 5, held: 0 })
    const ids = own.map(house => house.buildingId)
    expect(await db.sql('select 1 from billing_runs where building_id = any($1) and person_id = $2', [ids, personId])).toHaveLength(5)
    expect(await db.sql('select 1 from bills where building_id = any($1)', [ids])).toHaveLength(10)
    expect(await db.sql(`select 1 from event_queue where building_id = any($1) and name = 'billing.billsIssued'`, [ids])).toHaveLength(5)
    expect(await db.sql(`select 1 from audit_entries where building_id = any($1) and action = 'billing.postBills'`, [ids])).toHaveLength(5)
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx)).toEqual([]))
  })

  it('holds a house without a price and goes on with the others; accepted, it is billed too', async () => {
    const own = await houses(2)
    const priceless = await makeHouse(db, { flats: 1, organisationId: first(own).organisationId })
    await arrangeServices(db, priceless, [waste, { service: 'GAS', method: 'FIXED' }])
    const { caller } = await asAccountant(db, first(own))
    const { organisationId } = first(own)
    const order = await caller.billing.open({ organisationId, period, acceptFindings: false })
    expect(await caller.billing.continue({ orderId: order.orderId })).toMatchObject({ waiting: 0, posted: 2, held: 1 })
    expect((await caller.billing.houses({ period })).find(house => house.buildingId === priceless.buildingId)).toMatchObject({ order: 'HELD', reason: 'billing.findingsNotAccepted' })
    const again = await caller.billing.open({ organisationId, period, acceptFindings: true })
    expect(await caller.billing.continue({ orderId: again.orderId })).toMatchObject({ waiting: 0, posted: 1, held: 0 })
    const [run] = await db.sql<{ findings: { code: string }[] }>('select findings from billing_runs where building_id = $1', [priceless.buildingId])
    expect(run?.findings.map(each => each.code)).toEqual(['noPrice'])
  })

  /** From now on every run of the house breaks, as a bug would. */
  async function breakHouse({ buildingId }: TestHouse): Promise<() => Promise<unknown>> {
    await db.sql(`create or replace function public.break_house() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`)
    await db.sql(`create trigger break_house before insert on billing_runs for each row when (new.building_id = '${buildingId}') execute function public.break_house()`)
    return () => db.sql('drop trigger break_house on billing_runs')
  }
  const stateOf = async (caller: Awaited<ReturnType<typeof asAccountant>>['caller'], { buildingId }: TestHouse) => (await caller.billing.houses({ period })).find(house => house.buildingId === buildingId)

  it('holds a house that cannot be billed at all and goes on with the others', async () => {
    const own = await houses(3)
    const mend = await breakHouse(own[1]!)
    const { caller } = await asAccountant(db, first(own))
    const order = await caller.billing.open({ organisationId: first(own).organisationId, period, acceptFindings: false })
    expect(await caller.billing.continue({ orderId: order.orderId })).toMatchObject({ waiting: 0, posted: 2, held: 1 })
    expect(await stateOf(caller, own[1]!)).toMatchObject({ order: 'HELD', reason: 'billing.houseFailed' })
    await mend()
  })

  it('holds the only house of an order too: the worker ends, says why in three languages, and bills it once it is mended', async () => {
    const own = await houses(1)
    const mend = await breakHouse(first(own))
    const { caller } = await asAccountant(db, first(own))
    const { organisationId } = first(own)
    await caller.billing.open({ organisationId, period, acceptFindings: false })
    for (const schedule of jobs.schedules ?? []) await schedule.run()
    const held = await stateOf(caller, first(own))
    expect(held).toMatchObject({ order: 'HELD', reason: 'billing.houseFailed', runId: null })
    for (const locale of ['uz', 'kk', 'ru'] as const) expect(texts(locale)(`errors.${held?.reason ?? ''}`).length).toBeGreaterThan(100)
    await mend()
    const again = await caller.billing.open({ organisationId, period, acceptFindings: false })
    expect(await caller.billing.continue({ orderId: again.orderId })).toMatchObject({ waiting: 0, posted: 1, held: 0 })
    expect((await stateOf(caller, first(own)))?.runId).not.toBeNull()
  })

  it('ends where a house breaks on a key again and again', async () => {
    const own = await houses(2)
    const mend = await breakHouse(first(own))
    await db.sql(`create or replace function public.break_house() returns trigger language plpgsql as $$ begin raise exception 'twice' using errcode = '23505'; end $$`)
    const { caller } = await asAccountant(db, first(own))
    const order = await caller.billing.open({ organisationId: first(own).organisationId, period, acceptFindings: false })
    expect(await caller.billing.continue({ orderId: order.orderId })).toMatchObject({ waiting: 0, posted: 1, held: 1 })
    await mend()
  })

  it('is finished by the worker when nobody asks again, two hands at once', async () => {
    const own = await houses(3)
    const { caller } = await asAccountant(db, first(own))
    await caller.billing.open({ organisationId: first(own).organisationId, period, acceptFindings: false })
    for (const schedule of jobs.schedules ?? []) await schedule.run()
    expect(await db.sql(`select 1 from billing_orders where building_id = any($1) and state = 'POSTED'`, [own.map(house => house.buildingId)])).toHaveLength(3)
  })

  it('refuses an order of another organisation', async () => {
    const own = await houses(1)
    const twin = await houses(1)
    const order = await (await asAccountant(db, first(own))).caller.billing.open({ organisationId: first(own).organisationId, period, acceptFindings: false })
    await expect((await asAccountant(db, first(twin))).caller.billing.continue({ orderId: order.orderId })).rejects.toThrow('billing.orderNotFound')
  })
})
