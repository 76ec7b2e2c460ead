import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, localDateOf } from '#server/kernel/period.ts'
import { asManager, asPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ' })
})

const windowOf = (days: number) => ({ buildingId: house.buildingId, windowId: newId(), closesOn: addDays(localDateOf(new Date(), 300), days), basis: 'Act of handing over No 1' })

describe('open migration window', () => {
  it('is the operator\'s act, for two months at most', async () => {
    const operator = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
    await operator.caller.ledger.openMigrationWindow(windowOf(30))
    for (const days of [-1, 61]) await expect(operator.caller.ledger.openMigrationWindow(windowOf(days))).rejects.toMatchObject({ message: 'ledger.windowTooLong' })
    expect(await db.sql('select 1 from migration_windows where building_id = $1', [house.buildingId])).toHaveLength(1)
  })

  it('is refused to the management, also in SQL, and to the operator of another country', async () => {
    const manager = await asManager(db, house)
    await expect(manager.caller.ledger.openMigrationWindow(windowOf(5))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.operatorOnly' })
    await expect(openTransaction(manager.request, ctx => ctx.db.$executeRaw`insert into migration_windows (building_id, window_id, closes_on, basis)
      values (${house.buildingId}::uuid, ${newId()}::uuid, app.today() + 5, 'myself')`)).rejects.toThrow(/42501|row-level/)
    const other = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
    await expect(other.caller.ledger.openMigrationWindow(windowOf(5))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
