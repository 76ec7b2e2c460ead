import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, fileOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'
import sharp from 'sharp'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('reportDone', () => {
  it('reports done by an act in words or by a photo, and does not close', async () => {
    const about = await fileOne(s)
    await s.clerk.caller.requests.assignRequest({ ...about, organisationId: s.house.organisationId })
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'blue' } }).jpeg().toBuffer()
    expect(await s.manager.caller.requests.reportDone({ ...about, photos: [photo.toString('base64')] })).toMatchObject({ state: 'DONE_BY_EXECUTOR', silenceEndsOn: '2026-09-07' })
    expect((await s.owner.caller.requests.one(about)).details?.photoIds).toHaveLength(1)
  })

  it('refuses without proof, by the clerk, by the twin house, and leaves the state as it was', async () => {
    const about = await fileOne(s)
    await s.clerk.caller.requests.assignRequest({ ...about, organisationId: s.house.organisationId })
    expect(await codeOf(s.manager.caller.requests.reportDone({ ...about, text: 'ок' }))).toBe('requests.proofNeeded')
    expect(await codeOf(s.manager.caller.requests.reportDone({ ...about, photos: [Buffer.from('no').toString('base64')] }))).toMatch(/^documents[.]/)
    expect(await codeOf(s.clerk.caller.requests.reportDone({ ...about, text: 'Сделали, всё хорошо' }))).toBe('requests.notYours')
    expect(await codeOf(s.twinManager.caller.requests.reportDone({ ...about, text: 'Сделали, всё хорошо' }))).toBe('requests.notFound')
    expect(await stateOf(s.db, about.requestId)).toBe('ROUTED')
    expect((await eventsOf(s.db, about.requestId)).at(-1)).toBe('assign')
  })
})
