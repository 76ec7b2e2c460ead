import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, doneOne, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'
import { foldEvents } from '#server/requests/rules.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('moveRequest', () => {
  it('the stored state is the fold of the stored events, and events are never changed', async () => {
    const about = await doneOne(s)
    await s.owner.caller.requests.rejectResult({ ...about, text: 'Нет' })
    await s.manager.caller.requests.startWork(about)
    expect(foldEvents(await eventsOf(s.db, about.requestId))).toBe(await stateOf(s.db, about.requestId))
    await expect(s.db.sql(`update request_events set note = 'x' where request_id = $1`, [about.requestId])).rejects.toThrow('append-only')
  })

  it('twenty answers at once move it once', async () => {
    const about = await fileOne(s)
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => codeOf(s.clerk.caller.requests.answerRequest({ ...about, text: 'Ответ' }))))
    expect(outcomes.filter(outcome => outcome === 'common.conflict')).toHaveLength(19)
    expect(await eventsOf(s.db, about.requestId)).toEqual(['file', 'register', 'answer'])
  })
})
