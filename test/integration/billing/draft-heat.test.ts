import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, asOwner } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { contractDraft, makeHeatOffice, normDraft, seasonDraft, type HeatOffice } from '#test/support/heat.ts'

let db: TestDatabase
let at: HeatOffice
let other: HeatOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  at = await makeHeatOffice(db, '631210000')
  other = await makeHeatOffice(db, '641210000')
})

describe('draft heat', () => {
  it('writes a season, a norm and a contract that charge nothing yet, and names the drafter', async () => {
    const [season, norm, contract] = [seasonDraft(at), normDraft(at), contractDraft(at, { premisesId: at.house.premises[0]!.premisesId, areaM2: '44,5' })]
    for (const draft of [season, norm, contract]) await at.accountant.caller.billing.draftHeat(draft)
    const desk = await at.accountant.caller.billing.heat({ buildingId: at.house.buildingId })
    expect(desk.seasons.find(each => each.id === season.heatId)).toMatchObject({ state: 'DRAFT', mine: true, mayPublish: false, from: '2026-11-18', to: '2027-03-15', actNumber: '7' })
    expect(desk.norms.find(each => each.id === norm.heatId)).toMatchObject({ state: 'DRAFT', litres: '120.5', gcalPerM3: '0.055' })
    expect(desk.contracts).toMatchObject([{ id: contract.heatId, state: 'DRAFT', mine: true, unitNumber: '1', areaM2: '44.5', supplier: 'Issiqlik', mode: 'BY_AREA' }])
    expect(desk.units.map(each => each.number)).toEqual(['1', '2'])
    const facts = await openTransaction(at.accountant.request, ctx => ctx.db.$queryRaw<{ facts: { heat?: true } }[]>`select f.facts from app.billing_houses(${[at.house.buildingId]}::text[]::uuid[], '2026-12') f`)
    expect(facts[0]?.facts.heat).toBe(undefined)
    expect(await db.sql(`select subject_type, person_id::text from audit_entries where action = 'billing.draftHeat' and subject_id = any($1) order by 1`, [[season.heatId, norm.heatId, contract.heatId]]))
      .toEqual(['heatCONTRACT', 'heatNORM', 'heatSEASON'].map(each => ({ subject_type: each, person_id: at.accountant.personId })))
  })

  it('refuses crossed dates, figures that cannot be read, what a meter cannot count, and an unknown flat, supplier or act', async () => {
    const refused = (draft: Parameters<typeof at.accountant.caller.billing.draftHeat>[0]) => at.accountant.caller.billing.draftHeat(draft)
    await expect(refused(seasonDraft(at, { to: '2026-11-01' }))).rejects.toThrow('tariffs.datesCrossed')
    await expect(refused(seasonDraft(at, { actId: 'none' }))).rejects.toThrow('tariffs.actUnknown')
    await expect(refused(normDraft(at, { litres: 'many' }))).rejects.toThrow('heat.figureUnreadable')
    await expect(refused(contractDraft(at, { premisesId: at.house.premises[0]!.premisesId, areaM2: '0' }))).rejects.toThrow('heat.figureUnreadable')
    await expect(refused(contractDraft(at, { mode: 'BY_FLAT_METER', from: '2026-12-05' }))).rejects.toThrow('heat.wholeMonths')
    await expect(refused(contractDraft(at, { hotWater: true, to: '2027-03-15' }))).rejects.toThrow('heat.hotWaterWholeMonths')
    await expect(refused(contractDraft(at, { mode: 'BY_BUILDING_METER', policy: 'SPREAD_12' }))).rejects.toThrow('heat.spreadByArea')
    await expect(refused(contractDraft(at, { customerClass: 'OTHER' }))).rejects.toThrow('heat.flatClass')
    await expect(refused(contractDraft(at, { supplierId: at.house.organisationId }))).rejects.toThrow('heat.supplierUnknown')
    await expect(refused(contractDraft(at, { premisesId: other.house.premises[0]!.premisesId, areaM2: '50' }))).rejects.toThrow('heat.premisesUnknown')
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where premises_id = $1`, [at.house.premises[1]!.premisesId])
    await expect(refused(contractDraft(at, { premisesId: at.house.premises[1]!.premisesId, mode: 'BY_BUILDING_METER', areaM2: '50', customerClass: 'OTHER' }))).rejects.toThrow('heat.shopByHouse')
  })

  it('answers the same draft twice once; refuses another under its id, other places and houses, a clerk and an owner', async () => {
    for (const draft of [seasonDraft(at), contractDraft(at)]) {
      await at.accountant.caller.billing.draftHeat(draft)
      expect(await at.accountant.caller.billing.draftHeat(draft)).toEqual({ heatId: draft.heatId })
      await expect(at.accountant.caller.billing.draftHeat({ ...draft, from: '2026-12-01', to: '2027-01-31' })).rejects.toThrow('tariffs.draftedAlready')
      expect(await db.sql(`select from audit_entries where action = 'billing.draftHeat' and subject_id = $1`, [draft.heatId])).toHaveLength(1)
    }
    await expect(at.accountant.caller.billing.draftHeat(seasonDraft(other))).rejects.toThrow('heat.placeNotYours')
    await expect(at.accountant.caller.billing.draftHeat(contractDraft(other))).rejects.toThrow('billing.houseNotFound')
    const clerk = await asClerk(db, at.house)
    await expect(clerk.caller.billing.draftHeat(contractDraft(at))).rejects.toThrow('billing.houseNotFound')
    await expect(clerk.caller.billing.heat({})).rejects.toThrow('heat.notYours')
    await expect((await asOwner(db, at.house, at.house.premises[0]!)).caller.billing.draftHeat(seasonDraft(at))).rejects.toThrow('common.signInNeeded')
    expect((await (await asManager(db, other.house)).caller.billing.heat({ buildingId: at.house.buildingId })).contracts).toEqual([])
  })

  it('the database itself refuses a draft in another name and any change of its words', async () => {
    const insert = openTransaction(at.accountant.request, ctx => ctx.db.$executeRaw`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, source, published_at)
      values (${newId()}::uuid, 'KZ', '64', 'HEAT', '2026-11-01', '2026-12-01', 'x', now())`)
    await expect(insert).rejects.toThrow(/row-level security/)
    const draft = seasonDraft(at)
    await at.accountant.caller.billing.draftHeat(draft)
    await expect(openTransaction(at.accountant.request, ctx => ctx.db.$executeRaw`update service_seasons set to_day = '2027-05-01' where season_id = ${draft.heatId}::uuid`)).rejects.toThrow(/does not change/)
    await expect(openTransaction(at.accountant.request, ctx => ctx.db.$executeRaw`update service_seasons set published_at = now() where season_id = ${draft.heatId}::uuid`)).rejects.toThrow(/UY060|does not publish/)
  })
})
