import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asOwner, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { allocationOf, makeAllocationOffice, type AllocationOffice } from '#test/support/allocation.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let office: AllocationOffice
let doors: Awaited<ReturnType<typeof openDoors>>
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  office = await makeAllocationOffice(db)
  doors = await openDoors()
})
afterAll(() => doors.close())

const drafted = async (change: Parameters<typeof allocationOf>[0] = {}, who: ActingPerson = office.first) => (await who.caller.billing.draftAllocation(allocationOf(change))).draftId
const decide = (who: ActingPerson, draftId: string, change: object = {}) => who.caller.billing.decideAllocation({ draftId, decision: 'PUBLISH', reason: null, ...change })

it('publishes: payments from its day on are split by it and the receipt names it; those of days before keep theirs', async () => {
  const house = await makeHouse(db, { country: 'UZ', flats: 1 })
  const [flat] = house.premises
  const owner = await asOwner(db, house, flat!)
  const payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
  await serviceTransaction('payments', ctx => ctx.db.$executeRaw`select app.post_account(${house.buildingId}::uuid, ${flat!.accountId}::uuid, ${flat!.premisesId}::uuid, '2026-11', gen_random_uuid(), 'CHARGE', '2026-11-01'::date, 'test', '1', null,
    array['UTILITIES', 'SAVINGS'], array[100000, 100000]::bigint[], array['INCOME', 'INCOME'])`)
  const pay = async (at: string) => {
    await setNow(at)
    const id = FakePayme.newTransaction()
    await payme.create(id, flat!.accountNumber, 60_000, new Date(at).getTime())
    await payme.perform(id)
    const [row] = await db.sql<{ id: string }>('select payment_id as id from payment_transactions where external_id = $1', [id])
    return owner.caller.payments.receipt({ buildingId: house.buildingId, paymentId: row!.id })
  }
  expect(await decide(office.second, await drafted())).toMatchObject({})
  const before = await pay('2026-11-30T10:00:00Z')
  const after = await pay('2026-12-01T10:00:00Z')
  expect([before, after].map(each => [each.split, each.rule?.ruleId])).toEqual([[[{ fund: 'UTILITIES', amount: 60_000n }], 'UZ-2026-1'], [[{ fund: 'SAVINGS', amount: 60_000n }], 'UZ-2026-2']])
  expect((await owner.caller.payments.receipt({ buildingId: house.buildingId, paymentId: (await db.sql<{ id: string }>(`select payment_id as id from payment_transactions where building_id = $1 order by created_at limit 1`, [house.buildingId]))[0]!.id })).rule?.ruleId).toBe('UZ-2026-1')
  expect((await office.accountant.caller.billing.allocation()).rows.slice(0, 2)).toMatchObject([{ ruleId: 'UZ-2026-2', state: 'IN_FORCE', verified: false, actNumber: '7' }, { ruleId: 'UZ-2026-1', state: 'ENDED' }])
  await setNow('2026-11-21T05:00:00Z')
})

it('refuses who drafted it, who is not the whole country, no act, a day that has come, a second decision', async () => {
  const draftId = await drafted({ from: '2027-01-01' })
  await expect(decide(office.first, draftId)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'allocation.fourEyes' })
  for (const who of [office.accountant, office.place, await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })]) await expect(decide(who, draftId)).rejects.toThrow('allocation.notFound')
  await expect(decide(office.second, await drafted({ from: '2027-01-02', actId: null }))).rejects.toThrow('allocation.actNeeded')
  await expect(decide(office.second, newId())).rejects.toThrow('allocation.notFound')
  const late = await drafted({ from: '2026-11-22' })
  await setNow('2026-11-22T05:00:00Z')
  await expect(decide(office.second, late)).rejects.toThrow('allocation.pastDay')
  await setNow('2026-11-21T05:00:00Z')
  await decide(office.second, draftId)
  await expect(decide(office.second, draftId)).rejects.toThrow('allocation.notADraft')
  for (const change of [`fund_order = '{PENALTY}'`, `valid_from = '2020-01-01'`]) {
    await expect(openTransaction(office.second.request, ctx => ctx.db.$executeRawUnsafe(`update payment_allocation_rules set ${change} where country = 'UZ' and valid_from = '2027-01-01'`)), change).rejects.toThrow(/42501|permission denied/)
  }
})

it('is sent back with a reason that its maker reads; of two drafts of one day one is published', async () => {
  const [first, second] = [await drafted({ from: '2028-01-01' }), await drafted({ from: '2028-01-01', advanceFund: 'UTILITIES' })]
  await expect(decide(office.second, first, { decision: 'DECLINE' })).rejects.toThrow('services.reasonNeeded')
  const ways = await Promise.allSettled([decide(office.second, first), decide(office.second, second)])
  expect(ways.map(each => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const left = ways[0]?.status === 'fulfilled' ? second : first
  await expect(decide(office.second, left)).rejects.toThrow('allocation.known')
  await decide(office.second, left, { decision: 'DECLINE', reason: 'the day has one' })
  expect((await office.first.caller.billing.allocation()).drafts.find(each => each.draftId === left)).toMatchObject({ state: 'DECLINED', reason: 'the day has one' })
  const own = await drafted({ from: '2029-01-01' })
  await decide(office.first, own, { decision: 'DECLINE', reason: 'typed wrongly' })
  expect((await office.first.caller.billing.allocation()).drafts.find(each => each.draftId === own)).toMatchObject({ state: 'TAKEN_BACK', reason: 'typed wrongly' })
})
