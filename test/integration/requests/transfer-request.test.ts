import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('transferRequest', () => {
  it('passes on what is not ours, and names to whom', async () => {
    const about = await fileOne(s)
    expect(await s.clerk.caller.requests.transferRequest({ ...about, reason: 'Передано в Горгаз, тел. 104' })).toMatchObject({ state: 'FORWARDED_OUT' })
    expect((await s.owner.caller.requests.one(about)).timeline.at(-1)).toMatchObject({ event: 'transfer', note: 'Передано в Горгаз, тел. 104' })
    expect((await eventsOf(s.db, about.requestId)).at(-1)).toBe('transfer')
  })

  it('refuses the twin house and a second time', async () => {
    const about = await fileOne(s)
    expect(await codeOf(s.twinManager.caller.requests.transferRequest({ ...about, reason: 'Не наше' }))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('REGISTERED')
    await s.clerk.caller.requests.transferRequest({ ...about, reason: 'Не наше' })
    expect(await codeOf(s.clerk.caller.requests.transferRequest({ ...about, reason: 'Не наше' }))).toBe('common.conflict')
  })
})
