import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'
import { openTransaction } from '#server/infra/context.ts'
import { registerReceived } from '#server/requests/jobs.ts'
import { registerRequest } from '#server/requests/register-request.ts'
import { setNow } from '#test/support/clock.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('registerRequest', () => {
  it('registers on the next working day what came on Saturday night', async () => {
    await setNow('2026-09-05T18:10:00Z')
    const about = await fileOne(s)
    expect(await registerReceived()).toBe(0)
    await setNow('2026-09-07T04:00:00Z')
    expect(await registerReceived()).toBe(1)
    expect(await stateOf(s.db, about.requestId)).toBe('REGISTERED')
    expect(await eventsOf(s.db, about.requestId)).toEqual(['file', 'register'])
    await setNow('2026-09-04T05:00:00Z')
  })

  it('refuses a person: the clock is the worker\'s', async () => {
    const about = await fileOne(s)
    expect(await codeOf(openTransaction(s.clerk.request, ctx => registerRequest(ctx, about)))).toMatchObject({ code: 'requests.notYours' })
  })
})
