import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('extendDeadline', () => {
  it('extends once by a month with a reason, the first deadline stays', async () => {
    const about = await fileOne(s)
    expect(await s.clerk.caller.requests.extendDeadline({ ...about, reason: 'Нужна экспертиза' })).toMatchObject({ state: 'EXTENDED', dueOn: '2026-09-19' })
    expect((await s.owner.caller.requests.one(about)).request).toMatchObject({ dueOn: '2026-09-19', extendedTo: '2026-10-19' })
    expect(await codeOf(s.clerk.caller.requests.extendDeadline({ ...about, reason: 'Ещё' }))).toBe('requests.alreadyExtended')
    expect((await eventsOf(s.db, about.requestId)).at(-1)).toBe('extend')
  })

  it('refuses a resident, the twin house and an empty reason', async () => {
    const about = await fileOne(s)
    expect(await codeOf(s.owner.caller.requests.extendDeadline({ ...about, reason: 'Хочу' }))).toBe('common.signInNeeded')
    expect(await codeOf(s.twinManager.caller.requests.extendDeadline({ ...about, reason: 'Хочу' }))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('REGISTERED')
  })
})
