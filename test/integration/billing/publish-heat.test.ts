import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { asAccountant, asManager, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { contractDraft, makeHeatOffice, normDraft, seasonDraft, type HeatOffice } from '#test/support/heat.ts'

let db: TestDatabase
let places = 10
const office = (): Promise<HeatOffice> => {
  places += 1
  return makeHeatOffice(db, `65${places}10000`)
}
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-12-05T05:00:00Z')
  await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('KZ', 'VAT', '2026-01-01', 16, 'test', true), ('KZ', 'BILL_DUE_DAY', '2000-01-01', 25, 'test', true)`)
})

const ref = (draft: { kind: 'SEASON' | 'NORM' | 'CONTRACT'; heatId: string; buildingId?: string }) => ({ kind: draft.kind, heatId: draft.heatId, buildingId: draft.buildingId ?? null })

describe('publish heat', () => {
  it('the authority publishes a season, a colleague a contract; the next run takes its days from the season of the district, with the act', async () => {
    const at = await office()
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at) values (gen_random_uuid(), 'KZ', $1, 'HEAT', 'AREA', 'm2', 1852.64, 'NONE', 'KZT', 'test', '2025-01-01', now())`, [at.prefix])
    await db.sql(`update premises set area_m2 = 54.60 where premises_id = $1`, [at.house.premises[0]!.premisesId])
    const [season, contract] = [seasonDraft(at), contractDraft(at, { from: '2026-11-01' })]
    await at.accountant.caller.billing.draftHeat(season)
    await at.accountant.caller.billing.draftHeat(contract)
    await at.authority.caller.billing.publishHeat(ref(season))
    await (await asManager(db, at.house)).caller.billing.publishHeat(ref(contract))
    await at.accountant.caller.billing.run({ buildingId: at.house.buildingId, period: '2026-11', acceptFindings: false })
    const [bill] = await db.sql<{ total: string }>(`select total::text from bills b join premises p using (building_id, premises_id) where b.building_id = $1 and p.number = '1'`, [at.house.buildingId])
    expect(bill?.total).toBe('4383346')
    const [unit] = at.house.premises
    const page = await (await asOwner(db, at.house, unit!)).caller.billing.line({ number: unit!.accountNumber, period: '2026-11' })
    expect([page.bill.prices.items[0]?.heat, page.acts.map(act => act.number)]).toEqual([{ mode: 'BY_AREA', seasonAct: 'act' }, ['7']])
    expect(await db.sql(`select action, person_id::text from audit_entries where action = 'billing.publishHeat' and subject_id = $1`, [season.heatId])).toEqual([{ action: 'billing.publishHeat', person_id: at.authority.personId }])
    expect((await at.accountant.caller.billing.heat({ buildingId: at.house.buildingId })).seasons.find(each => each.id === season.heatId)).toMatchObject({ state: 'IN_FORCE' })
  })

  it('refuses who drafted it, the body for a place, and what the other place does not see', async () => {
    const [at, elsewhere] = [await office(), await office()]
    const [season, contract] = [seasonDraft(at), contractDraft(at)]
    await at.accountant.caller.billing.draftHeat(season)
    await at.accountant.caller.billing.draftHeat(contract)
    await expect(at.accountant.caller.billing.publishHeat(ref(season))).rejects.toThrow('heat.publisherOnly')
    await expect(at.accountant.caller.billing.publishHeat(ref(contract))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'heat.fourEyes' })
    await expect(elsewhere.authority.caller.billing.publishHeat(ref(season))).rejects.toThrow('heat.notFound')
    await expect((await asAccountant(db, elsewhere.house)).caller.billing.publishHeat(ref(contract))).rejects.toThrow('heat.notFound')
    await expect(openTransaction(at.accountant.request, ctx => ctx.db.$executeRaw`update heat_contracts set published_at = now() where contract_id = ${contract.heatId}::uuid`)).rejects.toThrow(/UY060|does not publish/)
    await at.authority.caller.billing.publishHeat(ref(season))
    await expect(at.authority.caller.billing.publishHeat(ref(season))).rejects.toThrow('heat.notADraft')
  })

  it('refuses a season or a norm without an act, an overlap, another way of counting, and a contract from a month that is billed', async () => {
    const at = await office()
    const manager = await asManager(db, at.house)
    const published = async (draft: Parameters<typeof at.accountant.caller.billing.draftHeat>[0]) => {
      await at.accountant.caller.billing.draftHeat(draft)
      return (draft.kind === 'CONTRACT' ? manager : at.authority).caller.billing.publishHeat(ref(draft))
    }
    await expect(published(seasonDraft(at, { actId: null }))).rejects.toThrow('heat.actNeeded')
    await published(seasonDraft(at))
    await expect(published(seasonDraft(at, { from: '2027-03-15', to: '2027-04-10' }))).rejects.toMatchObject({ code: 'CONFLICT', message: 'heat.overlaps' })
    await published(normDraft(at))
    await expect(published(normDraft(at, { from: '2027-01-01' }))).rejects.toThrow('heat.overlaps')
    await published(contractDraft(at))
    await expect(published(contractDraft(at, { from: '2027-01-01' }))).rejects.toThrow('heat.overlaps')
    await expect(published(contractDraft(at, { premisesId: at.house.premises[0]!.premisesId, areaM2: '50', mode: 'BY_FLAT_METER' }))).rejects.toThrow('heat.twoWays')
    await at.accountant.caller.billing.run({ buildingId: at.house.buildingId, period: '2026-11', acceptFindings: true })
    await expect(published(contractDraft(at, { premisesId: at.house.premises[0]!.premisesId, areaM2: '50', from: '2026-11-30' }))).rejects.toThrow('heat.monthBilled')
  })
})
