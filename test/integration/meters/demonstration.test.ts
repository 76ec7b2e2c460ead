import { beforeAll, describe, expect, it } from 'vitest'
import { seedMeters } from '#prisma/seed/demo/meters.ts'
import { seedRegistry } from '#prisma/seed/demo/registry.ts'
import { seedRequests } from '#prisma/seed/demo/requests.ts'
import { world } from '#prisma/seed/demo/world.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { consumptionOf } from '#server/meters/consumption/queries.ts'
import { foldEvents } from '#server/requests/rules.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  await seedRegistry(world)
  for (const _ of ['once', 'again']) {
    await seedMeters(world)
    await seedRequests(world)
  }
})

describe('meters and requests of the demonstration', () => {
  it('every flat has twelve months that add up, made once', async () => {
    const house = world.house('abay12')
    const used = await serviceTransaction('billing', ctx => consumptionOf(ctx.db, house.buildingId, '2026-10'))
    expect(used.filter(each => each.premisesId !== null)).toHaveLength(80)
    const own = used.find(each => each.premisesId === world.premises('abay12', '25').premisesId && each.service === 'COLD_WATER')
    expect(own?.to).toEqual(['471'])
    const wrong = await db.sql(`select 1 from (select register_values[1] - lag(register_values[1]) over (partition by meter_id order by taken_on) as risen, register_consumptions[1] as said from readings) x where risen <> said`)
    expect(wrong).toEqual([])
    expect(await db.sql('select registers, count(*)::int as n from meters group by registers order by registers')).toMatchObject([{ registers: 1 }, { registers: 2 }])
    expect(await db.sql(`select count(*)::int as n from meters where verified_until < '2026-11-21'`)).toEqual([{ n: 2 }])
  })

  it('requests stand in several states, each the fold of its events', async () => {
    const rows = await db.sql<{ state: string; events: string[] }>(`select r.state, array_agg(e.event order by e.seq) as events from requests r join request_events e using (building_id, request_id) group by r.building_id, r.request_id, r.state`)
    expect(rows).toHaveLength(11)
    for (const row of rows) expect(foldEvents(row.events)).toBe(row.state)
    expect(new Set(rows.map(row => row.state)).size).toBeGreaterThanOrEqual(5)
  })
})
