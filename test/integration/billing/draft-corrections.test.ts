import { expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asManager } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import { makeHouse } from '#test/support/factories.ts'

it('after an act every bill of the house that comes out otherwise is drafted, once; nothing differs, another body: refused', async () => {
  const db = await billingDatabase()
  const house = await makeHouse(db, { country: 'KZ', flats: 3, areas: ['60.00'], territoryCode: '751410000' })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }, { service: 'LIFT', method: 'AREA' }])
  const [accountant, manager] = [await asAccountant(db, house), await asManager(db, house)]
  const key = { buildingId: house.buildingId, period: '2026-10' }
  await db.sql('delete from registered_persons where premises_id = $1', [house.premises[2]!.premisesId])
  await accountant.caller.billing.run({ ...key, acceptFindings: true })
  const input = { ...key, ground: 'Act 31-A' }
  await expect(accountant.caller.billing.draftCorrections(input)).rejects.toThrow('billing.nothingToCorrect')
  await manager.caller.billing.registerInterruption({ buildingId: house.buildingId, interruptionId: newId(), service: 'WASTE', from: '2026-10-05', to: '2026-10-14', act: '31-A' })
  await expect((await asAccountant(db, await makeHouse(db))).caller.billing.draftCorrections(input)).rejects.toThrow('billing.houseNotFound')
  // Two persons at 619.64: 10 of 31 days, 399.77 and VAT on it, of two flats; nobody is registered in the third.
  const { drafted, was, becomes } = await accountant.caller.billing.draftCorrections(input)
  expect([drafted, was - becomes]).toEqual([2, 2n * (143_756n - (83_951n + 13_432n))])
  await expect(accountant.caller.billing.draftCorrections(input)).rejects.toThrow('billing.nothingToCorrect')
  expect((await accountant.caller.billing.corrections(key)).map(each => [each.state, each.services])).toEqual([['DRAFT', ['WASTE']], ['DRAFT', ['WASTE']]])
})
