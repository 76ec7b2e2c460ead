import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('joinRequest', () => {
  it('finds what neighbours said in the last two days, and me too counts once', async () => {
    const about = await fileOne(s)
    const similar = await s.neighbour.caller.requests.listSimilar({ buildingId: about.buildingId, category: 'WATER', place: 'BASEMENT' })
    expect(similar.map(row => row.number)).toContain(about.number)
    const me = { ...about, premisesId: s.neighbourUnit.premisesId }
    expect(await s.neighbour.caller.requests.joinRequest(me)).toEqual({ number: about.number, joined: 1 })
    expect(await s.neighbour.caller.requests.joinRequest(me)).toEqual({ number: about.number, joined: 1 })
    expect(await eventsOf(s.db, about.requestId)).toEqual(['file', 'register', 'join'])
    expect((await s.neighbour.caller.requests.listMine()).map(row => row.requestId)).toContain(about.requestId)
    expect((await s.neighbour.caller.requests.one(about)).timeline).toHaveLength(3)
    await s.clerk.caller.requests.answerRequest({ ...about, text: 'Аварийная бригада выехала' })
    const [event] = await s.db.sql<{ people: string[] }>(`select payload -> 'personIds' as people from event_queue where name = 'requests.requestMoved' and payload ->> 'requestId' = $1`, [about.requestId])
    expect(new Set(event?.people)).toEqual(new Set([s.owner.personId, s.neighbour.personId]))
  })

  it('does not call old, closed or other requests the same', async () => {
    await fileOne(s, { category: 'GAS' })
    expect((await s.neighbour.caller.requests.listSimilar({ buildingId: s.house.buildingId, category: 'GAS', place: 'YARD' }))).toEqual([])
    await s.db.sql(`update requests set received_at = received_at - interval '49 hours' where category = 'GAS'`)
    expect((await s.neighbour.caller.requests.listSimilar({ buildingId: s.house.buildingId, category: 'GAS', place: 'BASEMENT' }))).toEqual([])
  })

  it('refuses the own request, a closed one, another flat, and the twin house', async () => {
    const about = await fileOne(s, { text: 'Моя' })
    expect(await codeOf(s.owner.caller.requests.joinRequest({ ...about, premisesId: s.unit.premisesId }))).toBe('requests.alreadyYours')
    expect(await codeOf(s.neighbour.caller.requests.joinRequest({ ...about, premisesId: s.unit.premisesId }))).toBe('requests.mayNotFile')
    expect(await codeOf(s.twinOwner.caller.requests.joinRequest({ ...about, premisesId: s.twin.premises[0]?.premisesId ?? '' }))).toBe('common.notFound')
    await s.clerk.caller.requests.transferRequest({ ...about, reason: 'Горгаз' })
    expect(await codeOf(s.neighbour.caller.requests.joinRequest({ ...about, premisesId: s.neighbourUnit.premisesId }))).toBe('requests.alreadyClosed')
  })
})
