import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
const ask = async (amount: bigint) => world.accountant.caller.repairs.requestRefund({ ...key, refundId: newId(), premisesId: world.house.premises[0]!.premisesId, amount, application: 'Ariza 5, 2026-11-20' })
const decide = (refundId: string) => ({ buildingId: key.buildingId, refundId, ground: 'Toʻlov topshiriqnomasi 81' })

beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await world.collecting()
  await world.payAll(key)
  await world.manager.caller.repairs.cancelProgramme({ ...key, ground: 'Bayonnoma 9' })
})
afterAll(() => world.close())

test('asked by one, decided by another; the bank pays from the fund of the programme, once', async () => {
  const { refundId } = await ask(100_000n)
  await expect(world.accountant.caller.repairs.approveRefund(decide(refundId))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'repairs.fourEyes' })
  await expect(world.twinManager.caller.repairs.approveRefund(decide(refundId))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(world.twinManager.caller.repairs.approveRefund({ ...decide(refundId), buildingId: world.twin.buildingId })).rejects.toMatchObject({ message: 'repairs.refundNotFound' })
  const results = await Promise.all([1, 2, 3].map(() => world.manager.caller.repairs.approveRefund(decide(refundId))))
  expect(new Set(results.map(result => result.transactionId)).size).toBe(1)
  await expect(world.manager.caller.repairs.approveRefund({ ...decide(refundId), ground: 'Boshqa asos 1' })).rejects.toMatchObject({ message: 'repairs.refundDecided' })
  const entries = await world.db.sql<{ ledger: string; amount: string }>(`select ledger, amount::text from ledger_entries where kind = 'REFUND' and source_id = $1 order by line`, [refundId])
  expect(entries).toEqual([{ ledger: 'RECEIVABLE', amount: '100000' }, { ledger: 'BANK', amount: '-100000' }])
  expect((await world.fund(key)).shares[0]).toMatchObject({ refundable: 80_000n, refunds: [{ amount: 100_000n, approved: true }] })
  const audit = await world.db.sql<{ action: string; person_id: string }>('select action, person_id from audit_entries where subject_id = $1 order by at', [refundId])
  expect(audit.map(each => each.action)).toEqual(['repairs.requestRefund', 'repairs.approveRefund'])
  expect(new Set(audit.map(each => each.person_id)).size).toBe(2)
  expect(await world.verify()).toEqual([])
})

test('the database lets no refund through that two persons did not decide', async () => {
  const { refundId } = await ask(80_000n)
  const unit = world.house.premises[0]!
  const post = (sourceId: string) => serviceTransaction('payments', ctx => postToAccount(ctx, {
    buildingId: key.buildingId, accountId: unit.accountId, premisesId: unit.premisesId, period: world.today.slice(0, 7), valueDate: world.today, kind: 'REFUND', sourceType: 'refund', sourceId,
    transactionId: newId(), lines: [{ fund: `PROGRAMME:${key.programmeId}`, amount: 80_000n, contra: 'BANK' }] }))
  await expect(post(newId())).rejects.toThrow('nobody decided')
  await expect(post(refundId), 'asked and not decided').rejects.toThrow('nobody decided')
  await world.manager.caller.repairs.approveRefund(decide(refundId))
  await expect(post(refundId), 'posted already').rejects.toThrow('nobody decided')
})

test('what an act spent is not given back: the fund pays only what it holds', async () => {
  const mine = await world.collecting('Yoʻlak')
  const stageId = newId()
  const paid = (await world.fund(mine)).shares[0]!.instalments[0]!
  await world.pay(paid.number, paid.amount)
  await world.stage(mine, { stageId })
  await world.start(mine)
  await world.act({ ...mine, stageId }, { amount: 180_000n, ownersAmount: 180_000n })
  await world.approve(mine, 600_000n)
  expect(await world.fund(mine)).toMatchObject({ works: { money: { held: 0n } }, shares: [{ refundable: 72_000n }] })
  const { refundId } = await world.accountant.caller.repairs.requestRefund({ ...mine, refundId: newId(), premisesId: world.house.premises[0]!.premisesId, amount: 72_000n, application: 'Ariza 6, 2026-11-20' })
  await expect(world.manager.caller.repairs.approveRefund(decide(refundId))).rejects.toMatchObject({ code: 'CONFLICT', message: 'repairs.notEnoughMoney' })
  // Paid by the other flat, the fund holds it again.
  for (const each of (await world.fund(mine, world.owners[1])).shares[0]!.instalments.filter(one => one.state === 'OPEN')) await world.pay(each.number, each.amount)
  await world.manager.caller.repairs.approveRefund(decide(refundId))
  expect((await world.fund(mine)).works.money).toMatchObject({ held: 0n })
  expect(await world.verify()).toEqual([])
})
