import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { openSession } from '#server/identity/open-session.ts'
import { deviceAdded, deviceAddedPayload } from '#server/identity/events.ts'
import { asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { holdShape } from '#test/support/events.ts'
import { makeHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
// What was announced has the promised shape.
afterAll(() => holdShape(db, deviceAdded, deviceAddedPayload))

const hour = 3_600_000

describe('signing in', () => {
  it('makes a person of an unknown number, with the country of the number', async () => {
    const person = await signIn(freshBrowser(), freshPhone('UZ'))
    expect(person.isNew).toBe(true)
    expect(await person.caller.identity.me()).toMatchObject({ country: 'UZ', homes: [], kind: 'RESIDENT', level: 0, fresh: true })
  })

  it('finds the same person again', async () => {
    const phone = freshPhone()
    const first = await signIn(freshBrowser(), phone)
    const second = await signIn(freshBrowser(), phone)
    expect(second).toMatchObject({ isNew: false, personId: first.personId, otherDevices: 1 })
  })

  it('refuses without a waiting code, and in another browser than the one that asked (I5)', async () => {
    await expect(openSession(freshBrowser(), { code: '123456' })).rejects.toMatchObject({ code: 'identity.codeDead' })
    const asked = freshBrowser()
    const sent = await createCaller({ request: asked }).identity.requestCode({ phone: freshPhone() })
    await expect(openSession(freshBrowser(), { code: sent.demoCode ?? '' })).rejects.toMatchObject({ code: 'identity.codeDead' })
  })

  it('of parallel verifications exactly one opens a session (I4)', async () => {
    const browser = freshBrowser()
    const sent = await createCaller({ request: browser }).identity.requestCode({ phone: freshPhone() })
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => openSession(browser, { code: sent.demoCode ?? '' })))
    const opened = results.filter(result => result.status === 'fulfilled')
    expect(opened).toHaveLength(1)
    const personId = opened[0]?.value.personId
    expect((await db.sql('select 1 from auth.sessions where person_id = $1', [personId])).length).toBe(1)
  })

  it('a device is new for 72 hours, also when it signs out and in; then it is known (settled 14)', async () => {
    const phone = freshPhone()
    const browser = freshBrowser()
    const first = await signIn(browser, phone)
    expect(first.fresh).toBe(true)
    try {
      await db.shiftClock(70 * hour)
      const again = await signIn(browser, phone)
      expect(again.fresh).toBe(true)
      await db.shiftClock(73 * hour)
      expect(await again.caller.identity.me()).toMatchObject({ fresh: false })
      expect((await signIn(browser, phone)).fresh).toBe(false)
      expect((await signIn(freshBrowser(), phone)).fresh).toBe(true)
    } finally {
      await db.shiftClock(0)
    }
  })

  it('a number that was silent for a year comes back as a new person, the flats stay behind (I11)', async () => {
    const house = await makeHouse(db)
    const phone = freshPhone()
    const owner = await asOwner(db, house, house.premises[0]!, { phone })
    await db.sql(`update auth.persons set phone_checked_at = now() - interval '13 months' where person_id = $1`, [owner.personId])
    const later = await signIn(freshBrowser(), phone)
    expect(later).toMatchObject({ isNew: true })
    expect(later.personId).not.toBe(owner.personId)
    expect((await later.caller.identity.me())?.homes).toEqual([])
    await expect(owner.caller.identity.devices()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const [grant] = await db.sql<{ ended_ground: string }>('select ended_ground from auth.grants where grant_id = $1', [owner.grantId])
    expect(grant?.ended_ground).toBe('BASIS_ENDED_OR_ABSENT')
  })

  it('the session ends by idleness and by age', async () => {
    const person = await signIn(freshBrowser(), freshPhone())
    try {
      await db.shiftClock(31 * 24 * hour)
      await expect(person.caller.identity.devices()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    } finally {
      await db.shiftClock(0)
    }
  })

  it('tells the other devices of a known person', async () => {
    const phone = freshPhone()
    const first = await signIn(freshBrowser(), phone)
    await signIn(freshBrowser(), phone)
    const events = await db.sql<{ payload: { device: string } }>(`select payload from event_queue where name = 'identity.deviceAdded' and payload -> 'personIds' ? $1`, [first.personId])
    expect(events).toHaveLength(1)
    expect(events[0]?.payload.device).toBe('Android, Chrome')
  })
})
