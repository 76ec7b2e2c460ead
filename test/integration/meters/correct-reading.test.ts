import { beforeAll, describe, expect, it } from 'vitest'
import { explainChange, pricedLines, type MonthLines } from '#server/billing/changes/rules.ts'
import { correctedNow } from '#server/billing/charges/rules.ts'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asClerk, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { codeOf, makeMeter, readingOf } from '#test/integration/meters/support.ts'

let db: TestDatabase
let house: TestHouse
let unit: TestPremises
let owner: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  unit = house.premises[0] ?? (() => { throw new Error('no flat') })()
  owner = await asOwner(db, house, unit)
})

function correction(corrects: string, value: string, change: Record<string, unknown> = {}) {
  return { readingId: newId(), buildingId: house.buildingId, corrects, values: [value], submittedAt: '2026-11-24T11:00:00.000Z', reason: 'a slip of the finger', ...change }
}

describe('correctReading', () => {
  it('puts a new reading in the place of the wrong one and keeps the old', async () => {
    const meter = await makeMeter(db, house, unit)
    const wrong = await owner.caller.meters.submitReading(readingOf(meter, '842', { confirmed: ['jump'] }))
    const input = correction(wrong.readingId, '482')
    expect(await owner.caller.meters.correctReading(input)).toMatchObject({ values: ['482'], consumption: '11', period: '2026-11', state: 'ACCEPTED' })
    expect(await owner.caller.meters.correctReading(input)).toMatchObject({ values: ['482'] })
    expect(await db.sql(`select register_values[1]::text as value, superseded_by is not null as superseded from readings where meter_id = $1 and source = 'RESIDENT' order by received_at`, [meter.meterId]))
      .toEqual([{ value: '842.000', superseded: true }, { value: '482.000', superseded: false }])
    const mine = await owner.caller.meters.listMine()
    expect(mine.find(each => each.meterId === meter.meterId)?.last?.values).toEqual(['482'])
  })

  it('turns a kept question into a counted reading by a yes', async () => {
    const meter = await makeMeter(db, house, unit)
    const kept = await owner.caller.meters.submitReading(readingOf(meter, '990', { ifAsked: 'KEEP' }))
    expect((await owner.caller.meters.listMine()).find(each => each.meterId === meter.meterId)?.waiting).toMatchObject({ readingId: kept.readingId, flags: ['jump'] })
    expect(await owner.caller.meters.correctReading(correction(kept.readingId, '990', { confirmed: ['jump'] }))).toMatchObject({ state: 'ACCEPTED', consumption: '519' })
  })

  it('lets staff lower a wrong floor, after which the flagged one can count', async () => {
    const meter = await makeMeter(db, house, unit)
    const clerk = await asClerk(db, house)
    const onBehalf = { callerName: 'A. Sadykova', reason: 'photo seen' }
    const high = await owner.caller.meters.submitReading(readingOf(meter, '495', { takenOn: '2026-11-20', confirmed: ['jump'] }))
    const flagged = await owner.caller.meters.submitReading(readingOf(meter, '482', { confirmed: ['lowerThanLast'] }))
    expect(await clerk.caller.meters.correctReading(correction(high.readingId, '475', { onBehalf }))).toMatchObject({ consumption: '4' })
    expect(await clerk.caller.meters.correctReading(correction(flagged.readingId, '482', { onBehalf }))).toMatchObject({ state: 'ACCEPTED', consumption: '7' })
  })

  it('a flagged one of an earlier day, once it counts, is taken off the reading that stands on it: nothing is counted twice', async () => {
    const meter = await makeMeter(db, house, unit)
    const clerk = await asClerk(db, house)
    const onBehalf = { callerName: 'A. Sadykova', reason: 'photo seen' }
    const flagged = await owner.caller.meters.submitReading(readingOf(meter, '800', { takenOn: '2026-11-20', ifAsked: 'KEEP' }))
    await owner.caller.meters.submitReading(readingOf(meter, '810', { confirmed: ['jump'] }))
    const standing = async () => (await db.sql<{ used: string }>('select trim_scale(consumption)::text as used from readings where meter_id = $1 and superseded_by is null and consumption is not null order by taken_on', [meter.meterId])).map(each => each.used)
    expect(await standing()).toEqual(['0', '339'])
    expect(await codeOf(owner.caller.meters.correctReading(correction(flagged.readingId, '800', { confirmed: ['jump'] })))).toBe('meters.onlyLastCorrected')
    expect(await codeOf(clerk.caller.meters.correctReading(correction(flagged.readingId, '820', { onBehalf, confirmed: ['jump'] })))).toBe('meters.aboveNext')
    expect(await clerk.caller.meters.correctReading(correction(flagged.readingId, '800', { onBehalf, confirmed: ['jump'] }))).toMatchObject({ state: 'ACCEPTED', consumption: '329' })
    expect(await standing()).toEqual(['0', '329', '10'])
  })

  it('a figure above the next is no turn of its scale', async () => {
    const meter = await makeMeter(db, house, unit)
    const clerk = await asClerk(db, house)
    const onBehalf = { callerName: 'A. Sadykova', reason: 'photo seen' }
    const early = await owner.caller.meters.submitReading(readingOf(meter, '475', { takenOn: '2026-11-20' }))
    await owner.caller.meters.submitReading(readingOf(meter, '482'))
    expect(await codeOf(clerk.caller.meters.correctReading(correction(early.readingId, '90475', { onBehalf, confirmed: ['jump'] })))).toBe('meters.aboveNext')
    // One that went through its nines before the first, not after it.
    const turned = await makeMeter(db, house, unit, { start: ['99990'] })
    const first = await owner.caller.meters.submitReading(readingOf(turned, '2', { takenOn: '2026-11-20', confirmed: ['rolledOver'] }))
    await owner.caller.meters.submitReading(readingOf(turned, '12'))
    expect(await clerk.caller.meters.correctReading(correction(first.readingId, '99995', { onBehalf }))).toMatchObject({ consumption: '5' })
    expect((await db.sql<{ used: string }>('select trim_scale(consumption)::text as used from readings where meter_id = $1 and superseded_by is null order by taken_on', [turned.meterId])).map(each => each.used)).toEqual(['0', '5', '17'])
  })

  it('refuses a corrected one, one that others stand on, a closed month, a neighbour and other ids', async () => {
    const meter = await makeMeter(db, house, unit)
    const first = await owner.caller.meters.submitReading(readingOf(meter, '475', { takenOn: '2026-11-20' }))
    const last = await owner.caller.meters.submitReading(readingOf(meter, '482'))
    expect(await codeOf(owner.caller.meters.correctReading(correction(first.readingId, '476')))).toBe('meters.onlyLastCorrected')
    const input = correction(last.readingId, '483')
    await owner.caller.meters.correctReading(input)
    expect(await codeOf(owner.caller.meters.correctReading(correction(last.readingId, '484')))).toBe('meters.alreadyCorrected')
    expect(await codeOf(owner.caller.meters.correctReading({ ...input, values: ['485'] }))).toBe('meters.readingIdTaken')
    const other = house.premises[1]
    if (!other) throw new Error('no flat')
    const neighbour = await asOwner(db, house, other)
    expect(await codeOf(neighbour.caller.meters.correctReading(correction(input.readingId, '486')))).toBe('meters.readingNotFound')
    await setNow('2026-12-05T09:00:00Z')
    expect(await codeOf(owner.caller.meters.correctReading(correction(input.readingId, '481')))).toBe('meters.monthClosed')
    await setNow('2026-11-24T09:00:00Z')
  })
})

