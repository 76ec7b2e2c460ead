import { beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})

async function twoDevices() {
  const phone = freshPhone()
  const older = await signIn(freshBrowser(), phone)
  await db.sql(`update auth.sessions set fresh_until = null, created_at = created_at - interval '10 days' where person_id = $1`, [older.personId])
  const newer = await signIn(freshBrowser(), phone)
  return { older, newer }
}

describe('a new device confirmed from an older one (settled 14)', () => {
  it('stops being fresh at once', async () => {
    const { older, newer } = await twoDevices()
    expect(await newer.caller.identity.me()).toMatchObject({ fresh: true, pendingDevices: [] })
    const pending = (await older.caller.identity.me())?.pendingDevices ?? []
    expect(pending).toHaveLength(1)
    await older.caller.identity.confirmDevice({ device: pending[0]!.device })
    expect(await newer.caller.identity.me()).toMatchObject({ fresh: false, freshUntil: null })
    expect((await older.caller.identity.me())?.pendingDevices).toEqual([])
  })

  it('refuses a fresh device, oneself, and another person’s session', async () => {
    const { older, newer } = await twoDevices()
    const [pending] = (await older.caller.identity.me())?.pendingDevices ?? []
    await expect(newer.caller.identity.confirmDevice({ device: pending!.device })).rejects.toMatchObject({ message: 'identity.deviceTooNew' })
    const stranger = await signIn(freshBrowser(), freshPhone())
    await db.sql('update auth.sessions set fresh_until = null where person_id = $1', [stranger.personId])
    await expect(stranger.caller.identity.confirmDevice({ device: pending!.device })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const mine = (await older.caller.identity.devices()).find(device => device.isThis)
    await expect(older.caller.identity.confirmDevice({ device: mine!.device })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('an unconfirmed device does not become known by its age being claimed in the same breath', async () => {
    const { older, newer } = await twoDevices()
    const devices = await older.caller.identity.devices()
    expect(devices.map(device => [device.isThis, device.freshUntil !== null])).toEqual([[false, true], [true, false]])
    expect((await newer.caller.identity.devices()).find(device => device.isThis)?.name).toBe('Android, Chrome')
  })
})
