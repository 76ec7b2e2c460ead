import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('answerRequest', () => {
  it('answers in public words and waits three days for the resident', async () => {
    const about = await fileOne(s)
    expect(await s.clerk.caller.requests.answerRequest({ ...about, text: 'Тариф изменён приказом' })).toMatchObject({ state: 'ANSWERED', silenceEndsOn: '2026-09-07' })
    expect((await s.owner.caller.requests.one(about)).timeline.at(-1)).toMatchObject({ event: 'answer', note: 'Тариф изменён приказом' })
  })

  it('refuses an empty answer, a second closing move, a neighbour and the twin house', async () => {
    const about = await fileOne(s)
    expect(await codeOf(s.clerk.caller.requests.answerRequest({ ...about, text: ' ' }))).not.toMatchObject({ state: 'ANSWERED' })
    expect(await codeOf(s.neighbour.caller.requests.answerRequest({ ...about, text: 'Ответ' }))).toBe('common.signInNeeded')
    expect(await codeOf(s.twinManager.caller.requests.answerRequest({ ...about, text: 'Ответ' }))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('REGISTERED')
    expect(await eventsOf(s.db, about.requestId)).toEqual(['file', 'register'])
  })
})
