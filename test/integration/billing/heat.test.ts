import { beforeAll, describe, expect, it } from 'vitest'
import { explainChange } from '#server/billing/changes/rules.ts'
import { recomputeLine } from '#server/billing/charges/rules.ts'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import type { TestHouse } from '#test/support/factories.ts'
import { heatHouse, heatLines, makeAct, makeContract, makeHeatPlace, voiceOf } from '#test/support/heat.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2027-02-05T05:00:00Z')
  await makeHeatPlace(db, '1781')
  await makeHeatPlace(db, '1782', { vat: 'NET' })
})

/** Bills a month as it was previewed; every line recomputes and the ledger holds. */
async function bill(house: TestHouse, period: string, accept = false) {
  const { caller } = await asAccountant(db, house)
  const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
  const again = await caller.billing.preview({ buildingId: house.buildingId, period })
  expect(again.billsHash).toBe(preview.billsHash)
  await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: accept, expectedHash: preview.billsHash })
  const lines = await heatLines(db, house, period)
  for (const each of [...lines.values()].flat()) expect(allExact([each.line], { items: [each.item], volumes: [] })).toBe(true)
  await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, house.buildingId)).toEqual([]))
  return { lines, findings: preview.findings }
}
const nets = (lines: Awaited<ReturnType<typeof bill>>['lines'], key: string) => [...lines.values()].map(each => each.find(one => one.line.key === key)?.line.net)

