import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { testDatabase } from '#test/support/database.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'
import { FakePaynet } from '#test/support/fakes/paynet.ts'
import { FakeUzum } from '#test/support/fakes/uzum.ts'
import { repairWorld, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let uzum: FakeUzum
let paynet: FakePaynet
beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  uzum = new FakeUzum(world.payme.origin, await makeMerchant(world.db, { provider: 'uzum', short: true }))
  paynet = new FakePaynet(world.payme.origin, (await makeMerchant(world.db, { provider: 'paynet', field: 'client_id', serviceId: '7', short: true, key: 'paynet:a-long-password' })).key)
})
afterAll(() => world.close())

type Way = { pay: (number: string, amount: number) => Promise<string>; cancel: (id: string) => Promise<unknown>; done: unknown; refused: unknown }
const ways: Record<string, Way> = {
  payme: {
    pay: async (number, amount) => {
      const id = FakePayme.newTransaction()
      expect((await world.payme.create(id, number, amount)).result).toMatchObject({ state: 1 })
      expect((await world.payme.perform(id)).result).toMatchObject({ state: 2 })
      return id
    },
    cancel: id => world.payme.cancel(id, 5), done: { result: { state: -2 } }, refused: { error: { code: -31007 } },
  },
  uzum: {
    pay: async (number, amount) => {
      const id = FakeUzum.newTransaction()
      expect((await uzum.create(id, number, amount)).state).toBe('CREATED')
      expect((await uzum.confirm(id)).state).toBe('CONFIRMED')
      return id
    },
    cancel: id => uzum.reverse(id), done: { state: 'REVERSED' }, refused: { code: '10017' },
  },
  paynet: {
    pay: async (number, amount) => {
      const id = FakePaynet.newTransaction()
      expect((await paynet.perform(id, number, amount)).result).toBeDefined()
      return String(id)
    },
    cancel: id => paynet.cancel(Number(id)), done: { result: { transactionState: 2 } }, refused: { error: { code: 77 } },
  },
}

test.each(Object.keys(ways))('%s: what the house gave back from the fund is not given back again, by nobody', async name => {
  const way = ways[name]!
  const key = await world.collecting(name)
  const paid = await Promise.all([0, 1].map(async place => {
    const own = (await world.fund(key, world.owners[place])).shares[0]!.instalments[0]!
    return way.pay(own.number, Number(own.amount))
  }))
  const unit = world.house.premises[0]!
  await world.manager.caller.repairs.cancelProgramme({ ...key, ground: 'Bayonnoma 9' })
  const { refundId } = await world.accountant.caller.repairs.requestRefund({ ...key, refundId: newId(), premisesId: unit.premisesId, amount: 100_000n, application: 'Ariza 5, 2026-11-20' })
  await world.manager.caller.repairs.approveRefund({ buildingId: key.buildingId, refundId, ground: 'Toʻlov topshiriqnomasi 81' })

  expect(await way.cancel(paid[0]!)).toMatchObject(way.refused as object)
  const [payment] = await world.db.sql<{ payment_id: string }>('select payment_id from payment_transactions where external_id = $1', [paid[0]])
  const reverse = { buildingId: key.buildingId, paymentId: payment!.payment_id, reason: 'Bank xati 17' }
  await expect(world.accountant.caller.payments.reverse(reverse)).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.givenBack' })
  expect(await world.db.sql('select state from payment_transactions where external_id = $1', [paid[0]])).toEqual([{ state: 'PAID' }])
  expect(await world.db.sql(`select from event_queue where name = 'payments.reversed' and payload ->> 'paymentId' = $1`, [payment!.payment_id])).toEqual([])
  expect((await world.fund(key)).works.money).toMatchObject({ held: 200_000n })
  // The other account was given nothing: its payment goes back as ever.
  expect(await way.cancel(paid[1]!)).toMatchObject(way.done as object)
  expect((await world.fund(key)).works.money).toMatchObject({ held: 80_000n })
  expect(await world.verify()).toEqual([])
})

test.each(Object.keys(ways))('%s: money of a programme that an act has paid with is not taken back: its fund never holds less than nothing', async name => {
  const way = ways[name]!
  const key = await world.collecting(`${name} spent`)
  const own = (await world.fund(key, world.owners[0])).shares[0]!.instalments[0]!
  const paid = await way.pay(own.number, Number(own.amount))
  const stageId = newId()
  await world.stage(key, { stageId })
  await world.start(key)
  await world.act({ ...key, stageId }, { amount: own.amount - 1n, ownersAmount: own.amount - 1n })
  expect(await way.cancel(paid)).toMatchObject(way.refused as object)
  const [payment] = await world.db.sql<{ payment_id: string }>('select payment_id from payment_transactions where external_id = $1', [paid])
  await expect(world.accountant.caller.payments.reverse({ buildingId: key.buildingId, paymentId: payment!.payment_id, reason: 'Bank xati 18' })).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.programmeSpent' })
  expect((await world.fund(key)).works.money).toMatchObject({ held: 1n, spent: own.amount - 1n })
  expect(await world.db.sql('select state from payment_transactions where external_id = $1', [paid])).toEqual([{ state: 'PAID' }])
  expect(await world.verify()).toEqual([])
})
