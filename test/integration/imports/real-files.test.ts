import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { seedReference } from '#prisma/seed/reference/seed.ts'
import { asClerk } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { bringIn, findingsOf, hasRealData, realData, readBatch } from '#test/support/imports.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  await seedReference()
  house = await makeHouse(db)
})

const file = (name: string) => join(realData, name)

describe.skipIf(!hasRealData)('REAL FILES of ../shared/data (skipped where the folder is absent)', () => {
  test('astana_buildings_sample.csv: 400 houses, 3,232 flats with areas and floors; the second time changes nothing', async () => {
    const organisationId = house.organisationId
    const first = await bringIn({ mapping: 'astana-buildings', path: file('astana_buildings_sample.csv'), options: { organisationId } })
    expect(first.options.counts).toEqual({ BUILDING: { NEW: 400 }, PREMISES: { NEW: 3232 }, ACCOUNT: { NEW: 3232 } })
    expect(first).toMatchObject({ state: 'DONE', rowsRead: 400, rowsRefused: 0, rowsApplied: 400 + 3232 * 2 })
    const print = async () => (await db.sql<Record<string, unknown>>(`select count(distinct b.building_id)::int as houses, count(*)::int as flats, sum(p.area_m2)::text as area, count(*) filter (where p.number_state = 'ASSIGNED')::int as assigned,
        count(*) filter (where p.floor > b.storey_count)::int as above, bool_and(b.address_state = 'NOT_GIVEN') as no_address, (select count(*) from accounts where batch_id is not null)::int as accounts,
        (select count(*) from external_building_keys)::int as keys
      from premises p join buildings b on b.building_id = p.building_id where b.batch_id is not null`))[0]
    const before = await print()
    expect(before).toMatchObject({ houses: 400, flats: 3232, assigned: 3232, above: 0, no_address: true, accounts: 3232, keys: 400 })
    const second = await bringIn({ mapping: 'astana-buildings', path: file('astana_buildings_sample.csv'), options: { organisationId } })
    expect(second.options.counts).toEqual({ BUILDING: { SAME: 400 }, PREMISES: { SAME: 3232 }, ACCOUNT: { SAME: 3232 } })
    expect(second.rowsApplied).toBe(0)
    expect(await print()).toEqual(before)
    // The clerk of that organisation finds an imported flat by its account number at once.
    const [account] = await db.sql<{ number: string }>(`select number from accounts where batch_id is not null order by number limit 1`)
    const clerk = await asClerk(db, house)
    expect(await clerk.caller.desk.search({ text: account?.number ?? '' })).toHaveLength(1)
  })

  test.each([
    ['kz-kato-cities', 'kz_kato_cities_districts_2026.csv', 115],
    ['kz-kato-region', 'kz_kato_abai_region_ru.csv', 1603],
    ['uz-regions', 'uz_regions.csv', 14],
    ['uz-districts', 'uz_districts.csv', 210],
    ['uz-mahallas', 'uz_mahallas.csv', 9452],
  ])('%s from %s: every row is taken, twice is once', async (mapping, name, rows) => {
    const first = await bringIn({ mapping, path: file(name) })
    expect(first).toMatchObject({ state: 'DONE', rowsRead: rows, rowsRefused: 0 })
    const second = await bringIn({ mapping, path: file(name) })
    expect(second).toMatchObject({ rowsNew: 0, rowsChanged: 0, rowsRefused: 0 })
  })

  test('classifiers: parents stand, apostrophes are one kind, mixed alphabets are told and kept as written', async () => {
    const [row] = await db.sql<Record<string, unknown>>(`select
      (select count(*) from territories t where t.country = 'KZ' and t.parent_code is not null and not exists (select from territories p where p.code = t.parent_code))::int as orphans,
      (select parent_code from territories where code = '101010000') as semey, (select name_uz from territories where code = '1703202') as oltinkol,
      (select coalesce(string_agg(name_uz, ' | '), '') from territories where name_uz ~ '[''‘’\`]' and name_uz !~ '[а-яөң]') as apostrophes,
      (select count(*) from territories where code like '1726%' and country = 'UZ' and kind = 'MAHALLA')::int as mahallas_in_tashkent_scope`)
    expect(row).toEqual({ orphans: 0, semey: '101000000', oltinkol: 'Oltinkoʻl tumani', apostrophes: '', mahallas_in_tashkent_scope: 0 })
    // Two lists of the same places agree: what one only lets assume (a kind, a region as parent) does not undo what the other tells.
    const kinds = await db.sql<{ code: string; kind: string; name_ru: string }>(`select code, kind, name_ru from territories where code in ('100000000', '101000000', '101010000', '103200000', '101033102', '1726', '710000000') order by code`)
    expect(kinds.map(each => `${each.code} ${each.kind} ${each.name_ru}`)).toEqual(['100000000 REGION область Абай', '101000000 GROUP Семей Г.А.', '101010000 CITY Семей', '101033102 SETTLEMENT с.Акшабай', '103200000 DISTRICT Абайский район',
      '1726 CITY город Ташкент', '710000000 CITY Астана'])
    for (const [mapping, name] of [['kz-kato-cities', 'kz_kato_cities_districts_2026.csv'], ['kz-kato-region', 'kz_kato_abai_region_ru.csv']] as const) {
      expect(await bringIn({ mapping, path: file(name) }), mapping).toMatchObject({ rowsNew: 0, rowsChanged: 0 })
    }
    const batch = await readBatch({ mapping: 'uz-mahallas', path: file('uz_mahallas.csv') })
    const mixed = (await findingsOf(batch)).filter(each => each.code === 'imports.findings.mixedScript')
    expect(mixed.length).toBeGreaterThan(10)
    expect(mixed.every(each => each.severity === 'FLAGGED' && each.column === 'name_uz')).toBe(true)
  })

  test.each([
    ['heat-daily', 'heat_meter_daily_cumulative.csv', 728, '35046.112', { serial: '660', premises: false }],
    ['heat-monthly', 'heat_meter_monthly.csv', 24, null, { serial: 'M-1', premises: false }],
    ['electricity-daily', 'electricity_uci_daily.csv', 1442, '37660.246', { serial: 'UCI', premises: true }],
  ] as const)('%s: %s becomes the history of one meter; consumption follows from the register', async (mapping, name, rows, total, { serial, premises }) => {
    const options = { buildingId: house.buildingId, serial, ...(premises ? { premisesId: house.premises[0]?.premisesId ?? '' } : {}) }
    const first = await bringIn({ mapping, path: file(name), options })
    expect(first).toMatchObject({ state: 'DONE', rowsRead: rows, rowsNew: rows, rowsRefused: 0, rowsApplied: rows })
    const second = await bringIn({ mapping, path: file(name), options })
    expect(second).toMatchObject({ rowsNew: 0, rowsSame: rows, rowsApplied: 0 })
    const [stored] = await db.sql<{ n: number; total: string; flagged: number }>(`select count(*)::int as n, trim_scale(sum(r.consumption))::text as total, count(*) filter (where r.state = 'FLAGGED')::int as flagged
      from readings r join meters m on m.building_id = r.building_id and m.meter_id = r.meter_id where m.building_id = $1 and m.serial = $2`, [house.buildingId, serial])
    expect(stored).toMatchObject({ n: rows, flagged: 0 })
    if (total !== null) expect(stored?.total).toBe(total)
  })
})
