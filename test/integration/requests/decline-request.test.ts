import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('declineRequest (ZRU-445, art. 29)', () => {
  it('leaves a request without consideration with the conclusion of the management, which the applicant reads', async () => {
    const about = await fileOne(s)
    expect(await s.manager.caller.requests.declineRequest({ ...about, reason: 'Нет доверенности от собственника' })).toMatchObject({ state: 'NOT_CONSIDERED' })
    expect((await s.owner.caller.requests.one(about)).timeline.at(-1)).toMatchObject({ event: 'decline', note: 'Нет доверенности от собственника' })
    expect((await s.neighbour.caller.requests.listOfHouse(about)).map(row => row.requestId)).not.toContain(about.requestId)
    const [audit] = await s.db.sql<{ after: unknown }>(`select after from audit_entries where action = 'requests.decline' and subject_id = $1`, [about.requestId])
    expect(audit?.after).toMatchObject({ state: 'NOT_CONSIDERED', note: 'Нет доверенности от собственника' })
  })

  it('refuses the desk, the applicant, an empty conclusion, the twin house, and a request that is already worked on', async () => {
    const about = await fileOne(s)
    const declined = { ...about, reason: 'Анонимно' }
    expect(await codeOf(s.clerk.caller.requests.declineRequest(declined))).toBe('requests.notYours')
    await expect(s.owner.caller.requests.declineRequest(declined)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(s.manager.caller.requests.declineRequest({ ...about, reason: ' ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect(await codeOf(s.twinManager.caller.requests.declineRequest(declined))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('REGISTERED')
    await s.clerk.caller.requests.assignRequest({ ...about, organisationId: s.house.organisationId })
    expect(await codeOf(s.manager.caller.requests.declineRequest(declined))).toBe('common.conflict')
    expect(await eventsOf(s.db, about.requestId)).toEqual(['file', 'register', 'assign'])
  })
})
