import { beforeAll, describe, expect, it } from 'vitest'
import { pricedLines } from '#server/billing/changes/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { normPapers } from '#server/billing/volumes/rules.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asOwner, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { addMeter, arrangeServices } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { normOf } from '#test/support/norms.ts'
import { makeOffice, published, type TariffOffice } from '#test/support/tariffs.ts'

let db: TestDatabase
let places = 11
const office = (): Promise<TariffOffice> => {
  places += 1
  return makeOffice(db, `76${places}10000`)
}
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('KZ', 'VAT', '2026-01-01', 16, 'test', true), ('KZ', 'MRP', '2026-01-01', 4325, 'test', true), ('KZ', 'BILL_DUE_DAY', '2000-01-01', 25, 'test', true)`)
})

const drafted = async (at: TariffOffice, change: Parameters<typeof normOf>[1] = {}, who: ActingPerson = at.accountant) => (await who.caller.billing.draftNorm(normOf(at, change))).normId
const decide = (who: ActingPerson, normId: string, change: object = {}) => who.caller.billing.decideNorm({ normId, decision: 'PUBLISH', lastDay: null, reason: null, ...change })
const ends = async (normId: string) => (await db.sql<{ ends: string | null }>('select valid_to::text as ends from consumption_norms where norm_id = $1', [normId]))[0]?.ends

describe('the second person about a norm', () => {
  it('publishes: flats without a reading are charged by it, and the line opens to its act', async () => {
    const at = await office()
    await published(at)
    await arrangeServices(db, at.house, [{ service: 'COLD_WATER', method: 'METER' }])
    const [flat] = at.house.premises
    await addMeter(db, at.house, { premisesId: flat!.premisesId, service: 'COLD_WATER' })
    const normId = await drafted(at, { from: '2026-01-01', actId: null, newAct: { kind: 'DECISION', number: '15', issuedOn: '2025-12-01', title: 'Norms of consumption', url: 'https://example.kz/15' } })
    const before = await at.accountant.caller.billing.preview({ buildingId: at.house.buildingId, period: '2026-10' })
    expect(before.findings.map(each => each.code), 'a draft charges nothing').toContain('noVolume')
    expect(await decide(at.authority, normId)).toEqual({ normId })
    await at.accountant.caller.billing.run({ buildingId: at.house.buildingId, period: '2026-10', acceptFindings: false })
    const [bill] = await db.sql<{ number: string; lines: BillLine[]; prices: PricePlan }>(`select b.bill_number as number, b.lines::json as lines, r.prices from bills b join billing_runs r using (building_id, period) where b.building_id = $1 and b.premises_id = $2`, [at.house.buildingId, flat!.premisesId])
    const [priced] = pricedLines(bill!)
    expect(priced?.line).toMatchObject({ key: 'COLD_WATER', quantity: '9', source: 'NORM' })
    expect(normPapers(priced!, bill!)).toEqual([{ service: 'COLD_WATER', actId: `act-${normId}`, source: 'The decision of the town', validFrom: '2026-01-01', demonstration: false, verified: false }])
    const page = await (await asOwner(db, at.house, flat!)).caller.billing.line({ number: bill!.number.split('-')[0]!, period: '2026-10' })
    expect(page.acts.find(each => each.actId === `act-${normId}`)).toMatchObject({ number: '15', titleRu: 'Norms of consumption', url: 'https://example.kz/15' })
  })

  it('the norm before ends on the eve; what is published goes before what is shown for demonstration, then the nearer place', async () => {
    const at = await office()
    const [first, second] = [await drafted(at, { from: '2026-01-01' }), await drafted(at, { perPerson: '5' })]
    await decide(at.authority, first)
    await decide(at.authority, second)
    expect([await ends(first), await ends(second)]).toEqual(['2026-12-31', null])
    await db.sql(`insert into consumption_norms (norm_id, country, territory_prefix, service, per_person, unit, source, valid_from, demonstration) values ($1, 'KZ', $2, 'COLD_WATER', 99, 'm3', 'invented', '2026-01-01', true)`, [newId(), at.territoryCode.slice(0, 6)])
    const country = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
    await decide(country, await drafted(at, { territoryPrefix: '', service: 'GAS', perPerson: '9', from: '2026-01-01' }))
    await arrangeServices(db, at.house, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'GAS', method: 'METER' }])
    await db.sql('update buildings set demonstration = true where building_id = $1', [at.house.buildingId])
    await published(at)
    await published(at, { service: 'GAS' })
    const plan = async (period: string) => (await db.sql<{ norms: { perPerson: string; demonstration: boolean }[] }>(`select app.billing_place('KZ', $1, true, $2) -> 'norms' as norms`, [at.territoryCode, period]))[0]?.norms
    expect(await plan('2026-10')).toHaveLength(4)
    await at.accountant.caller.billing.run({ buildingId: at.house.buildingId, period: '2026-10', acceptFindings: true })
    const [run] = await db.sql<{ prices: PricePlan }>('select prices from billing_runs where building_id = $1', [at.house.buildingId])
    expect(run?.prices.volumes.map(each => [each.service, each.norm, each.normFrom?.demonstration])).toEqual([['COLD_WATER', '4.5', false], ['GAS', '9', false]])
  })

  it('refuses who drafted it, who may only draft, an authority elsewhere, no act, days that have one, and a second decision', async () => {
    const at = await office()
    const elsewhere = await office()
    const normId = await drafted(at)
    await expect(decide(at.accountant, normId)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'norms.publisherOnly' })
    await expect(decide(elsewhere.authority, normId)).rejects.toThrow('norms.notFound')
    await expect(decide(at.authority, await drafted(at, {}, at.authority))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'norms.fourEyes' })
    await expect(decide(at.authority, await drafted(at, { actId: null }))).rejects.toThrow('norms.actNeeded')
    await expect(decide(at.authority, newId())).rejects.toThrow('norms.notFound')
    await decide(at.authority, normId)
    await expect(decide(at.authority, normId)).rejects.toThrow('norms.notADraft')
    await expect(decide(at.authority, await drafted(at))).rejects.toMatchObject({ code: 'CONFLICT', message: 'norms.overlaps' })
    await expect(decide(at.authority, await drafted(at, { from: '2026-12-01' }))).rejects.toThrow('norms.overlaps')
    expect(await ends(normId), 'trying changes nothing').toBe(null)
    await decide(at.authority, await drafted(at, { from: '2026-12-01', to: '2026-12-31' }))
  })

  it('of two drafts of the same days one is published, also at the same moment', async () => {
    const at = await office()
    const [first, second] = [await drafted(at), await drafted(at, { perPerson: '6' })]
    const ways = await Promise.allSettled([decide(at.authority, first), decide(at.authority, second)])
    expect(ways.map(each => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('is sent back or taken back with a reason; published, it ends, never later, and its words stay', async () => {
    const at = await office()
    const normId = await drafted(at)
    await expect(decide(at.authority, normId, { decision: 'DECLINE' })).rejects.toThrow('services.reasonNeeded')
    await decide(at.authority, normId, { decision: 'DECLINE', reason: 'another figure stands in the act' })
    expect((await at.accountant.caller.billing.norms()).rows.find(row => row.id === normId)).toMatchObject({ state: 'DECLINED', declinedReason: 'another figure stands in the act' })
    await expect(decide(at.authority, normId)).rejects.toThrow('norms.notADraft')
    const own = await drafted(at)
    await decide(at.accountant, own, { decision: 'DECLINE', reason: 'typed wrongly' })
    expect((await at.accountant.caller.billing.norms()).rows.find(row => row.id === own)).toMatchObject({ state: 'TAKEN_BACK', declinedReason: 'typed wrongly' })
    const next = await drafted(at)
    await expect(decide(at.authority, next, { decision: 'END', lastDay: '2027-06-30', reason: 'The act has lapsed' })).rejects.toThrow('norms.notPublished')
    await decide(at.authority, next)
    await expect(decide(at.accountant, next, { decision: 'END', lastDay: '2027-06-30', reason: 'The act has lapsed' })).rejects.toThrow('norms.publisherOnly')
    await expect(decide(at.authority, next, { decision: 'END', lastDay: '2026-12-31', reason: 'The act has lapsed' })).rejects.toThrow('norms.endOutside')
    await decide(at.authority, next, { decision: 'END', lastDay: '2027-06-30', reason: 'The act has lapsed' })
    expect(await ends(next)).toBe('2027-06-30')
    const sql = (text: string) => openTransaction(at.authority.request, ctx => ctx.db.$executeRawUnsafe(text))
    await expect(sql(`update consumption_norms set valid_to = null where norm_id = '${next}'`)).rejects.toThrow(/UY001|only ends/)
    await expect(sql(`update consumption_norms set per_person = 1 where norm_id = '${next}'`)).rejects.toThrow(/UY001|do not change/)
  })
})
