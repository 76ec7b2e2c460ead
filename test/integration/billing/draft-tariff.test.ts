import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asOwner, asStranger } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { draftOf, makeOffice, type TariffOffice } from '#test/support/tariffs.ts'

let db: TestDatabase
let office: TariffOffice
let other: TariffOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  office = await makeOffice(db, '611210000')
  other = await makeOffice(db, '621210000')
})

const stored = async (tariffId: string) => (await db.sql('select drafted_by::text, published_at, act_id, unit, price::text, tiers, months, vat_rate::text, currency::text from tariffs where tariff_id = $1', [tariffId]))[0]

describe('draft tariff', () => {
  it('writes the figures in canonical form, names the drafter, and is in force nowhere', async () => {
    const draft = draftOf(office, { basis: 'TIERED_PER_PERSON', price: null, tiers: [{ upTo: '3', price: '91,96' }, { upTo: '5', price: '110.352' }, { upTo: null, price: '137.94' }], months: [12, 1, 1], vatRate: '16' })
    await office.accountant.caller.billing.draftTariff(draft)
    expect(await stored(draft.tariffId)).toEqual({ drafted_by: office.accountant.personId, published_at: null, act_id: 'act', unit: 'm3', price: null, months: '1,12', vat_rate: '16.00', currency: 'KZT',
      tiers: [{ upTo: '3', price: '91.96' }, { upTo: '5', price: '110.352' }, { upTo: null, price: '137.94' }] })
    expect((await office.accountant.caller.billing.tariff({ tariffId: draft.tariffId })).tariff).toMatchObject({ state: 'DRAFT', mine: true, mayPublish: false })
    const place = await openTransaction(office.accountant.request, ctx => ctx.db.$queryRaw<{ facts: { tariffs: unknown[] } }[]>`select app.billing_place('KZ', '611210000', false, '2026-11') as facts`)
    expect(place[0]?.facts.tariffs).toEqual([])
    expect(await db.sql(`select person_id::text from audit_entries where action = 'billing.draftTariff' and subject_id = $1`, [draft.tariffId])).toEqual([{ person_id: office.accountant.personId }])
  })

  it('may bring an act that is not in the list; nobody has checked it', async () => {
    const draft = draftOf(office, { actId: null, newAct: { kind: 'DECISION', number: '12-3', issuedOn: '2026-09-01', title: 'О тарифах на воду', url: 'https://adilet.zan.kz/rus/docs/x' } })
    await office.accountant.caller.billing.draftTariff(draft)
    const page = await office.authority.caller.billing.tariff({ tariffId: draft.tariffId })
    expect(page.act).toMatchObject({ number: '12-3', title: 'О тарифах на воду', verified: false })
  })

  it('takes the sign off the number of an act, which every screen sets itself, and refuses a sign alone', async () => {
    const newAct = { kind: 'DECISION', issuedOn: '2026-09-01', title: 'О тарифах на воду', url: null } as const
    const drafted = (number: string) => office.accountant.caller.billing.draftTariff(draftOf(office, { actId: null, newAct: { ...newAct, number } }))
    const { tariffId } = await drafted('№ 12-3')
    expect((await office.authority.caller.billing.tariff({ tariffId })).act).toMatchObject({ number: '12-3' })
    await expect(drafted('№ ')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('refuses figures that cannot be read, an unknown act, crossed dates, and a way of counting that the service does not have', async () => {
    const refused = (change: Parameters<typeof draftOf>[1]) => office.accountant.caller.billing.draftTariff(draftOf(office, change))
    await expect(refused({ price: 'much' })).rejects.toThrow('tariffs.priceUnreadable')
    await expect(refused({ basis: 'VOLUME_TIERED', price: null, tiers: [{ upTo: '5', price: '1' }, { upTo: '3', price: '2' }] })).rejects.toThrow('tariffs.tiersUnreadable')
    await expect(refused({ basis: 'VOLUME_TIERED', price: null, tiers: [{ upTo: null, price: '1' }, { upTo: '3', price: '2' }] })).rejects.toThrow('tariffs.tiersUnreadable')
    await expect(refused({ service: 'HEAT' })).rejects.toThrow('tariffs.basisDoesNotFit')
    await expect(refused({ vatRate: '116' })).rejects.toThrow('tariffs.rateUnreadable')
    await expect(refused({ actId: 'nothing' })).rejects.toThrow('tariffs.actUnknown')
    await expect(refused({ validTo: '2026-09-30' })).rejects.toThrow('tariffs.datesCrossed')
  })

  it('refuses the same draft twice, other places, a clerk, an owner and a stranger', async () => {
    const draft = draftOf(office)
    await office.accountant.caller.billing.draftTariff(draft)
    await expect(office.accountant.caller.billing.draftTariff(draft)).rejects.toThrow('tariffs.draftedAlready')
    await expect(office.accountant.caller.billing.draftTariff(draftOf(other))).rejects.toThrow('tariffs.placeNotYours')
    await expect(office.authority.caller.billing.draftTariff(draftOf(office, { territoryPrefix: '' }))).rejects.toThrow('tariffs.placeNotYours')
    await expect((await asClerk(db, office.house)).caller.billing.draftTariff(draftOf(office))).rejects.toThrow('tariffs.placeNotYours')
    await expect((await asClerk(db, office.house)).caller.billing.tariffs({})).rejects.toThrow('tariffs.notYours')
    for (const { caller } of [await asOwner(db, office.house, office.house.premises[0]!), asStranger()]) await expect(caller.billing.draftTariff(draftOf(office))).rejects.toThrow('common.signInNeeded')
  })

  it('a draft of another place does not exist for whoever has no word there', async () => {
    const draft = draftOf(office)
    await office.accountant.caller.billing.draftTariff(draft)
    await expect(other.accountant.caller.billing.tariff({ tariffId: draft.tariffId })).rejects.toThrow('tariffs.notFound')
    expect((await other.accountant.caller.billing.tariffs({})).rows.map(row => row.tariffId)).not.toContain(draft.tariffId)
    expect((await office.authority.caller.billing.tariffs({})).rows.map(row => row.tariffId)).toContain(draft.tariffId)
  })

  it('the database itself refuses a draft in another name, one that is published at once, and any change of its words', async () => {
    const insert = (by: string, publishedAt: string | null) => openTransaction(office.accountant.request, ctx => ctx.db.$executeRaw`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, drafted_by, drafted_at, published_at, demonstration)
      values (${newId()}::uuid, 'KZ', ${other.territoryCode.slice(0, 4)}, 'WASTE', 'PERSON', 'person', 1, 'NET', 'KZT', 'x', '2026-01-01', ${by}::uuid, now(), ${publishedAt}::timestamptz, true)`)
    await expect(insert(other.accountant.personId, null)).rejects.toThrow(/row-level security/)
    await expect(insert(office.accountant.personId, '2026-01-01')).rejects.toThrow(/row-level security/)
    const draft = draftOf(office)
    await office.accountant.caller.billing.draftTariff(draft)
    await expect(openTransaction(office.accountant.request, ctx => ctx.db.$executeRaw`update tariffs set price = 1 where tariff_id = ${draft.tariffId}::uuid`)).rejects.toThrow(/do not change/)
    await expect(openTransaction(office.accountant.request, ctx => ctx.db.$executeRaw`update tariffs set published_at = now() where tariff_id = ${draft.tariffId}::uuid`)).rejects.toThrow(/UY060|does not publish/)
  })

  it('offers the places around one’s houses, and to an authority those inside its territory', async () => {
    await db.sql(`insert into territories (code, country, kind, name_ru) values ('610000000', 'KZ', 'REGION', 'Область'), ('611210000', 'KZ', 'DISTRICT', 'Район'), ('611310000', 'KZ', 'DISTRICT', 'Другой') on conflict do nothing`)
    const mine = await office.accountant.caller.billing.tariffForm({})
    expect(mine.places.map(place => place.prefix)).toEqual(['', '61', '611210'])
    const theirs = await office.authority.caller.billing.tariffForm({})
    expect(theirs.places.map(place => place.prefix)).toEqual(['611210'])
  })
})
