import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, asOwner, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let manager: ActingPerson
let clerk: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 6 })
  owner = await asOwner(db, house, house.premises[0]!)
  manager = await asManager(db, house)
  clerk = await asClerk(db, house)
})
beforeEach(() => db.sql('truncate data_views'))

const looks = async (person: ActingPerson) => (await person.caller.desk.viewsOfMyHomes()).map(({ reason, unit, organisation, role }) => ({ reason, unit, organisation, role }))
const rows = () => db.sql<{ n: number }>('select count(*)::int as n from data_views').then(([row]) => row?.n)
const day = 24 * 60 * 60_000

describe('who of the staff saw a home in a list (speed-and-safety.md 6)', () => {
  it('the list of the whole house is one row a day for all its people, however often it is drawn', async () => {
    for (let turn = 0; turn < 3; turn += 1) await manager.caller.premises.list({ buildingId: house.buildingId })
    expect(await rows()).toBe(1)
    expect(await looks(owner)).toEqual([{ reason: 'REGISTER_LIST', unit: '', organisation: house.name, role: 'MANAGER' }])
    const tenant = await asTenant(db, house, house.premises[1]!)
    expect(await looks(tenant)).toHaveLength(1)
    try {
      await db.shiftClock(day)
      await manager.caller.premises.list({ buildingId: house.buildingId })
    } finally {
      await db.shiftClock(0)
    }
    expect(await rows()).toBe(2)
    await clerk.caller.premises.list({ buildingId: house.buildingId })
    expect(await rows()).toBe(3)
  })

  it('many at the same moment leave one row', async () => {
    await Promise.all(Array.from({ length: 8 }, () => manager.caller.premises.list({ buildingId: house.buildingId })))
    expect(await rows()).toBe(1)
  })

  it('a search at the desk leaves a row for each home it showed, and none for the others', async () => {
    const hits = await clerk.caller.desk.search({ text: house.premises[0]!.accountNumber })
    expect(hits.map(hit => hit.premisesId)).toEqual([house.premises[0]!.premisesId])
    expect(await looks(owner)).toEqual([{ reason: 'DESK_SEARCH', unit: '1', organisation: house.name, role: 'CLERK' }])
    expect(await looks(await asOwner(db, house, house.premises[2]!))).toEqual([])
    expect(await clerk.caller.desk.search({ text: '5000000009' })).toEqual([])
    expect(await rows()).toBe(1)
  })

  it('a request read by staff, in its queue too, is seen by its home; read by its own people it leaves nothing', async () => {
    const requestId = newId()
    await owner.caller.requests.fileRequest({ requestId, buildingId: house.buildingId, premisesId: house.premises[0]!.premisesId, category: 'WATER', place: 'FLAT', text: 'Кран', photos: [], submittedAt: '2026-11-20T10:00:00Z' })
    await owner.caller.requests.one({ buildingId: house.buildingId, requestId })
    expect(await rows()).toBe(0)
    await manager.caller.requests.queue({ only: 'OPEN', page: 1 })
    await manager.caller.requests.one({ buildingId: house.buildingId, requestId })
    expect(new Set((await looks(owner)).map(look => look.reason))).toEqual(new Set(['REQUEST_QUEUE', 'REQUEST']))
    expect(await looks(await asOwner(db, house, house.premises[3]!))).toEqual([])
  })

  it('meters of a flat, and nothing of a house that was refused or not found', async () => {
    const twin = await makeHouse(db)
    const foreign = await asManager(db, twin)
    expect(await foreign.caller.premises.list({ buildingId: house.buildingId })).toEqual([])
    await foreign.caller.meters.listOfPremises({ premisesId: house.premises[0]!.premisesId })
    await expect(foreign.caller.requests.one({ buildingId: house.buildingId, requestId: newId() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await rows()).toBe(0)
  })

  it('is kept by SQL: nobody writes a look for another, changes one or sees those of a twin house; the worker forgets the old', async () => {
    await manager.caller.premises.list({ buildingId: house.buildingId })
    const insert = (person: ActingPerson, viewer: string) => openTransaction(person.request, ctx => ctx.db.$executeRaw`
      insert into data_views (building_id, premises_id, day, viewer_id, what, role) values (${house.buildingId}::uuid, ${newId()}::uuid, app.today(), ${viewer}::uuid, 'REQUEST', '')`)
    await expect(insert(clerk, manager.personId)).rejects.toThrow(/row-level security/)
    await expect(openTransaction(manager.request, ctx => ctx.db.$executeRaw`update data_views set what = 'METERS'`)).rejects.toThrow(/permission denied/)
    expect(await openTransaction(manager.request, ctx => ctx.db.$executeRaw`delete from data_views`)).toBe(0)
    const stranger = await asOwner(db, await makeHouse(db), house.premises[5]!)
    expect(await openTransaction(stranger.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from data_views where viewer_id = ${manager.personId}::uuid and building_id = ${newId()}::uuid`)).toEqual([])
    const { jobs } = await import('#server/identity/jobs.ts')
    await db.shiftClock(401 * day)
    try {
      await jobs.schedules?.find(job => job.name === 'identity.forgetViews')?.run()
    } finally {
      await db.shiftClock(0)
    }
    expect(await rows()).toBe(0)
  })
})
