import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { asAccountant, asClerk, asCouncil, asManager, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeMeter, readingOf, type TestMeter } from '#test/integration/meters/support.ts'
import type { RequestScope } from '#server/infra/context.ts'

// Behind policy.ts stands the database: what a session may see when it asks for everything.
let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let meter: TestMeter

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  twin = await makeHouse(db)
  const owner = await asOwner(db, house, unit(house, 0))
  meter = await makeMeter(db, house, unit(house, 0))
  await makeMeter(db, house, unit(house, 1))
  await makeMeter(db, twin, unit(twin, 0))
  await owner.caller.meters.submitReading(readingOf(meter, '482'))
})

function unit(of: TestHouse, index: number) {
  return of.premises[index] ?? (() => { throw new Error('no flat') })()
}

async function seen(request: RequestScope): Promise<{ meters: number; readings: number; ids: number }> {
  return openTransaction(request, async ctx => {
    const rows = await ctx.db.$queryRaw<{ meters: number; readings: number; ids: number }[]>`
      select (select count(*)::int from meters) as meters, (select count(*)::int from readings) as readings, (select count(*)::int from reading_ids) as ids`
    return rows[0] ?? { meters: -1, readings: -1, ids: -1 }
  })
}

describe('row-level security of meters', () => {
  it('people of a flat see their own, staff of the house its all, others nothing', async () => {
    expect(await seen((await asOwner(db, house, unit(house, 0))).request)).toEqual({ meters: 1, readings: 2, ids: 1 })
    expect(await seen((await asTenant(db, house, unit(house, 1))).request)).toEqual({ meters: 1, readings: 1, ids: 0 })
    expect(await seen((await asOwner(db, house, unit(house, 2))).request)).toEqual({ meters: 0, readings: 0, ids: 0 })
    for (const staff of [await asManager(db, house), await asClerk(db, house), await asAccountant(db, house)]) expect(await seen(staff.request)).toEqual({ meters: 2, readings: 3, ids: 1 })
    expect(await seen((await asCouncil(db, house)).request)).toEqual({ meters: 0, readings: 0, ids: 0 })
    expect(await seen((await asManager(db, twin)).request)).toEqual({ meters: 1, readings: 1, ids: 0 })
    expect(await seen(asStranger().request)).toEqual({ meters: 0, readings: 0, ids: 0 })
  })

  it('nobody deletes or rewrites a reading, and a stranger to the flat writes none', async () => {
    const owner = await asOwner(db, house, unit(house, 0))
    const neighbour = await asOwner(db, house, unit(house, 2))
    await expect(openTransaction(owner.request, ctx => ctx.db.$executeRaw`delete from readings`)).rejects.toThrow('permission denied')
    await expect(openTransaction(owner.request, ctx => ctx.db.$executeRaw`update readings set consumption = 0`)).rejects.toThrow('permission denied')
    await expect(openTransaction(neighbour.request, ctx => ctx.db.$executeRaw`
      insert into reading_ids (reading_id, building_id, premises_id, meter_id, taken_on, content_hash)
      values (gen_random_uuid(), ${house.buildingId}::uuid, ${unit(house, 0).premisesId}::uuid, ${meter.meterId}::uuid, '2026-11-24', repeat('0', 64))`)).rejects.toThrow('row-level security')
  })
})