describe('what staff see before they correct', () => {
  it('the reading with its photo among its neighbours, the wrong one too, and whether it can be corrected; nobody of another house', async () => {
    const meter = await makeMeter(db, house, unit)
    const clerk = await asClerk(db, house)
    const at = { buildingId: house.buildingId, meterId: meter.meterId }
    const first = await owner.caller.meters.submitReading(readingOf(meter, '475', { takenOn: '2026-11-20' }))
    await db.sql('update readings set photo_file_id = $2 where reading_id = $1', [first.readingId, newId()])
    const wrong = await owner.caller.meters.submitReading(readingOf(meter, '842', { confirmed: ['jump'] }))
    const corrected = await clerk.caller.meters.correctReading(correction(wrong.readingId, '482', { reason: '', onBehalf: { callerName: 'A. Sadykova', reason: 'photo seen' } }))
    const page = await clerk.caller.meters.readings(at)
    expect(page).toMatchObject({ meter: { maySubmit: true }, unit: { premisesId: unit.premisesId, number: unit.number } })
    const seen = page.readings.map(each => [each.values[0], each.superseded, each.next?.takenOn, each.photoFileId !== null])
    expect(seen).toEqual([['482', false, undefined, false], ['842', true, undefined, false], ['475', false, '2026-11-24', true], ['471', false, '2026-11-20', false]])
    expect(page.readings[0]).toMatchObject({ readingId: corrected.readingId, note: 'A. Sadykova: photo seen', source: 'CLERK' })
    expect((await (await asAccountant(db, house)).caller.meters.readings(at)).meter.maySubmit).toBe(false)
    expect(await codeOf((await asClerk(db, await makeHouse(db))).caller.meters.readings(at))).toBe('meters.meterNotFound')
    // The house's own: nobody calls for it, and why is said all the same.
    const inlet = await makeMeter(db, house, null)
    const ofHouse = await clerk.caller.meters.submitReading(readingOf(inlet, '500', { confirmed: ['jump'] }))
    expect(await codeOf(clerk.caller.meters.correctReading(correction(ofHouse.readingId, '490', { reason: ' ' })))).toBe('meters.reasonNeeded')
    expect((await clerk.caller.meters.listOfHouse({ buildingId: house.buildingId })).map(each => [each.meterId, each.lastValues])).toEqual([[inlet.meterId, ['500']]])
  })
})

