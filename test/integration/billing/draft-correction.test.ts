import { beforeAll, describe, expect, it } from 'vitest'
import { draftCorrection } from '#server/billing/draft-correction.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let accountant: ActingPerson
const period = '2026-10'
const draft = (change: Record<string, unknown> = {}) => ({ correctionId: newId(), number: house.premises[0]!.accountNumber, period, ground: 'Address certificate 17', ...change })

beforeAll(async () => {
  db = await billingDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 2, areas: ['60.00'], territoryCode: '751410000' })
  await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'WASTE', method: 'PERSON' }])
  for (const unit of house.premises) await addReading(db, house, { meterId: await addMeter(db, house, { premisesId: unit.premisesId, service: 'COLD_WATER' }), premisesId: unit.premisesId, period, consumption: '11' })
  accountant = await asAccountant(db, house)
  await accountant.caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
})

describe('draft correction', () => {
  it('refused: nothing differs, no such bill, a closed month, a clerk, the people of the flat, another body', async () => {
    await expect(accountant.caller.billing.draftCorrection(draft())).rejects.toThrow('billing.nothingToCorrect')
    await expect(accountant.caller.billing.draftCorrection(draft({ period: '2026-09' }))).rejects.toThrow('billing.billNotFound')
    await expect((await asOwner(db, house, house.premises[0]!)).caller.billing.draftCorrection(draft())).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect((await asClerk(db, house)).caller.billing.draftCorrection(draft())).rejects.toThrow(/billing.(billNotFound|runForbidden)/)
    await expect((await asAccountant(db, await makeHouse(db, { country: 'KZ' }))).caller.billing.draftCorrection(draft())).rejects.toThrow('billing.billNotFound')
  })

  it('says what the bill would be by the facts as they are now, once, and posts nothing', async () => {
    await (await asManager(db, house)).caller.premises.registerPersons({ buildingId: house.buildingId, premisesId: house.premises[0]!.premisesId, persons: 1, since: '2026-01-01', source: 'Address certificate 17' })
    const input = draft()
    // Sent twice at once, one act: both are answered alike.
    const { made, second } = await openTransaction(accountant.request, async ctx => {
      const first = await draftCorrection(ctx, input)
      const again = Promise.allSettled([accountant.caller.billing.draftCorrection(input)])
      expect(await Promise.race([again, new Promise(done => setTimeout(done, 300, 'waits'))])).toBe('waits')
      return { made: first, second: again }
    })
    expect(await second).toEqual([{ status: 'fulfilled', value: made }])
    // Two persons: 12.3 b and two of waste; one: 11 m³ of one person and one of waste; VAT 16 %; 60 m² at 80 and 21.625 stay.
    const [water, waste] = [(12.3 * 91.96), 619.64]
    expect(Number(made.was)).toBe(Math.round(water * 100) + Math.round(Math.round(water * 100) * 0.16) + Math.round(waste * 200) + Math.round(Math.round(waste * 200) * 0.16) + 480_000 + 129_750)
    expect(made.becomes - made.was).toBe(158_943n + 71_878n - 131_209n - 143_756n)
    expect(await accountant.caller.billing.draftCorrection(input)).toEqual(made)
    await expect(accountant.caller.billing.draftCorrection(draft())).rejects.toThrow('billing.correctionWaits')
    expect(await accountant.caller.billing.corrections({ buildingId: house.buildingId, period })).toMatchObject([{ state: 'DRAFT', mine: true, was: made.was, becomes: made.becomes, services: ['COLD_WATER', 'WASTE'] }])
    expect((await db.sql('select 1 from ledger_entries where kind <> $1', ['CHARGE'])).length).toBe(0)
  })
})
