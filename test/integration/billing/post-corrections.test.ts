import { expect, it } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asManager, asOwner } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { makeHouse } from '#test/support/factories.ts'

it('a second person posts all drafts of a house together, where debts are frozen on the act alone; who drafted does not, nor without an act', async () => {
  const db = await billingDatabase()
  const house = await makeHouse(db, { country: 'UZ', flats: 7, areas: ['60.00'], territoryCode: '1726264' })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
  const [accountant, manager] = [await asAccountant(db, house), await asManager(db, house)]
  const key = { buildingId: house.buildingId, period: '2026-10' }
  await accountant.caller.billing.run({ ...key, acceptFindings: true })
  await expect(manager.caller.billing.postCorrections(key)).rejects.toThrow('billing.correctionDecided')
  await setNow('2026-11-22T05:00:00Z')
  const versions = async () => (await db.sql<{ version: number }>('select version from current_bills where building_id = $1 order by account_id', [house.buildingId])).map(each => each.version)
  await manager.caller.premises.registerPersons({ buildingId: house.buildingId, premisesId: house.premises[0]!.premisesId, persons: 1, since: '2026-01-01', source: 'Certificate 3' })
  await accountant.caller.billing.draftCorrections({ ...key, ground: 'Certificate 3' })
  await expect(manager.caller.billing.postCorrections(key)).rejects.toThrow('billing.correctionNeedsGround')
  expect(await versions()).toEqual(Array(7).fill(1))
  const [wrong] = await accountant.caller.billing.corrections(key)
  await accountant.caller.billing.declineCorrection({ buildingId: house.buildingId, correctionId: wrong!.correctionId, reason: 'By a conclusion only' })
  await accountant.caller.billing.registerInterruption({ buildingId: house.buildingId, interruptionId: newId(), service: 'WASTE', from: '2026-10-05', to: '2026-10-14', act: '31-A' })
  const similar = async () => (await (await asOwner(db, house, house.premises[6]!)).caller.billing.bill({ number: house.premises[6]!.accountNumber, period: key.period })).similar?.total
  const usual = await similar()
  const drafted = await accountant.caller.billing.draftCorrections({ ...key, ground: 'Act 31-A' })
  await expect(accountant.caller.billing.postCorrections(key)).rejects.toThrow('billing.correctionFourEyes')
  // An act that is being withdrawn is waited for, so that no bill counts it afterwards: it is gone, and the drafts say something else.
  const waits = await openTransaction(accountant.request, async ctx => {
    await ctx.db.$executeRaw`update service_interruptions set withdrawn_at = app.now(), withdrawn_reason = 'Another house' where building_id = ${house.buildingId}::uuid`
    const posting = Promise.allSettled([manager.caller.billing.postCorrections(key)])
    expect(await Promise.race([posting, new Promise(done => setTimeout(done, 400, 'waits'))])).toBe('waits')
    return { posting, back: () => db.sql(`set local session_replication_role = replica; update service_interruptions set withdrawn_at = null, withdrawn_reason = null, withdrawn_by = null where building_id = '${house.buildingId}'`) }
  })
  expect(await waits.posting).toMatchObject([{ status: 'rejected', reason: { message: 'billing.changedSinceDraft' } }])
  await waits.back()
  // One of the seven is the manager's own: six are posted, and it waits for another person.
  const own = (await accountant.caller.billing.corrections(key)).find(each => each.state === 'DRAFT' && each.accountNumber === house.premises[3]!.accountNumber)!
  await accountant.caller.billing.declineCorrection({ buildingId: house.buildingId, correctionId: own.correctionId, reason: 'By the manager' })
  await manager.caller.billing.draftCorrection({ correctionId: newId(), number: own.accountNumber, period: key.period, ground: 'Act 31-A' })
  expect(await manager.caller.billing.postCorrections(key)).toEqual({ posted: 6, waiting: 1, was: drafted.was - own.was, becomes: drafted.becomes - own.becomes })
  await expect(manager.caller.billing.postCorrections(key)).rejects.toThrow('billing.correctionFourEyes')
  expect(await accountant.caller.billing.postCorrections(key)).toMatchObject({ posted: 1, waiting: 0, becomes: own.becomes })
  expect(await versions()).toEqual(Array(7).fill(2))
  // Neighbours are compared by the bills that stand: 10 of 31 days of two persons less.
  expect([usual, await similar()]).toEqual([1_800_000n, 1_400_000n])
  const faults = () => serviceTransaction('billing', ctx => verifyLedger(ctx, house.buildingId))
  expect(await faults()).toEqual([])
  // In a tampered copy: a bill taken back and charged anew that two people never corrected, and one whose act is gone.
  const [first] = await db.sql<{ id: string; account: string }>('select correction_id as id, account_id as account from bill_corrections where posted_at is not null and building_id = $1 order by account_id limit 1', [house.buildingId])
  await db.sql(`set local session_replication_role = replica; delete from bill_corrections where correction_id = '${first!.id}'`)
  expect((await faults()).map(each => [each.problem, each.accountId, each.seq])).toEqual([['UNGROUNDED', first!.account, 2n], ['UNGROUNDED', first!.account, 3n]])
  await db.sql(`set local session_replication_role = replica; delete from service_interruptions where building_id = '${house.buildingId}'`)
  expect(new Set((await faults()).map(each => each.accountId)).size).toBe(7)
})