describe('heat by area', () => {
  it('AT-UZ-19: the season begins on the 18th of a month of 30 days, 13/30 of it are 43,833.46; the formula is what was posted', async () => {
    const house = await heatHouse(db, '1781', ['54.60'])
    await makeContract(db, house)
    const { lines } = await bill(house, '2026-11')
    const [found] = lines.get('1')!
    expect(found!.line).toEqual({ key: 'HEAT.area', quantity: '54.6', parts: [['54.6', 13]], heat: { contract: 'T-1', spans: [['54.6', '2026-11-18', '2026-11-30']] }, net: '4383346', vat: '0' })
    for (const locale of ['uz', 'kk', 'ru'] as const) {
      const said = explainLine(found!.item, found!.line, voiceOf(locale))
      expect(said.amount.net).toBe(4_383_346n)
      expect(said.steps.map(each => each.value)).toEqual(['709,8', '709,8 × 1\u00A0852,64 / 30'])
      expect(said.notes.join(' ')).toContain('T-1')
    }
    expect((await heatLines(db, house, '2026-10')).size).toBe(0)
  })

  it('takes the season of the district before that of the city', async () => {
    const house = await heatHouse(db, '1781', ['54.60'])
    await db.sql(`update buildings set territory_code = '1781777' where building_id = $1`, [house.buildingId])
    await db.sql(`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, source) values (gen_random_uuid(), 'UZ', '1781777', 'HEAT', '2026-11-26', '2027-03-01', 'test')`)
    await makeContract(db, house)
    expect((await bill(house, '2026-11')).lines.get('1')![0]!.line.parts).toEqual([['54.6', 5]])
  })

  it('a flat’s own contract goes before the house’s; areas by days; VAT is a row of its own; the tariff changes within the month', async () => {
    await makeHeatPlace(db, '1783', { vat: 'NET' })
    await db.sql(`update tariffs set valid_to = '2026-12-10' where territory_prefix = '1783' and basis = 'AREA'`)
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at) values (gen_random_uuid(), 'UZ', '1783', 'HEAT', 'AREA', 'm2', 2000, 'INCLUDED', 'UZS', 'test', '2026-12-11', now())`)
    const house = await heatHouse(db, '1783', ['60.00', '40.00'])
    await makeContract(db, house)
    await makeContract(db, house, { premisesId: house.premises[1]!.premisesId, area: '30.5', from: '2026-12-21', number: 'T-2' })
    const { lines } = await bill(house, '2026-12')
    expect(lines.get('1')!.map(({ line }) => [line.key, line.parts, line.net, line.vat])).toEqual([['HEAT.area', [['60', 10]], '3585755', '430291'], ['HEAT.area.2', [['60', 21]], '8129032', '0']])
    expect(lines.get('2')!.map(({ line }) => [line.parts, line.heat?.contract])).toEqual([[[['40', 10]], 'T-1'], [[['40', 10], ['30.5', 11]], 'T-2']])
  })

  it('who left and who came pay each for own days; an area that changed, for the days of each', async () => {
    const house = await heatHouse(db, '1781', ['60.00', '50.00'])
    await makeContract(db, house)
    const [sold, changed] = house.premises
    await db.sql(`update accounts set closed_on = '2026-12-12' where account_id = $1`, [sold!.accountId])
    await db.sql(`insert into accounts (building_id, account_id, premises_id, number, opened_on) values ($1, gen_random_uuid(), $2, app.next_account_number('UZ'), '2026-12-13')`, [house.buildingId, sold!.premisesId])
    await db.sql(`insert into premises_areas (building_id, premises_id, valid_from, previous_m2, area_m2, ground) values ($1, $2, '2026-12-21', 40, 50, 'test')`, [house.buildingId, changed!.premisesId])
    await bill(house, '2026-12')
    const rows = await db.sql<{ parts: string }>(`select (l -> 'parts')::text as parts from bills b join premises p using (building_id, premises_id), json_array_elements(b.lines::json) l where b.building_id = $1 order by p.number, b.account_id = $2 desc`, [house.buildingId, sold!.accountId])
    expect(rows.map(row => JSON.parse(row.parts))).toEqual([[['60', 12]], [['60', 19]], [['40', 20], ['50', 11]]])
  })

  it('spread over twelve months each takes a twelfth of the season, and together they are the season', async () => {
    const house = await heatHouse(db, '1781', ['50.00'])
    await makeContract(db, house, { policy: 'SPREAD_12' })
    const { lines } = await bill(house, '2026-11')
    // 13/30 + 1 + 1 + 1 + 15/31 months of 50 × 1852.64, a twelfth of them.
    expect(nets(lines, 'HEAT.area.spread')).toEqual([String(Math.round(50 * 185264 * (13 / 30 + 3 + 15 / 31) / 12))])
    expect((await bill(house, '2026-12')).lines.get('1')![0]!.line.net).toBe(lines.get('1')![0]!.line.net)
    await expect(bill(house, '2026-10')).rejects.toThrow('billing.findingsNotAccepted')
  })

  it('two seasons within a year are two lines: a later one does not end the twelfths of the earlier', async () => {
    await makeHeatPlace(db, '1785')
    await db.sql(`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, source) values (gen_random_uuid(), 'UZ', '1785', 'HEAT', '2026-02-01', '2026-03-31', 'test')`)
    const house = await heatHouse(db, '1785', ['50.00'])
    await makeContract(db, house, { policy: 'SPREAD_12' })
    const { lines } = await bill(house, '2026-11')
    expect(lines.get('1')!.map(({ line }) => [line.key, line.heat?.spans, line.net])).toEqual([
      ['HEAT.area.spread', [['50', '2026-02-01', '2026-03-31']], String(Math.round(50 * 185264 * 2 / 12))],
      ['HEAT.area.spread.2', [['50', '2026-11-18', '2027-03-15']], String(Math.round(50 * 185264 * (13 / 30 + 3 + 15 / 31) / 12))],
    ])
    expect((await bill(house, '2026-10')).lines.get('1')!.map(({ line }) => line.heat?.spans?.[0]?.[1])).toEqual(['2026-02-01'])
  })

  it('names a flat that has no contract where the house is to charge heat', async () => {
    const house = await heatHouse(db, '1781', ['50.00', '60.00'])
    await arrangeServices(db, house, [{ service: 'HEAT', method: 'AREA', seasonal: true }])
    await makeContract(db, house, { premisesId: house.premises[0]!.premisesId, area: '50' })
    const { lines, findings } = await bill(house, '2026-11', true)
    expect(findings).toEqual([{ service: 'HEAT', code: 'noHeatContract', day: '2026-11-18', premisesId: house.premises[1]!.premisesId, unitKind: 'APARTMENT', unit: '2' }])
    expect(nets(lines, 'HEAT.area').filter(Boolean)).toHaveLength(1)
  })
})

describe('an act of interruption', () => {
  it('known before the run takes its days off, and is named', async () => {
    const house = await heatHouse(db, '1781', ['54.60'])
    await makeContract(db, house)
    await makeAct(db, house, { from: '2026-11-10', to: '2026-11-20', act: '14/7' })
    const [found] = (await bill(house, '2026-11')).lines.get('1')!
    expect([found!.line.parts, found!.line.heat?.off]).toEqual([[['54.6', 10]], [['14/7', '2026-11-18', '2026-11-20']]])
    expect(explainLine(found!.item, found!.line, voiceOf('ru')).notes).toContain('С 18.11.2026 по 20.11.2026 услуги не было: акт № 14/7.')
    expect((await bill(house, '2026-12')).lines.get('1')!.map(each => each.item.of)).toEqual(['AREA'])
  })

  it('entered while the run was going comes with the next bill, though its moment is the older one', async () => {
    const house = await heatHouse(db, '1781', ['54.60'])
    await makeContract(db, house)
    await bill(house, '2026-11')
    await makeAct(db, house, { from: '2026-11-19', to: '2026-11-21', at: '2027-02-05T04:50:00Z' })
    expect((await bill(house, '2026-12')).lines.get('1')!.map(each => each.item.of)).toEqual(['AREA', 'RECALC'])
    expect((await bill(house, '2027-01')).lines.get('1')!.map(each => each.item.of)).toEqual(['AREA'])
  })

  it('that comes after posting is a line of the next bill, once, with its act; a second act adds only its own', async () => {
    const house = await heatHouse(db, '1782', ['54.60', '40.00'])
    await makeContract(db, house)
    const november = await bill(house, '2026-11')
    await makeAct(db, house, { from: '2026-11-19', to: '2026-11-21', act: '15' })
    const december = await bill(house, '2026-12')
    const recalc = december.lines.get('1')!.find(each => each.item.of === 'RECALC')!
    const was = november.lines.get('1')![0]!.line
    // 54.6 × 1852.64 × 10 / 30 less 43,833.46; VAT of the month 12 %.
    expect([was.net, was.vat, recalc.line.net, recalc.line.vat]).toEqual(['4383346', '526002', String(3_371_805 - 4_383_346), String(404_617 - 526_002)])
    expect(recomputeLine(recalc.item, recalc.line)).toEqual({ net: BigInt(recalc.line.net), vat: BigInt(recalc.line.vat) })
    for (const locale of ['uz', 'kk', 'ru'] as const) expect(explainLine(recalc.item, recalc.line, voiceOf(locale)).notes.join(' ')).toContain('15')
    const changes = explainChange({ lines: [was], prices: { items: [november.lines.get('1')![0]!.item], volumes: [] } }, { lines: december.lines.get('1')!.map(each => each.line), prices: { items: december.lines.get('1')!.map(each => each.item), volumes: [] } })
    expect(changes.map(each => each.causes.correction)).toEqual([BigInt(recalc.line.net) + BigInt(recalc.line.vat)])
    await makeAct(db, house, { from: '2026-12-01', to: '2026-12-01', act: '16' })
    const january = await bill(house, '2027-01')
    const second = january.lines.get('1')!.filter(each => each.item.of === 'RECALC')
    expect(second.map(each => [each.line.quantity, each.line.heat?.months?.map(month => month.period)])).toEqual([['1', ['2026-12']]])
    expect(await db.sql(`select charge_period, run_period, count(*)::int as count from heat_recalculations where building_id = $1 group by 1, 2 order by 1`, [house.buildingId]))
      .toEqual([{ charge_period: '2026-11', run_period: '2026-12', count: 2 }, { charge_period: '2026-12', run_period: '2027-01', count: 2 }])
  })
})

describe('heat by meters', () => {
  const houseMeter = async (house: TestHouse, period: string, gcal: string) => addReading(db, house, { meterId: await addMeter(db, house, { premisesId: null, service: 'HEAT' }), premisesId: null, period, consumption: gcal })
  const flatMeter = async (house: TestHouse, flat: number, used: Record<string, string>) => {
    const { premisesId } = house.premises[flat]!
    const meterId = await addMeter(db, house, { premisesId, service: 'HEAT' })
    for (const [period, consumption] of Object.entries(used)) await addReading(db, house, { meterId, premisesId, period, consumption })
    return meterId
  }

  it('of the house: what is left after shops is divided by area, to the last tiyin', async () => {
    const house = await heatHouse(db, '1781', ['45.30', '62.10', '30.00', '33.33'])
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where premises_id = $1`, [house.premises[3]!.premisesId])
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, customer_class, basis, unit, price, vat_mode, currency, source, valid_from, published_at) values (gen_random_uuid(), 'UZ', '1781', 'HEAT', 'OTHER', 'GCAL', 'Gcal', 300000, 'NONE', 'UZS', 'test', '2025-01-01', now())`)
    await makeContract(db, house, { mode: 'BY_BUILDING_METER' })
    await makeContract(db, house, { mode: 'BY_FLAT_METER', premisesId: house.premises[3]!.premisesId, area: '33.33', customerClass: 'OTHER' })
    await houseMeter(house, '2026-12', '10.001')
    await flatMeter(house, 3, { '2026-12': '1.25' })
    const { lines } = await bill(house, '2026-12')
    const shares = nets(lines, 'HEAT.house').filter(each => each !== undefined).map(BigInt)
    expect(shares.reduce((sum, each) => sum + each, 0n)).toBe(BigInt(Math.round(8.751 * 13_986_000)))
    expect(lines.get('4')!.map(({ line }) => [line.key, line.quantity, line.net])).toEqual([['HEAT.flat.other', '1.25', '37500000']])
    expect(explainLine(lines.get('1')![0]!.item, lines.get('1')![0]!.line, voiceOf('ru')).notes.join(' ')).toContain('10,001 Гкал')
  })

  it('of flats: own Gcal and a share of what no flat’s meter saw; a silent meter by its average, taken off the next reading', async () => {
    const house = await heatHouse(db, '1781', ['50.00', '50.00'])
    await makeContract(db, house, { mode: 'BY_FLAT_METER' })
    await flatMeter(house, 0, { '2026-11': '1', '2026-12': '1.5', '2027-01': '2' })
    await flatMeter(house, 1, { '2026-11': '0.8', '2027-01': '1.7' })
    const house1 = await addMeter(db, house, { premisesId: null, service: 'HEAT' })
    for (const [period, consumption] of [['2026-11', '2'], ['2026-12', '2.5'], ['2027-01', '3']] as const) await addReading(db, house, { meterId: house1, premisesId: null, period, consumption })
    await bill(house, '2026-11')
    const december = await bill(house, '2026-12')
    expect(december.lines.get('2')!.map(({ line }) => [line.key, line.quantity, line.source])).toEqual([['HEAT.flat', '0.8', 'AVERAGE'], ['HEAT.common', '50', undefined]])
    // 2.5 − 1.5 − 0.8 are common: 0.2 Gcal at 139,860, halved.
    expect(nets(december.lines, 'HEAT.common')).toEqual(['1398600', '1398600'])
    const january = await bill(house, '2027-01')
    expect(january.lines.get('2')!.map(({ line }) => [line.quantity, line.before])[0]).toEqual(['0.9', '0.8'])
    expect(await db.sql(`select period, settled_in from estimated_volumes where building_id = $1`, [house.buildingId])).toEqual([{ period: '2026-12', settled_in: '2027-01' }])
  })

  it('of a silent meter only the served days of the season are expected, and nothing out of it', async () => {
    const house = await heatHouse(db, '1781', ['50.00', '50.00', '50.00'])
    await makeContract(db, house, { mode: 'BY_FLAT_METER' })
    await flatMeter(house, 0, { '2026-10': '0.2', '2026-11': '1' })
    await flatMeter(house, 1, { '2026-09': '3' })
    await flatMeter(house, 2, { '2026-11': '0.5' })
    await houseMeter(house, '2026-11', '3')
    const october = await bill(house, '2026-10')
    expect([...october.lines.values()].map(each => each.map(({ line }) => [line.key, line.quantity, line.source]))).toEqual([[['HEAT.flat', '0.2', undefined]], [['HEAT.flat', '0', undefined]], [['HEAT.flat', '0', undefined]]])
    await makeAct(db, house, { from: '2026-11-18', to: '2026-11-20', act: '3' })
    const november = await bill(house, '2026-11')
    // 3 × 10 served days of 30; 3 − 1 − 1 − 0.5 are common.
    expect(november.lines.get('2')!.map(({ line }) => [line.key, line.quantity, line.source])).toEqual([['HEAT.flat', '1', 'AVERAGE'], ['HEAT.common', '50', undefined]])
    expect(await db.sql(`select period, trim_scale(volume)::text as volume from estimated_volumes where building_id = $1`, [house.buildingId])).toEqual([{ period: '2026-11', volume: '1' }])
  })

  it('AT-UZ-20: a meter replaced within the month is two segments, none below zero', async () => {
    const house = await heatHouse(db, '1781', ['50.00'])
    await makeContract(db, house, { mode: 'BY_FLAT_METER' })
    const old = await flatMeter(house, 0, { '2026-12': '0.812' })
    const fresh = await flatMeter(house, 0, { '2026-12': '0.644' })
    await db.sql(`update meters set removed_on = '2026-12-14', serial = 'OLD' where meter_id = $1`, [old])
    await db.sql(`update meters set installed_on = '2026-12-14', serial = 'NEW', replaces_meter_id = $2 where meter_id = $1`, [fresh, old])
    const [found] = (await bill(house, '2026-12')).lines.get('1')!
    expect([found!.line.quantity, found!.line.heat?.meters]).toEqual(['1.456', [['OLD', '2026-12-01', '2026-12-14', '0.812'], ['NEW', '2026-12-14', '2026-12-31', '0.644']]])
    expect(found!.line.net).toBe(String(Math.round(1.456 * 13_986_000)))
  })

  it('a house’s reading of several months is taken with the flats of all of them, over the summer and over a silent month', async () => {
    const house = await heatHouse(db, '1781', ['50.00', '50.00'])
    await makeContract(db, house, { mode: 'BY_FLAT_METER' })
    await flatMeter(house, 0, { '2026-09': '0', '2026-11': '1', '2026-12': '2', '2027-01': '2' })
    await flatMeter(house, 1, { '2026-09': '0', '2026-11': '1', '2026-12': '1', '2027-01': '1' })
    const inlet = await addMeter(db, house, { premisesId: null, service: 'HEAT' })
    for (const [period, consumption] of Object.entries({ '2026-09': '0', '2026-11': '3', '2027-01': '9' })) await addReading(db, house, { meterId: inlet, premisesId: null, period, consumption })
    expect((await bill(house, '2026-10')).findings).toEqual([])
    const november = await bill(house, '2026-11')
    // October was quiet: nothing was charged, and the reading after it is of both.
    expect([november.findings, november.lines.get('1')!.map(({ item }) => item.heat)]).toEqual([[], [{ mode: 'BY_FLAT_METER' }, { mode: 'COMMON', house: '3', apart: '0', flats: '2', since: '2026-10' }]])
    expect((await bill(house, '2026-12', true)).findings.map(each => each.code)).toEqual(['noHouseMeter'])
    const january = await bill(house, '2027-01')
    expect(january.lines.get('1')!.at(-1)!.item.heat).toEqual({ mode: 'COMMON', house: '9', apart: '0', flats: '6', since: '2026-12' })
  })

  it('says what is missing: the house’s reading, a flat’s volume, more in flats than in the house', async () => {
    const codes = async (house: TestHouse) => (await (await asAccountant(db, house)).caller.billing.preview({ buildingId: house.buildingId, period: '2026-12' })).findings.map(each => each.code)
    const shared = await heatHouse(db, '1781', ['50.00'])
    await makeContract(db, shared, { mode: 'BY_BUILDING_METER' })
    expect(await codes(shared)).toEqual(['noHouseMeter'])
    const own = await heatHouse(db, '1781', ['50.00', '40.00'])
    await makeContract(db, own, { mode: 'BY_FLAT_METER' })
    await flatMeter(own, 0, { '2026-12': '3' })
    await houseMeter(own, '2026-12', '2')
    expect(await codes(own)).toEqual(['noVolume', 'noCommonShare'])
    await flatMeter(own, 1, { '2026-12': '0' })
    expect(await codes(own)).toEqual(['flatsAboveHouse'])
  })
})

describe('hot water of the contract', () => {
  it('without a meter by the norm of a day; who is away counts from the day after applying; drains follow the same volume', async () => {
    await makeHeatPlace(db, '1784')
    await db.sql(`insert into hot_water_norms (norm_id, country, territory_prefix, litres_per_person_day, source, valid_from) values (gen_random_uuid(), 'UZ', '1784', 120, 'test', '2026-01-01')`)
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at) values (gen_random_uuid(), 'UZ', '1784', 'SEWERAGE', 'VOLUME', 'm3', 1000, 'NONE', 'UZS', 'test', '2025-01-01', now())`)
    const house = await heatHouse(db, '1784', ['50.00', '50.00'])
    await arrangeServices(db, house, [{ service: 'HOT_WATER', method: 'METER' }, { service: 'SEWERAGE', method: 'METER', volumeOf: ['HOT_WATER'] }])
    await makeContract(db, house, { hotWater: true })
    const metered = await addMeter(db, house, { premisesId: house.premises[1]!.premisesId, service: 'HOT_WATER' })
    await addReading(db, house, { meterId: metered, premisesId: house.premises[1]!.premisesId, period: '2026-12', consumption: '4' })
    await db.sql(`insert into person_absences (building_id, absence_id, premises_id, persons, from_day, to_day, ground, recorded_at) values ($1, gen_random_uuid(), $2, 1, '2026-12-01', '2026-12-20', 'Trip', '2026-12-10T06:00:00Z')`, [house.buildingId, house.premises[0]!.premisesId])
    await makeAct(db, house, { service: 'HOT_WATER', from: '2026-12-30', to: '2026-12-31', act: '9' })
    const { lines } = await bill(house, '2026-12')
    const water = lines.get('1')!.find(each => each.item.service === 'HOT_WATER')!
    // Two persons for 10 days, one for 10 (from the 11th, the day after), two for 9: 48 person-days of 120 l at 9150.
    expect(water.line).toMatchObject({ key: 'HOT_WATER.norm', parts: [['2', 10], ['1', 10], ['2', 9]], net: String(48 * 120 * 915), heat: { off: [['9', '2026-12-30', '2026-12-31']] } })
    expect(explainLine(water.item, water.line, voiceOf('uz')).steps.at(-1)?.value).toBe('5,76 × 9\u00A0150')
    const bills = await db.sql<{ number: string; key: string; quantity: string }>(`select p.number, l ->> 'key' as key, l ->> 'quantity' as quantity from bills b join premises p using (building_id, premises_id), json_array_elements(b.lines::json) l where b.building_id = $1 and l ->> 'key' in ('SEWERAGE', 'HOT_WATER') order by 1, 2`, [house.buildingId])
    expect(bills).toEqual([{ number: '1', key: 'SEWERAGE', quantity: '5.76' }, { number: '2', key: 'HOT_WATER', quantity: '4' }, { number: '2', key: 'SEWERAGE', quantity: '4' }])
  })
})