describe('a reading that bills have charged', () => {
  type Stored = MonthLines & { total: string }
  async function billed() {
    const home = await makeHouse(db, { flats: 2 })
    // January is billed here too: by the index that the law of its year names.
    await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('KZ', 'MRP', '2027-01-01', 4500, 'test', false) on conflict do nothing`)
    await arrangeServices(db, home, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'SEWERAGE', method: 'METER', volumeOf: ['COLD_WATER'] }])
    const meters = [await makeMeter(db, home, home.premises[0]!), await makeMeter(db, home, home.premises[1]!)]
    const people = [await asOwner(db, home, home.premises[0]!), await asOwner(db, home, home.premises[1]!)]
    const submit = (flat: number, value: string, takenOn: string) => people[flat]!.caller.meters.submitReading(readingOf(meters[flat]!, value, { takenOn, submittedAt: `${takenOn}T06:00:00.000Z` }))
    const bill = async (period: string): Promise<Stored> => {
      const { caller } = await asAccountant(db, home)
      const { billsHash } = await caller.billing.preview({ buildingId: home.buildingId, period })
      await caller.billing.run({ buildingId: home.buildingId, period, acceptFindings: false, expectedHash: billsHash })
      const rows = await db.sql<Stored>('select b.lines::json as lines, b.total::text, r.prices from bills b join billing_runs r using (building_id, period) where b.building_id = $1 and b.period = $2 and b.premises_id = $3', [home.buildingId, period, home.premises[0]!.premisesId])
      expect(allExact(rows[0]!.lines, rows[0]!.prices)).toBe(true)
      return rows[0]!
    }
    const correct = async (corrects: string, value: string) => (await asClerk(db, home)).caller.meters.correctReading({ ...correction(corrects, value, { confirmed: ['lowerThanLast'] }), buildingId: home.buildingId, onBehalf: { callerName: 'A. Sadykova', reason: 'photo seen' } })
    return { home, owner: people[0]!, submit, bill, correct }
  }
  const corrections = ({ lines }: Stored) => lines.filter(line => line.volumes).map(line => [line.key, line.volumes?.map(each => [each.period, each.quantity, each.difference]), line.net])

  it('is settled by the next bill at the prices of its month, once; the bill and the reading stay', async () => {
    await seedMoneyReference()
    await setNow('2026-11-24T09:00:00Z')
    const { home, owner: resident, submit, bill, correct } = await billed()
    const wrong = await submit(0, '491', '2026-11-24')
    await submit(1, '481', '2026-11-24')
    await setNow('2026-11-28T09:00:00Z')
    const november = await bill('2026-11')
    expect(await codeOf(resident.caller.meters.correctReading({ ...correction(wrong.readingId, '479'), buildingId: home.buildingId }))).toBe('meters.monthClosed')
    expect(await codeOf(correct(wrong.readingId, '470'))).toBe('meters.lowerThanBilled')
    expect(await correct(wrong.readingId, '479')).toMatchObject({ consumption: '8', period: '2026-11', state: 'ACCEPTED' })
    await db.sql(`update tariffs set valid_to = '2026-11-30' where territory_prefix = '75' and service = 'COLD_WATER' and valid_to is null`)
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, demonstration, published_at)
      values (gen_random_uuid(), 'KZ', '75', 'COLD_WATER', 'VOLUME', 'm3', 1000, 'NET', 'KZT', 'test', '2026-12-01', true, now())`)
    await setNow('2026-12-23T09:00:00Z')
    await submit(0, '489', '2026-12-23')
    await submit(1, '490', '2026-12-23')
    await setNow('2026-12-28T09:00:00Z')
    const december = await bill('2026-12')
    // 20 m³ of two persons were 6 × 91.96 + 4 × 110.352 + 10 × 137.94; 8 are 6 × 91.96 + 2 × 110.352. Sewerage: 12 × 88.1.
    expect(corrections(december)).toEqual([['COLD_WATER.correction.1600', [['2026-11', '20', '-12']], String(77246 - 237257)], ['SEWERAGE.correction.1600', [['2026-11', '20', '-12']], '-105720']])
    expect(december.lines.find(line => line.key === 'COLD_WATER')).toMatchObject({ quantity: '10', net: '1000000' })
    expect(december.lines.find(line => line.key === 'COLD_WATER.correction.1600')?.vat).toBe(String(12359 - 37961))
    const [change] = explainChange(november, december)
    expect(change?.causes.correction).toBe(-160_011n - 25_602n)
    const { item, line } = pricedLines(december).find(each => each.line.volumes)!
    for (const locale of ['uz', 'kk', 'ru'] as const) expect(explainLine(item, line, { say: texts(locale), locale, currency: 'KZT' }).steps.map(each => each.text).join(' ')).toMatch(/ 20 .* 8 /)
    // The bill of November shows what it was made from, and the wrong figure is kept.
    const seen = await resident.caller.billing.inputs({ number: home.premises[0]!.accountNumber, period: '2026-11' })
    expect(seen.facts.meters.map(each => each.readings.map(one => [one.values, one.used]))).toEqual([[[['491'], '20']]])
    await setNow('2027-01-28T09:00:00Z')
    expect(corrections(await bill('2027-01'))).toEqual([])
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, home.buildingId)).toEqual([]))
    await setNow('2026-11-24T09:00:00Z')
  })

  it('an earlier one too: the next stands with its figure and photo and is counted anew; both months are settled, and together nothing is added', async () => {
    await setNow('2026-11-24T09:00:00Z')
    const { home, owner: resident, submit, bill, correct } = await billed()
    const early = await submit(0, '491', '2026-11-24')
    await submit(1, '481', '2026-11-24')
    await setNow('2026-11-28T09:00:00Z')
    await bill('2026-11')
    await setNow('2026-12-23T09:00:00Z')
    const late = await submit(0, '503', '2026-12-23')
    await submit(1, '490', '2026-12-23')
    const photo = newId()
    await db.sql('update readings set photo_file_id = $2 where reading_id = $1', [late.readingId, photo])
    // 20 and 12 m³; while December is not billed, it takes the new consumption itself.
    const [key, standing] = [{ buildingId: home.buildingId, meterId: early.meterId }, () => db.sql<{ period: string; used: string; difference: string | null; photo: string | null }>(`select period, trim_scale(consumption)::text as used, trim_scale(billed_difference)::text as difference, photo_file_id::text as photo
      from readings where building_id = $1 and meter_id = $2 and superseded_by is null and period > '2026-10' order by period`, [home.buildingId, early.meterId])]
    expect(await codeOf(resident.caller.meters.correctReading({ ...correction(early.readingId, '485'), buildingId: home.buildingId }))).toBe('meters.onlyLastCorrected')
    expect(await codeOf(correct(early.readingId, '504'))).toBe('meters.aboveNext')
    expect(await codeOf(correct(early.readingId, '460'))).toBe('meters.lowerThanBilled')
    expect((await standing()).map(each => each.used)).toEqual(['20', '12'])
    const first = await correct(early.readingId, '483')
    expect(await standing()).toEqual([{ period: '2026-11', used: '12', difference: '-8', photo: null }, { period: '2026-12', used: '20', difference: null, photo }])
    await setNow('2026-12-28T09:00:00Z')
    const december = await bill('2026-12')
    expect(corrections(december).map(each => each[1])).toEqual(Array(2).fill([['2026-11', '20', '-8']]))
    expect(december.lines.find(line => line.key === 'COLD_WATER')?.quantity).toBe('20')
    // Both months billed by now: each has its own difference on the next bill.
    await setNow('2027-01-20T09:00:00Z')
    await correct(first.readingId, '488')
    expect((await standing()).map(each => [each.used, each.difference])).toEqual([['17', '5'], ['15', '-5']])
    expect((await (await asClerk(db, home)).caller.meters.readings(key)).readings.filter(each => !each.superseded).map(each => [each.period, each.next?.period])).toEqual([['2026-12', undefined], ['2026-11', '2026-12'], ['2026-10', '2026-11']])
    expect((await resident.caller.billing.inputs({ number: home.premises[0]!.accountNumber, period: '2026-12' })).facts.meters.flatMap(each => each.readings.map(one => one.used))).toEqual(['20'])
    await setNow('2027-01-28T09:00:00Z')
    const january = await bill('2027-01')
    expect(corrections(january).map(each => each[1])).toEqual(Array(2).fill([['2026-11', '20', '-3'], ['2026-12', '20', '-5']]))
    // What was ever charged for water is 17 and 15 m³ of two persons.
    const all = await db.sql<{ charged: string }>(`select (select sum((l ->> 'net')::bigint) from bills b, json_array_elements(b.lines::json) l where b.building_id = $1 and b.premises_id = $2 and b.period in ('2026-11', '2026-12') and l ->> 'key' = 'COLD_WATER')
      + (select sum(net) from heat_recalculations where building_id = $1 and premises_id = $2 and line_key = 'COLD_WATER') as charged`, [home.buildingId, home.premises[0]!.premisesId])
    const item = january.lines.find(line => line.volumes)!.volumes!
    expect(all[0]?.charged).toBe(String(item.reduce((sum, month) => sum + correctedNow(month).net, 0n)))
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, home.buildingId)).toEqual([]))
    await setNow('2026-11-24T09:00:00Z')
  })

  it('corrected again, only what has changed since; of the house’s meter, by which nothing was divided, nothing is charged', async () => {
    await setNow('2026-11-24T09:00:00Z')
    const { home, submit, bill, correct } = await billed()
    const first = await submit(0, '491', '2026-11-24')
    await submit(1, '481', '2026-11-24')
    const inlet = await makeMeter(db, home, null)
    const clerk = await asClerk(db, home)
    const house = await clerk.caller.meters.submitReading(readingOf(inlet, '500', { confirmed: ['jump'] }))
    await setNow('2026-11-28T09:00:00Z')
    await bill('2026-11')
    expect(await clerk.caller.meters.correctReading({ ...correction(house.readingId, '490', { confirmed: ['jump'] }), buildingId: home.buildingId })).toMatchObject({ consumption: '19', period: '2026-11' })
    expect((await clerk.caller.meters.readings({ buildingId: home.buildingId, meterId: inlet.meterId })).readings[0]).toMatchObject({ billed: true, shared: false })
    const second = await correct(first.readingId, '479')
    await setNow('2026-12-28T09:00:00Z')
    expect(corrections(await bill('2026-12')).map(each => each[2])).toEqual(['-160011', '-105720'])
    await correct(second.readingId, '480')
    await setNow('2027-01-28T09:00:00Z')
    // 9 m³ are 551.76 + 331.056 = 882.82, and 772.46 are charged.
    expect(corrections(await bill('2027-01'))).toEqual([['COLD_WATER.correction.1600', [['2026-11', '20', '-11']], '11036'], ['SEWERAGE.correction.1600', [['2026-11', '20', '-11']], '8810']])
    // A bill that bears such lines is corrected like any other: the month's own water stays on it.
    const { caller } = await asAccountant(db, home)
    const standing = async () => (await db.sql<MonthLines>(`select k.lines, k.prices from bill_corrections k where k.building_id = $1 and k.period = '2027-01' order by k.drafted_at desc limit 1`, [home.buildingId]))[0]!
    await db.sql('update premises set area_m2 = area_m2 + 10 where building_id = $1 and premises_id = $2', [home.buildingId, home.premises[0]!.premisesId])
    const made = await caller.billing.draftCorrection({ correctionId: newId(), number: home.premises[0]!.accountNumber, period: '2027-01', ground: 'Technical passport' })
    expect(made.becomes - made.was).toBeGreaterThan(0n)
    expect((await standing()).lines.map(line => line.key)).toEqual(expect.arrayContaining(['COLD_WATER', 'SEWERAGE', 'COLD_WATER.correction.1600', 'SEWERAGE.correction.1600']))
    // Corrected back to what November's bill took: all that was settled since is taken back.
    const [third] = await db.sql<{ id: string }>(`select reading_id::text as id from readings where building_id = $1 and premises_id = $2 and period = '2026-11' and superseded_by is null and billed_difference is not null`, [home.buildingId, home.premises[0]!.premisesId])
    await correct(third!.id, '491')
    await setNow('2027-02-28T09:00:00Z')
    expect(corrections(await bill('2027-02'))).toEqual([['COLD_WATER.correction.1600', [['2026-11', '20', '0']], String(160011 - 11036)], ['SEWERAGE.correction.1600', [['2026-11', '20', '0']], String(105720 - 8810)]])
    await setNow('2026-11-24T09:00:00Z')
  })
})
