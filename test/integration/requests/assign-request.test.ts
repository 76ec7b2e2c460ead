import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'
import { newId } from '#server/kernel/ids.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('assignRequest', () => {
  it('gives the request to the management of the house and says to whom', async () => {
    const about = await fileOne(s)
    expect((await s.clerk.caller.requests.executors(about)).map(each => each.organisationId)).toContain(s.house.organisationId)
    expect(await s.clerk.caller.requests.assignRequest({ ...about, organisationId: s.house.organisationId })).toMatchObject({ state: 'ROUTED' })
    expect((await s.owner.caller.requests.one(about)).timeline.at(-1)).toMatchObject({ event: 'assign', side: 'STAFF', params: { executor: s.house.name } })
  })

  it('K29: passes it to a supplier, announced as such', async () => {
    const about = await fileOne(s)
    const supplier = newId()
    await s.db.sql(`insert into organisations (organisation_id, country, kind, name) values ($1, 'UZ', 'SUPPLIER', 'Suvsoz')`, [supplier])
    await s.clerk.caller.requests.assignRequest({ ...about, organisationId: supplier })
    expect(await s.db.sql(`select 1 from event_queue where name = 'requests.passedToSupplier' and payload ->> 'requestId' = $1`, [about.requestId])).toHaveLength(1)
  })

  it('registers at the first touch what came after hours', async () => {
    const about = await fileOne(s)
    await s.db.sql(`update requests set state = 'RECEIVED' where request_id = $1`, [about.requestId])
    await s.clerk.caller.requests.assignRequest({ ...about, organisationId: s.house.organisationId })
    expect(await eventsOf(s.db, about.requestId)).toEqual(['file', 'register', 'register', 'assign'])
    expect(await stateOf(s.db, about.requestId)).toBe('ROUTED')
  })

  it('refuses an unknown body, a resident, and is not found for the twin house', async () => {
    const about = await fileOne(s)
    expect(await codeOf(s.clerk.caller.requests.assignRequest({ ...about, organisationId: s.twin.organisationId }))).toBe('requests.executorUnknown')
    expect(await codeOf(s.owner.caller.requests.assignRequest({ ...about, organisationId: s.house.organisationId }))).toBe('common.signInNeeded')
    expect(await codeOf(s.twinManager.caller.requests.assignRequest({ ...about, organisationId: s.twin.organisationId }))).not.toMatchObject({ state: 'ROUTED' })
    expect(await stateOf(s.db, about.requestId)).toBe('REGISTERED')
  })
})
