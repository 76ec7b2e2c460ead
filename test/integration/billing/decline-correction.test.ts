import { expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asManager } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import { makeHouse } from '#test/support/factories.ts'

it('a draft is taken back with a reason; it is posted no more, another may be drafted, and the bill stays', async () => {
  const db = await billingDatabase()
  const house = await makeHouse(db, { country: 'KZ', flats: 1, areas: ['60.00'], territoryCode: '751410000' })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
  const [accountant, manager] = [await asAccountant(db, house), await asManager(db, house)]
  const key = { buildingId: house.buildingId, period: '2026-10' }
  await accountant.caller.billing.run({ ...key, acceptFindings: true })
  await manager.caller.premises.correct({ buildingId: house.buildingId, premisesId: house.premises[0]!.premisesId, areaM2: '50', ground: 'Recorded wrongly' })
  const input = { correctionId: newId(), number: house.premises[0]!.accountNumber, period: '2026-10', ground: 'Technical passport 3' }
  await accountant.caller.billing.draftCorrection(input)
  const decline = { buildingId: house.buildingId, correctionId: input.correctionId, reason: 'The passport is of another flat' }
  await expect((await asAccountant(db, await makeHouse(db))).caller.billing.declineCorrection(decline)).rejects.toThrow('billing.correctionNotFound')
  await manager.caller.billing.declineCorrection(decline)
  await expect(manager.caller.billing.declineCorrection(decline)).rejects.toThrow('billing.correctionDecided')
  await expect(manager.caller.billing.postCorrection({ buildingId: house.buildingId, correctionId: input.correctionId })).rejects.toThrow('billing.correctionDecided')
  const own = newId()
  await accountant.caller.billing.draftCorrection({ ...input, correctionId: own })
  expect((await accountant.caller.billing.corrections(key)).map(each => each.state)).toEqual(['DRAFT', 'DECLINED'])
  await accountant.caller.billing.declineCorrection({ ...decline, correctionId: own })
  expect((await accountant.caller.billing.corrections(key)).map(each => each.state).toSorted(), 'nobody else declined what its drafter took back').toEqual(['DECLINED', 'TAKEN_BACK'])
  expect(await db.sql('select 1 from ledger_reversals')).toHaveLength(0)
})
