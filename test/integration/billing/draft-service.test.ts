import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { asAccountant, asClerk, asOwner } from '#test/support/actors.ts'
import { billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { serviceDraft, servedHouse } from '#test/support/services.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })

describe('a draft of how a house is charged', () => {
  it('charges nothing by itself; the desk tells what holds, what differs, the prices that would be taken and what would lack', async () => {
    const house = await servedHouse(db)
    const { caller } = await asAccountant(db, house)
    const draft = serviceDraft(house, { method: 'AREA' })
    expect(await caller.billing.draftService(draft)).toEqual({ changeId: draft.changeId })
    expect(await caller.billing.draftService(draft)).toEqual({ changeId: draft.changeId })
    await expect(caller.billing.draftService({ ...draft, method: 'FIXED' })).rejects.toThrow('services.draftedAlready')
    const desk = await caller.billing.services({ buildingId: house.buildingId, changeId: draft.changeId })
    expect([desk.house?.billed, desk.rows.map(row => [row.service, row.method, row.state]), desk.changes.map(each => [each.id, each.state, each.mine])]).toEqual([null, [['COLD_WATER', 'METER', 'IN_FORCE'], ['WASTE', 'PERSON', 'IN_FORCE']], [[draft.changeId, 'DRAFT', true]]])
    expect([desk.open?.before?.method, desk.open?.differs, desk.open?.effect?.prices, desk.open?.effect?.findings.map(each => [each.service, each.code])]).toEqual(['PERSON', ['method'], [], [['WASTE', 'noPrice']]])
    expect(desk.open?.effect?.charged).toMatchObject({ units: 2, metered: 0, houseMeter: false })
    const common = serviceDraft(house, { service: 'COLD_WATER', method: 'METER', commonSharedBy: 'AREA' })
    await caller.billing.draftService(common)
    expect((await caller.billing.services({ buildingId: house.buildingId, changeId: common.changeId })).open).toMatchObject({ differs: ['commonSharedBy'], effect: { byHeatContract: false } })
    expect(await db.sql('select 1 from house_services where building_id = $1', [house.buildingId])).toHaveLength(2)
    expect(await db.sql(`select 1 from audit_entries where building_id = $1 and action = 'billing.draftService'`, [house.buildingId])).toHaveLength(2)
  })

  it('is refused where nothing changes, in a billed month, before a later row, and where the way does not fit', async () => {
    const house = await servedHouse(db)
    const { caller } = await asAccountant(db, house)
    const refused = (change: object, code: string) => expect(caller.billing.draftService(serviceDraft(house, change))).rejects.toThrow(code)
    await refused({ method: 'PERSON' }, 'services.nothingChanges')
    await refused({ service: 'GAS', method: null }, 'services.nothingChanges')
    await refused({ method: 'METER' }, 'services.methodDoesNotFit')
    await refused({ service: 'SEWERAGE', method: 'METER' }, 'services.volumeNeeded')
    await refused({ kinds: [], method: 'AREA' }, 'services.kindsNeeded')
    await refused({ method: 'AREA', commonSharedBy: 'AREA' }, 'services.commonDoesNotFit')
    await refused({ method: 'AREA', seasonal: true }, 'services.seasonDoesNotFit')
    await db.sql(`insert into house_services (building_id, service, valid_from, method) values ($1, 'LIFT', '2027-01-01', 'AREA')`, [house.buildingId])
    await refused({ service: 'LIFT', method: 'PERSON', from: '2026-12-01' }, 'services.laterVersion')
    await db.sql(`insert into billing_runs (building_id, period, run_id, currency, prices, prices_hash, due_on, accounts, line_count, total, bills_hash) values ($1, '2026-11', gen_random_uuid(), 'KZT', '{}', '', '2026-12-25', 0, 0, 0, '')`, [house.buildingId])
    await refused({ method: 'AREA', from: '2026-11-30' }, 'services.monthBilled')
  })

  it('is refused to a clerk, an owner and the accountant of another house, who sees none of it; nobody writes past it', async () => {
    const house = await servedHouse(db)
    const accountant = await asAccountant(db, house)
    const draft = serviceDraft(house, { method: 'AREA' })
    await accountant.caller.billing.draftService(draft)
    await expect((await asClerk(db, house)).caller.billing.draftService(serviceDraft(house, { method: 'AREA' }))).rejects.toThrow('billing.houseNotFound')
    await expect((await asOwner(db, house, house.premises[0]!)).caller.billing.draftService(serviceDraft(house, { method: 'AREA' }))).rejects.toThrow('common.signInNeeded')
    const other = (await asAccountant(db, await makeHouse(db))).caller
    await expect(other.billing.draftService(serviceDraft(house, { method: 'AREA' }))).rejects.toThrow('billing.houseNotFound')
    await expect(other.billing.services({ buildingId: house.buildingId, changeId: draft.changeId })).rejects.toThrow('billing.houseNotFound')
    await expect(openTransaction(accountant.request, ctx => ctx.db.$executeRaw`update house_services set method = 'AREA' where building_id = ${house.buildingId}::uuid and service = 'WASTE'`)).rejects.toThrow(/UY060|no published change/)
    await expect(openTransaction(accountant.request, ctx => ctx.db.$executeRaw`update house_service_changes set published_at = now() where change_id = ${draft.changeId}::uuid`)).rejects.toThrow(/UY060|does not publish/)
  })
})
