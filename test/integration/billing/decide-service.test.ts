import { beforeAll, describe, expect, it } from 'vitest'
import { asAccountant, asManager } from '#test/support/actors.ts'
import { billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { serviceDraft, servedHouse } from '#test/support/services.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })

const rows = (house: TestHouse, service = 'WASTE') => db.sql(`select method, valid_from::text as "from", valid_to::text as "to" from house_services where building_id = $1 and service = $2 order by valid_from`, [house.buildingId, service])
const bill = (house: TestHouse) => db.sql(`insert into billing_runs (building_id, period, run_id, currency, prices, prices_hash, due_on, accounts, line_count, total, bills_hash) values ($1, '2026-12', gen_random_uuid(), 'KZT', '{}', '', '2027-01-25', 0, 0, 0, '')`, [house.buildingId])

async function drafted(change: object = {}) {
  const house = await servedHouse(db)
  const [accountant, manager] = [await asAccountant(db, house), await asManager(db, house)]
  const draft = serviceDraft(house, change)
  await accountant.caller.billing.draftService(draft)
  return { house, accountant, manager, draft, ref: { buildingId: house.buildingId, changeId: draft.changeId, reason: null } }
}

describe('the second person about how a house is charged', () => {
  it('publishes: the row before ends on the eve, once; a mistake is put right for the same day while no month is billed', async () => {
    const { house, accountant, manager, ref } = await drafted()
    const publish = (changeId: string) => manager.caller.billing.decideService({ ...ref, changeId, decision: 'PUBLISH' })
    expect(await publish(ref.changeId)).toEqual({ changeId: ref.changeId })
    expect(await rows(house)).toEqual([{ method: 'PERSON', from: '2025-01-01', to: '2026-11-30' }, { method: 'FIXED', from: '2026-12-01', to: null }])
    await expect(publish(ref.changeId)).rejects.toThrow('services.notADraft')
    const right = serviceDraft(house, { method: 'AREA' })
    await accountant.caller.billing.draftService(right)
    await publish(right.changeId)
    expect(await rows(house)).toMatchObject([{ method: 'PERSON' }, { method: 'AREA', from: '2026-12-01', to: null }])
    const none = serviceDraft(house, { method: null, from: '2027-02-01', kinds: [] })
    await accountant.caller.billing.draftService(none)
    await publish(none.changeId)
    expect((await rows(house))[1]).toEqual({ method: 'AREA', from: '2026-12-01', to: '2027-01-31' })
    expect(await db.sql(`select distinct person_id::text from audit_entries where building_id = $1 and action = 'billing.decideService'`, [house.buildingId])).toEqual([{ person_id: manager.personId }])
  })

  it('refuses who drafted it, a month billed meanwhile, and the accountant of another house', async () => {
    const { house, accountant, manager, ref } = await drafted()
    await expect(accountant.caller.billing.decideService({ ...ref, decision: 'PUBLISH' })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'services.fourEyes' })
    await expect((await asAccountant(db, await makeHouse(db))).caller.billing.decideService({ ...ref, decision: 'PUBLISH' })).rejects.toThrow('services.notFound')
    await bill(house)
    await expect(manager.caller.billing.decideService({ ...ref, decision: 'PUBLISH' })).rejects.toThrow('services.monthBilled')
    expect(await rows(house)).toEqual([{ method: 'PERSON', from: '2025-01-01', to: null }])
  })

  it('sends back with a reason that its maker reads; the maker takes back', async () => {
    const { accountant, manager, ref } = await drafted()
    await expect(manager.caller.billing.decideService({ ...ref, decision: 'DECLINE' })).rejects.toThrow('services.reasonNeeded')
    await manager.caller.billing.decideService({ ...ref, decision: 'DECLINE', reason: 'The meeting decided otherwise' })
    const { changes } = await accountant.caller.billing.services({ buildingId: ref.buildingId })
    expect(changes).toMatchObject([{ state: 'DECLINED', declinedReason: 'The meeting decided otherwise' }])
    expect((await manager.caller.billing.services({ buildingId: ref.buildingId })).changes).toEqual([])
    const own = await drafted({ service: 'GAS', method: 'PERSON' })
    await own.accountant.caller.billing.decideService({ ...own.ref, decision: 'DECLINE', reason: 'typed wrongly' })
    expect(await rows(own.house, 'GAS')).toEqual([])
    expect((await own.accountant.caller.billing.services({ buildingId: own.ref.buildingId })).changes).toMatchObject([{ state: 'TAKEN_BACK', declinedReason: 'typed wrongly' }])
  })
})
