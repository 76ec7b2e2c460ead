import { beforeAll, describe, expect, it } from 'vitest'
import { generate } from 'otplib'
import { world } from '#prisma/seed/demo/world.ts'
import { seedIdentity } from '#prisma/seed/demo/identity.ts'
import { seedRegistry } from '#prisma/seed/demo/registry.ts'
import { createCaller } from '#server/api/root.ts'
import { demoDeviceOf, demoDeviceToken } from '#server/identity/demo/device.ts'
import { openStaffSession } from '#server/identity/open-staff-session.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { freshBrowser, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedRegistry(world)
  await seedIdentity(world)
  await seedIdentity(world)
})

describe('people of the demonstration', () => {
  it('a resident signs in, is new here, and the older device vouches for this one', async () => {
    for (const country of ['KZ', 'UZ'] as const) {
      const facts = world.person(country, 'OWNER')
      const person = await signIn(freshBrowser(), facts.phone)
      expect(person).toMatchObject({ personId: facts.personId, isNew: false, fresh: true, otherDevices: 1 })
      expect((await person.caller.identity.me())?.homes.map(home => home.number)).toContain('25')
      const older = createCaller({ request: { ...freshBrowser(), sid: demoDeviceOf(demoDeviceToken(facts.personId)) } })
      const [pending] = (await older.identity.me())?.pendingDevices ?? []
      await older.identity.confirmDevice({ device: pending!.device })
      expect(await person.caller.identity.me()).toMatchObject({ fresh: false, level: 2 })
    }
  })

  it('the link of another person cannot be made up', () => {
    expect(demoDeviceOf(`${world.person('KZ', 'OWNER').personId}.000000000000000000000000`)).toBeNull()
  })

  it('staff sign in by login, password and one-time key', async () => {
    for (const role of ['CLERK', 'MANAGER', 'ACCOUNTANT'] as const) {
      const facts = world.person('KZ', role)
      const { sid } = await openStaffSession(freshBrowser(), { login: facts.login ?? '', password: facts.password ?? '', oneTimeKey: await generate({ secret: facts.totpSecret ?? '' }) })
      expect((await createCaller({ request: { ...freshBrowser(), sid } }).identity.me())?.roles).toMatchObject([{ role }])
    }
  })

  it('an owner waits for the council of each house', async () => {
    const chair = world.person('UZ', 'CHAIR')
    const older = createCaller({ request: { ...freshBrowser(), sid: demoDeviceOf(demoDeviceToken(chair.personId)) } })
    const { claims } = await older.identity.claims({ buildingId: chair.units[0]!.buildingId })
    expect(claims).toHaveLength(1)
    expect(claims[0]?.owners.map(owner => owner.name)).toContain(claims[0]?.name)
    expect(await db.sql(`select 1 from invitations where state = 'OPEN'`)).toHaveLength(world.houses.length * 2)
  })
})
