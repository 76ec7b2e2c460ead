import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, localDateOf } from '#server/kernel/period.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { asInspector, owed } from '#test/support/adjustments.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let accountant: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ' })
  accountant = await asAccountant(db, house)
})
afterEach(() => resetClock())

const opening = (flat: number, amount: bigint) => ({ transactionId: newId(), number: house.premises[flat]!.accountNumber, lines: [{ fund: 'UTILITIES' as const, amount }, { fund: 'CURRENT' as const, amount: 100n }] })

describe('post opening', () => {
  it('comes once and only while the window is open', async () => {
    await expect(accountant.caller.ledger.postOpening(opening(0, 700n))).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.windowClosed' })
    const operator = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
    const today = localDateOf(new Date(), 300)
    await operator.caller.ledger.openMigrationWindow({ buildingId: house.buildingId, windowId: newId(), closesOn: addDays(today, 10), basis: 'Act of handing over No 1' })
    await accountant.caller.ledger.postOpening(opening(0, 700n))
    expect(await owed(house, house.premises[0]!)).toBe(800n)
    await expect(accountant.caller.ledger.postOpening(opening(0, 700n))).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.alreadyOpened' })
    await setNow(`${addDays(today, 11)}T07:00:00Z`)
    await expect(accountant.caller.ledger.postOpening(opening(1, 700n))).rejects.toMatchObject({ message: 'ledger.windowClosed' })
    await resetClock()
    await accountant.caller.ledger.postOpening(opening(1, -700n))
    expect(await serviceTransaction('billing', ctx => verifyLedger(ctx, house.buildingId))).toEqual([])
  })

  it('the list of the house tells the window, what was brought over, and what not yet; to those who bring and who let in alone', async () => {
    const found = await accountant.caller.ledger.openings({ buildingId: house.buildingId })
    expect(found).toMatchObject({ mayMigrate: false, mayRequest: true, window: { open: true, basis: 'Act of handing over No 1' } })
    expect(found.accounts.find(each => each.number === house.premises[0]!.accountNumber)).toMatchObject({ opened: 800n })
    expect(found.accounts.find(each => each.number === house.premises[2]!.accountNumber)).toMatchObject({ opened: null, openedOn: null })
    const operator = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' })
    expect(await operator.caller.ledger.openings({ buildingId: house.buildingId })).toMatchObject({ mayMigrate: true, mayRequest: false })
    await expect((await asInspector(db, house)).caller.ledger.openings({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.bodyOnly' })
    await expect((await asAccountant(db, await makeHouse(db, { country: 'UZ' }))).caller.ledger.openings({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('a fund of the house itself is opened once too', async () => {
    const lines = [{ ledger: 'BANK', fund: 'SAVINGS' as const, amount: 5n }, { ledger: 'OPENING', fund: 'SAVINGS' as const, amount: -5n }]
    const post = () => serviceTransaction('billing', ctx => postForHouse(ctx, { buildingId: house.buildingId, period: '2026-10', transactionId: newId(), kind: 'OPENING', valueDate: '2026-10-01', sourceType: 'x', sourceId: 'y', lines }))
    await post()
    await expect(post()).rejects.toMatchObject({ code: 'ledger.alreadyOpened' })
  })

  it('is for the body that keeps the accounts', async () => {
    const twin = await asAccountant(db, await makeHouse(db, { country: 'UZ' }))
    await expect(twin.caller.ledger.postOpening(opening(2, 1n))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const inspector = await asInspector(db, house)
    await expect(inspector.caller.ledger.postOpening(opening(2, 1n))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.bodyOnly' })
  })
})
