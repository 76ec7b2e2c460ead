import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})

describe('ending a session on another device (identity 1.9)', () => {
  it('ends it at once: the next call is refused and SQL shows nothing (I8)', async () => {
    const house = await makeHouse(db)
    const phone = freshPhone()
    const lost = await asOwner(db, house, house.premises[0]!, { phone })
    const visible = () => openTransaction(lost.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from premises`)
    expect(await visible()).toHaveLength(1)
    const mine = await signIn(freshBrowser(), phone)
    const device = (await mine.caller.identity.devices()).find(each => !each.isThis)
    await mine.caller.identity.revokeDevice({ device: device!.device })
    await expect(lost.caller.identity.devices()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await visible()).toHaveLength(0)
  })

  it('refuses a session of somebody else', async () => {
    const mine = await signIn(freshBrowser(), freshPhone())
    const other = await signIn(freshBrowser(), freshPhone())
    const [theirs] = await other.caller.identity.devices()
    await expect(mine.caller.identity.revokeDevice({ device: theirs!.device })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await other.caller.identity.devices()).toHaveLength(1)
  })

  it('of this device is signing out', async () => {
    const mine = await signIn(freshBrowser(), freshPhone())
    const [device] = await mine.caller.identity.devices()
    await mine.caller.identity.revokeDevice({ device: device!.device })
    await expect(mine.caller.identity.devices()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
