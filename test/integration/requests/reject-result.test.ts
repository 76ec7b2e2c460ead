import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, doneOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'
import { setNow } from '#test/support/clock.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('rejectResult', () => {
  it('AT-UZ-13: not done reopens with the original deadline', async () => {
    const about = await doneOne(s)
    await setNow('2026-09-07T05:00:00Z')
    expect(await s.owner.caller.requests.rejectResult({ ...about, text: 'Всё ещё течёт' })).toMatchObject({ state: 'REOPENED', dueOn: '2026-09-19', silenceEndsOn: null })
    expect((await eventsOf(s.db, about.requestId)).at(-1)).toBe('reject')
    expect(await s.manager.caller.requests.reportDone({ ...about, text: 'Заменили прокладку' })).toMatchObject({ state: 'DONE_BY_EXECUTOR', dueOn: '2026-09-19' })
    await setNow('2026-09-04T05:00:00Z')
  })

  it('refuses a neighbour, the executor and the twin house', async () => {
    const about = await doneOne(s)
    for (const other of [s.neighbour, s.manager]) expect(await codeOf(other.caller.requests.rejectResult(about))).toBe('requests.notYours')
    expect(await codeOf(s.twinOwner.caller.requests.rejectResult(about))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('DONE_BY_EXECUTOR')
  })
})
