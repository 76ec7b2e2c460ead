import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('startWork', () => {
  it('the executor takes it up', async () => {
    const about = await fileOne(s)
    await s.clerk.caller.requests.assignRequest({ ...about, organisationId: s.house.organisationId })
    expect(await s.manager.caller.requests.startWork(about)).toMatchObject({ state: 'IN_WORK' })
    expect((await eventsOf(s.db, about.requestId)).at(-1)).toBe('start')
  })

  it('refuses before it is assigned, the clerk, and the twin house', async () => {
    const about = await fileOne(s)
    expect(await codeOf(s.manager.caller.requests.startWork(about))).toBe('common.conflict')
    expect(await codeOf(s.clerk.caller.requests.startWork(about))).toBe('requests.notYours')
    expect(await codeOf(s.twinManager.caller.requests.startWork(about))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('REGISTERED')
  })
})
