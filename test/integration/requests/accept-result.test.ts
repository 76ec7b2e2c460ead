import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, doneOne, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('acceptResult', () => {
  it('done by the word of the resident closes', async () => {
    const about = await doneOne(s)
    expect(await s.owner.caller.requests.acceptResult(about)).toMatchObject({ state: 'CLOSED' })
    expect((await eventsOf(s.db, about.requestId)).at(-1)).toBe('accept')
  })

  it('a clerk may pass on the word of a caller, and only with the caller', async () => {
    const about = await doneOne(s)
    expect(await codeOf(s.clerk.caller.requests.acceptResult(about))).toBe('requests.notYours')
    expect(await s.clerk.caller.requests.acceptResult({ ...about, onBehalfOf: { callerName: 'Karimova', reason: 'called' } })).toMatchObject({ state: 'CLOSED' })
  })

  it('refuses a neighbour, the twin house, and a request on which nothing was done', async () => {
    const about = await doneOne(s)
    expect(await codeOf(s.neighbour.caller.requests.acceptResult(about))).toBe('requests.notYours')
    expect(await codeOf(s.twinOwner.caller.requests.acceptResult(about))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('DONE_BY_EXECUTOR')
    expect(await codeOf(s.owner.caller.requests.acceptResult(await fileOne(s)))).toBe('common.conflict')
  })
})