describe('the database', () => {
  it('refuses two contracts at a time, two ways in a house, a house’s meter for a shop, and a meter from the middle of a month', async () => {
    const house = await heatHouse(db, '1781', ['50.00', '40.00'])
    await makeContract(db, house, { to: '2026-06-30' })
    await expect(makeContract(db, house, { from: '2026-06-30' })).rejects.toThrow(/one_contract_at_a_time/)
    await expect(makeContract(db, house, { mode: 'BY_FLAT_METER', premisesId: house.premises[0]!.premisesId, area: '50' })).rejects.toMatchObject({ code: 'UY062' })
    await expect(makeContract(db, house, { mode: 'BY_BUILDING_METER', from: '2026-07-15' })).rejects.toThrow(/whole_months/)
    await expect(makeContract(db, house, { hotWater: true, from: '2026-07-15' })).rejects.toThrow(/whole_months/)
    await expect(makeContract(db, house, { mode: 'BY_BUILDING_METER', policy: 'SPREAD_12', from: '2026-07-01' })).rejects.toThrow(/spread_is_by_area/)
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where premises_id = $1`, [house.premises[1]!.premisesId])
    await expect(makeContract(db, house, { mode: 'BY_BUILDING_METER', premisesId: house.premises[1]!.premisesId, area: '40', from: '2026-07-01' })).rejects.toMatchObject({ code: 'UY062' })
    await expect(db.sql(`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, source) values (gen_random_uuid(), 'UZ', '1781', 'HEAT', '2027-03-15', '2027-04-01', 'test')`)).rejects.toThrow(/one_season_at_a_time/)
  })
})
