import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asChair, asClerk, asOwner } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
const period = '2026-10'
const order = (batchId: string, locale: 'uz' | 'kk' | 'ru' = 'kk', month = period) => ({ buildingId: house.buildingId, batchId, period: month, locale })

beforeAll(async () => {
  db = await billingDatabase()
  house = await makeHouse(db, { flats: 3 })
  await arrangeServices(db, house)
  await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
})

describe('request papers', () => {
  it('an order pressed twice is one order, traced and told to the worker once', async () => {
    const accountant = await asAccountant(db, house)
    const batchId = newId()
    const once = await accountant.caller.billing.requestPapers(order(batchId))
    expect(once).toMatchObject({ state: 'WAITING', billCount: 3, doneCount: 0 })
    expect(await accountant.caller.billing.requestPapers(order(batchId))).toEqual(once)
    expect(await accountant.caller.billing.papers({ buildingId: house.buildingId, period })).toEqual([once])
    const [row] = await db.sql<{ events: number; traces: number }>(`select (select count(*)::int from event_queue where name = 'billing.papersRequested' and payload ->> 'batchId' = $1) as events,
      (select count(*)::int from audit_entries where action = 'billing.requestPapers' and subject_id = $1) as traces`, [batchId])
    expect(row).toEqual({ events: 1, traces: 1 })
    await expect(accountant.caller.billing.requestPapers(order(batchId, 'ru'))).rejects.toMatchObject({ cause: { code: 'billing.paperIdTaken' } })
  })

  it('without bills there is nothing to print', async () => {
    const accountant = await asAccountant(db, house)
    await expect(accountant.caller.billing.requestPapers(order(newId(), 'ru', '2026-09'))).rejects.toMatchObject({ cause: { code: 'billing.nothingToPrint' } })
  })

  it('papers carry codes that open flats: nobody but who bills the house orders them or sees that they are there', async () => {
    const [premises] = house.premises
    if (!premises) throw new Error('no flats')
    const twin = await makeHouse(db, { flats: 1 })
    for (const person of [await asOwner(db, house, premises), await asChair(db, house), await asClerk(db, house), await asAccountant(db, twin)]) {
      await expect(person.caller.billing.requestPapers(order(newId()))).rejects.toMatchObject({ code: expect.stringMatching(/NOT_FOUND|FORBIDDEN|UNAUTHORIZED/) as string })
      await expect(person.caller.billing.papers({ buildingId: house.buildingId, period }).catch(() => [])).resolves.toEqual([])
    }
  })
})
