import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { asManager, asPerson, giveGrant } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { draftOf, makeOffice, published, type TariffOffice } from '#test/support/tariffs.ts'

let db: TestDatabase
let places = 11
const office = (): Promise<TariffOffice> => {
  places += 1
  return makeOffice(db, `77${places}10000`)
}
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('KZ', 'VAT', '2026-01-01', 16, 'test', true), ('KZ', 'MRP', '2026-01-01', 4325, 'test', true), ('KZ', 'BILL_DUE_DAY', '2000-01-01', 25, 'test', true)`)
})

const ends = async (tariffId: string) => (await db.sql<{ ends: string | null }>('select valid_to::text as ends from tariffs where tariff_id = $1', [tariffId]))[0]?.ends
const tiers = [{ upTo: '3', price: '91.96' }, { upTo: '5', price: '110.352' }, { upTo: null, price: '137.94' }]

describe('publish tariff', () => {
  it('a second person publishes; from then on the houses of the place are charged by it, with the act on the line', async () => {
    const at = await office()
    const tariffId = await published(at)
    await arrangeServices(db, at.house, [{ service: 'COLD_WATER', method: 'METER' }])
    const [unit] = at.house.premises
    await addReading(db, at.house, { meterId: await addMeter(db, at.house, { premisesId: unit!.premisesId, service: 'COLD_WATER' }), premisesId: unit!.premisesId, period: '2026-10', consumption: '10' })
    const preview = await at.accountant.caller.billing.preview({ buildingId: at.house.buildingId, period: '2026-10' })
    expect(preview.findings).toEqual([])
    expect(preview.items.find(item => item.service === 'COLD_WATER')).toMatchObject({ tariffId, actId: 'act', prices: ['73.92'], vatBp: 1600, demonstration: false })
    const [row] = await db.sql('select drafted_by::text, published_by::text from tariffs where tariff_id = $1', [tariffId])
    expect(row).toEqual({ drafted_by: at.accountant.personId, published_by: at.authority.personId })
    expect(await db.sql(`select person_id::text, ground from audit_entries where action = 'billing.publishTariff' and subject_id = $1`, [tariffId])).toEqual([{ person_id: at.authority.personId, ground: 'act' }])
  })

  it('the structure changes too: tiers, then one price, then tiers; each ends the one before it', async () => {
    const at = await office()
    const first = await published(at, { basis: 'TIERED_PER_PERSON', price: null, tiers, validFrom: '2026-02-01' })
    const flat = await published(at, { validFrom: '2026-10-01', supersedes: [first] })
    const again = await published(at, { basis: 'TIERED_PER_PERSON', price: null, tiers, validFrom: '2027-01-01', supersedes: [flat] })
    expect([await ends(first), await ends(flat), await ends(again)]).toEqual(['2026-09-30', '2026-12-31', null])
    const page = await at.authority.caller.billing.tariff({ tariffId: flat })
    expect(page.before.map(each => [each.tariff.tariffId, each.differs])).toEqual([[first, ['basis', 'price', 'tiers', 'validFrom', 'validTo']]])
    const rows = (await at.accountant.caller.billing.tariffs({ service: 'COLD_WATER', on: '2026-05-01' })).rows.filter(row => row.territoryPrefix === at.territoryCode.slice(0, 4))
    expect(rows.map(row => [row.tariffId, row.state])).toEqual([[first, 'ENDED'], [flat, 'IN_FORCE'], [again, 'COMING']])
  })

  it('refuses an overlap, of another structure too, and changes nothing by trying', async () => {
    const at = await office()
    const first = await published(at, { basis: 'TIERED_PER_PERSON', price: null, tiers, validFrom: '2026-02-01' })
    await expect(published(at, { validFrom: '2026-10-01' })).rejects.toMatchObject({ code: 'CONFLICT', message: 'tariffs.overlaps' })
    await expect(published(at, { validFrom: '2025-10-01', validTo: '2026-02-01' })).rejects.toThrow('tariffs.overlaps')
    expect(await ends(first)).toBe(null)
    await published(at, { validFrom: '2025-10-01', validTo: '2026-01-31' })
    await published(at, { validFrom: '2026-10-01', metered: false, basis: 'PERSON' })
  })

  it('refuses months that another tariff of the same service has', async () => {
    const at = await office()
    await published(at, { service: 'GAS', months: [11, 12, 1, 2] })
    await expect(published(at, { service: 'GAS', months: [10, 11] })).rejects.toThrow('tariffs.overlaps')
    await published(at, { service: 'GAS', months: [3, 4, 5, 6, 7, 8, 9, 10] })
  })

  it('of two that overlap, published at once, one goes through', async () => {
    const at = await office()
    const drafts = [draftOf(at), draftOf(at, { validFrom: '2026-10-15' })]
    for (const draft of drafts) await at.accountant.caller.billing.draftTariff(draft)
    const done = await Promise.allSettled(drafts.map(({ tariffId }) => at.authority.caller.billing.publishTariff({ tariffId })))
    expect(done.map(each => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('refuses the drafter, also with the right of the authority, the body, and the authority of elsewhere', async () => {
    const at = await office()
    const elsewhere = await office()
    const both = await asManager(db, at.house)
    await giveGrant(db, both.personId, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: at.territoryCode.slice(0, 4) })
    const own = draftOf(at, { territoryPrefix: at.territoryCode.slice(0, 6) })
    await both.caller.billing.draftTariff(own)
    await expect(both.caller.billing.publishTariff({ tariffId: own.tariffId })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'tariffs.fourEyes' })
    await expect(at.accountant.caller.billing.publishTariff({ tariffId: own.tariffId })).rejects.toThrow('tariffs.publisherOnly')
    await expect(elsewhere.authority.caller.billing.publishTariff({ tariffId: own.tariffId })).rejects.toThrow('tariffs.notFound')
    await expect(openTransaction(both.request, ctx => ctx.db.$executeRaw`update tariffs set published_at = now(), published_by = ${at.authority.personId}::uuid where tariff_id = ${own.tariffId}::uuid`)).rejects.toThrow(/UY060|does not publish/)
    const country = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
    await country.caller.billing.publishTariff({ tariffId: own.tariffId })
    await expect(country.caller.billing.publishTariff({ tariffId: own.tariffId })).rejects.toThrow('tariffs.notADraft')
  })

  it('AT-UZ-01: refuses one without an act, and one with unknown VAT, or in the place of another service', async () => {
    const at = await office()
    await expect(published(at, { actId: null })).rejects.toMatchObject({ message: 'tariffs.actNeeded' })
    await expect(published(at, { vatMode: 'UNKNOWN' })).rejects.toMatchObject({ message: 'tariffs.vatUnknown' })
    const gas = await published(at, { service: 'GAS', validFrom: '2026-01-01' })
    await expect(published(at, { supersedes: [gas] })).rejects.toMatchObject({ message: 'tariffs.supersedesOther' })
    expect(await ends(gas)).toBe(null)
    await expect(db.sql(`update tariffs set published_at = now(), published_by = $2 where tariff_id = $1`, [(await at.accountant.caller.billing.draftTariff(draftOf(at, { actId: null, validFrom: '2030-01-01' }))).tariffId, at.authority.personId])).rejects.toThrow(/act_of_a_draft/)
  })
})
