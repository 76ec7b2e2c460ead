import { beforeAll, describe, expect, it } from 'vitest'
import { explainChange, pricedLines, type MonthLines } from '#server/billing/changes/rules.ts'
import { explainLine, serviceName } from '#server/billing/explanation/rules.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { bill, billsOf, common, makeShared, period, sharedTariffs, type Shape } from '#test/integration/billing/shared-house.ts'
import { asAccountant, asClerk, asManager } from '#test/support/actors.ts'
import { addMeter, addReading, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import type { TestHouse } from '#test/support/factories.ts'
import { heatHouse, makeContract, makeHeatPlace } from '#test/support/heat.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-11-21T05:00:00Z')
  await sharedTariffs(db)
})

describe('a month that is billed is divided again after a reading was corrected', () => {
  const [next, after] = ['2026-11', '2026-12']
  type Corrected = { house: TestHouse; meters: string[]; inlet: string }
  async function readHouse(shape: Omit<Shape, 'used' | 'saw'>, used: readonly number[], saw: number): Promise<Corrected> {
    const house = await makeShared(db, { ...shape, used: used.map(() => null), saw: null })
    const service = shape.service ?? 'COLD_WATER'
    const rows = await db.sql<{ meter_id: string }>('select m.meter_id::text from meters m join premises p on p.building_id = m.building_id and p.premises_id = m.premises_id where m.building_id = $1 order by p.number::int', [house.buildingId])
    const made = { house, meters: rows.map(each => each.meter_id), inlet: await addMeter(db, house, { premisesId: null, service }) }
    await read(made, '2026-09', [...used.map(() => 0), 0])
    await read(made, period, [...used, saw])
    return made
  }
  async function read({ house, meters, inlet }: Corrected, month: string, volumes: readonly number[]): Promise<void> {
    for (const [index, volume] of volumes.entries()) await addReading(db, house, { meterId: meters[index] ?? inlet, premisesId: house.premises[index]?.premisesId ?? null, period: month, consumption: String(volume) })
  }
  const named = (house: TestHouse) => db.sql(`insert into reading_ids (reading_id, building_id, premises_id, meter_id, taken_on, content_hash) select reading_id, building_id, premises_id, meter_id, taken_on, repeat('0', 64) from readings where building_id = $1 on conflict do nothing`, [house.buildingId])
  /** Of a flat, or of the house: so much in October. */
  async function correct({ house, meters, inlet }: Corrected, flat: number | null, volume: number, month = period): Promise<unknown> {
    await named(house)
    const [row] = await db.sql<{ id: string }>('select reading_id::text as id from readings where building_id = $1 and meter_id = $2 and period = $3 and superseded_by is null', [house.buildingId, flat === null ? inlet : meters[flat]!, month])
    return (await asClerk(db, house)).caller.meters.correctReading({ readingId: newId(), buildingId: house.buildingId, corrects: row!.id, values: [String(100 + volume)], submittedAt: '2026-11-21T05:00:00.000Z', confirmed: ['jump'],
      reason: 'photo seen', ...(flat === null ? {} : { onBehalf: { callerName: 'A. Sadykova', reason: 'photo seen' } }) })
  }
  const again = (bills: readonly MonthLines[]) => bills.map(each => each.lines.filter(line => line.shares).map(line => [line.key, line.shares?.map(month => [month.period, month.house, month.flats]), line.net]))
  async function billIn(month: string, { house }: Corrected): Promise<MonthLines[]> {
    await setNow(month === next ? '2026-12-05T05:00:00Z' : '2027-01-05T05:00:00Z')
    const bills = await bill(db, house, month)
    await setNow('2026-11-21T05:00:00Z')
    return bills
  }

  it('of the house and of a flat together: every flat gets the difference with the next bill, to the tiyin, once; corrected back, it comes back', async () => {
    const made = await readHouse({}, [30, 20, 25], 100)
    expect(common(await bill(db, made.house)).flat().map(([, , net]) => net)).toEqual(['555556', '833333', '1111111'])
    await correct(made, null, 90)
    await correct(made, 1, 22)
    await read(made, next, [10, 10, 10, 30])
    const november = await billIn(next, made)
    // 90 − (30 + 22 + 25) = 13 m³ × 1000: 288,888.9, 433,333.3 and 577,777.8 of 1,300,000.
    const key = 'COLD_WATER.common.correction.0'
    const month = [[period, '90', '77']]
    expect(again(november)).toEqual([[[key, month, String(288_889 - 555_556)]], [[key, month, String(433_333 - 833_333)]], [[key, month, String(577_778 - 1_111_111)]]])
    expect(november[1]?.lines.filter(line => line.volumes).map(line => line.net)).toEqual(['200000'])
    const [change] = explainChange((await billsOf(db, made.house))[0]!, november[0]!)
    expect(change?.causes.correction).toBe(288_889n - 555_556n)
    const { item, line } = pricedLines(november[0]!).find(each => each.line.shares)!
    const plain = (text: string) => text.replaceAll('\u00A0', ' ')
    expect(explainLine(item, line, { say: texts('ru'), locale: 'ru', currency: 'UZS' }).steps.map(each => plain(each.value))).toEqual(['5 555,56', '90 − 77 = 13', '13 000,00', '2 888,89', '-2 666,67'])
    for (const locale of ['uz', 'kk', 'ru'] as const) expect(serviceName(item, texts(locale))).toContain(texts(locale)('billing.heat.commonName', { service: texts(locale)('billing.services.COLD_WATER') }))
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, made.house.buildingId)).toEqual([]))
    // November's readings stand on October's now; the rest is what the database says of it.
    await db.sql(`delete from readings where building_id = $1 and period = $2`, [made.house.buildingId, next])
    await correct(made, null, 100)
    await correct(made, 1, 20)
    await read(made, after, [10, 10, 10, 30])
    expect(again(await billIn(after, made)).map(each => each[0]?.[2])).toEqual([String(555_556 - 288_889), String(833_333 - 433_333), String(1_111_111 - 577_778)])
  })

  it.each(['EQUAL', 'PERSONS'] as const)('where nothing was left to share, the parts are those of the month (%s); of a flat that has no part, all the same', async by => {
    const made = await readHouse({ by }, [30, 20, 25], 74)
    await db.sql('update registered_persons set persons = 0 where building_id = $1 and premises_id = $2', [made.house.buildingId, made.house.premises[2]!.premisesId])
    expect(common(await bill(db, made.house)).flat()).toEqual([])
    await correct(made, null, 84)
    await read(made, next, [10, 10, 10, 30])
    const parts = again(await billIn(next, made)).map(each => BigInt(each[0]?.[2] as string ?? '0'))
    // 84 − 75 = 9 m³ × 1000 = 900,000.
    expect(parts).toEqual(by === 'EQUAL' ? [300_000n, 300_000n, 300_000n] : [450_000n, 450_000n, 0n])
  })

  it('of all that the house’s meter saw, where it alone is charged by area; and of a month made up with a later one', async () => {
    const made = await readHouse({}, [30, 20, 25], 100)
    await db.sql(`insert into house_services (building_id, service, valid_from, method) values ($1, 'HEAT', '2025-01-01', 'BUILDING_METER')`, [made.house.buildingId])
    const heat = await addMeter(db, made.house, { premisesId: null, service: 'HEAT' })
    for (const [month, consumption] of [['2026-09', '0'], [period, '3']] as const) await addReading(db, made.house, { meterId: heat, premisesId: null, period: month, consumption })
    // October waits: nobody read the house's water.
    await db.sql('delete from readings where meter_id = $1 and period = $2', [made.inlet, period])
    await bill(db, made.house)
    await correct({ ...made, inlet: heat }, null, 2)
    await addReading(db, made.house, { meterId: heat, premisesId: null, period: next, consumption: '1' })
    await read(made, next, [10, 10, 10, 130])
    const november = await billIn(next, made)
    // A Gcal of 500,000: 50,000,000 tiyin less, by 40, 60 and 80 of 180 m².
    expect(again(november).map(each => each.map(one => one[2]))).toEqual([['-11111111'], ['-16666667'], ['-22222222']])
    expect(pricedLines(november[0]!).find(each => each.line.common)?.item).toMatchObject({ houseQuantity: '130', earlier: { since: period } })
    // 25 m³ common to both months became 20: 10 days at 1000, 20 at 1300, of 30.
    await setNow('2026-12-05T05:00:00Z')
    await correct(made, null, 125, next)
    await read(made, after, [10, 10, 10, 30])
    const december = await billIn(after, made)
    expect(again(december).map(each => each[0]?.[1])).toEqual(Array(3).fill([[next, '125', '105'], [next, '125', '105']]))
    expect(again(december).reduce((sum, each) => sum + BigInt(each[0]?.[2] as string), 0n)).toBe(666_667n + 1_733_333n - 833_333n - 2_166_667n)
  })

  it('what pays elsewhere by its own meter counts as corrected, once, in a month that waits to be made up', async () => {
    const made = await readHouse({}, [30, 20, 25], 100)
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where premises_id = $1`, [made.house.premises[2]!.premisesId])
    await db.sql('delete from readings where meter_id = $1 and period = $2', [made.inlet, period])
    await bill(db, made.house)
    await correct(made, 2, 20)
    await read(made, next, [10, 10, 10, 130])
    const november = await billIn(next, made)
    expect(again(november).flat()).toEqual([])
    expect(pricedLines(november[0]!).find(each => each.line.common)?.item.earlier).toEqual({ since: period, flats: '70' })
  })

  it.each([['31', 62], ['0', 31]] as const)('a month in which the way of charging changed keeps its days of it, also where the house’s meter saw nothing (%s, then %i)', async (saw, corrected) => {
    const made = await readHouse({}, [30, 20, 25], 100)
    await db.sql(`insert into house_services (building_id, service, valid_from, valid_to, method) values ($1, 'HEAT', '2025-01-01', '2026-10-10', 'BUILDING_METER'), ($1, 'HEAT', '2026-10-11', null, 'AREA')`, [made.house.buildingId])
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at) select gen_random_uuid(), 'UZ', '1791', 'HEAT', 'AREA', 'm2', 310, 'NONE', 'UZS', 'test', '2025-01-01', now()
      where not exists (select 1 from tariffs where territory_prefix = '1791' and basis = 'AREA')`)
    const heat = await addMeter(db, made.house, { premisesId: null, service: 'HEAT' })
    for (const [month, consumption] of [['2026-09', '0'], [period, saw]] as const) await addReading(db, made.house, { meterId: heat, premisesId: null, period: month, consumption })
    const october = await bill(db, made.house)
    // 31 Gcal at 500,000, 10 days of 31: 500,000,000 tiyin.
    expect(october.reduce((sum, each) => sum + BigInt(each.lines.find(line => line.key === 'HEAT')?.net ?? '0'), 0n)).toBe(saw === '0' ? 0n : 500_000_000n)
    await correct({ ...made, inlet: heat }, null, corrected)
    await read(made, next, [10, 10, 10, 30])
    const november = await billIn(next, made)
    expect(again(november).reduce((sum, each) => sum + BigInt(each[0]?.[2] as string), 0n)).toBe(500_000_000n)
  })

  it('a year later what was settled stays settled, whatever the days of the readings were', async () => {
    const [old, year] = ['2025-10', '2026-12']
    const made = await readHouse({}, [30, 20, 25], 100)
    await db.sql('delete from readings where building_id = $1', [made.house.buildingId])
    await read(made, '2025-09', [0, 0, 0, 0])
    await read(made, old, [30, 20, 25, 100])
    await db.sql(`update readings set taken_on = '2025-10-28' where building_id = $1 and meter_id = $2 and period = $3`, [made.house.buildingId, made.inlet, old])
    await setNow('2025-11-05T05:00:00Z')
    await bill(db, made.house, old)
    await correct(made, null, 90, old)
    await correct(made, 1, 22, old)
    await read(made, '2025-11', [10, 10, 10, 30])
    await setNow('2025-12-05T05:00:00Z')
    expect(again(await bill(db, made.house, '2025-11')).map(each => each[0]?.[1])).toEqual(Array(3).fill([[old, '90', '77']]))
    await read(made, year, [10, 10, 10, 30])
    const december = await billIn(year, made)
    expect(again(december).flat()).toEqual([])
    expect(december.flatMap(each => each.lines.filter(line => line.volumes))).toEqual([])
  })

  it('a reading of long ago that is corrected now is settled with the next bill', async () => {
    const old = '2025-10'
    const made = await readHouse({}, [30, 20, 25], 100)
    await db.sql('delete from readings where building_id = $1', [made.house.buildingId])
    await read(made, '2025-09', [0, 0, 0, 0])
    await read(made, old, [30, 20, 25, 100])
    await setNow('2025-11-05T05:00:00Z')
    await bill(db, made.house, old)
    await setNow('2026-12-20T05:00:00Z')
    await correct(made, 1, 10, old)
    const december = await billIn(after, made)
    expect(december.map(each => each.lines.filter(line => line.volumes).map(line => line.net))).toEqual([[], ['-1000000'], []])
    expect(again(december).reduce((sum, each) => sum + BigInt(each[0]?.[2] as string), 0n)).toBe(1_000_000n)
  })

  it('where nothing was left to share, whoever has no part any more gives theirs back', async () => {
    const made = await readHouse({ by: 'PERSONS' }, [30, 20, 25], 74)
    expect(common(await bill(db, made.house)).flat()).toEqual([])
    await correct(made, null, 84)
    await read(made, next, [10, 10, 10, 30])
    expect(again(await billIn(next, made)).map(each => each[0]?.[2])).toEqual(['300000', '300000', '300000'])
    await db.sql('update registered_persons set persons = 0 where building_id = $1 and premises_id = $2', [made.house.buildingId, made.house.premises[2]!.premisesId])
    await read(made, after, [10, 10, 10, 30])
    expect(again(await billIn(after, made)).map(each => each[0]?.[2])).toEqual(['150000', '150000', '-300000'])
  })

  it('the average of whom is silent and pays elsewhere was taken off, is in the finding, and stays off when the month is divided again', async () => {
    const made = await readHouse({}, [30, 20, 25], 74)
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where premises_id = $1`, [made.house.premises[2]!.premisesId])
    // A shop that pays elsewhere was silent: 25 by its average are taken off.
    await db.sql('update readings set consumption = 25 where meter_id = $1 and period = $2', [made.meters[2], '2026-09'])
    await db.sql('delete from readings where meter_id = $1 and period = $2', [made.meters[2], period])
    expect(common(await bill(db, made.house)).flat()).toEqual([])
    expect(await db.sql('select findings from billing_runs where building_id = $1', [made.house.buildingId])).toEqual([{ findings: [expect.objectContaining({ code: 'flatsAboveHouse', common: true, flats: '75' })] }])
    await correct(made, null, 85)
    await correct(made, 1, 15)
    await read(made, next, [10, 10, 30, 30])
    // 85 − (30 + 15 + 25) = 15 m³ × 1000 by 40 and 60 of 100 m².
    expect(again(await billIn(next, made)).map(each => each[0]?.slice(1))).toEqual([[[[period, '85', '70']], '600000'], [[[period, '85', '70']], '900000']])
    await read(made, after, [10, 10, 10, 30])
    expect(again(await billIn(after, made)).flat()).toEqual([])
  })

  it('where the flats had as much as the house to the last unit, and it saw more', async () => {
    const made = await readHouse({ by: 'EQUAL' }, [30, 20, 25], 75)
    expect(common(await bill(db, made.house)).flat()).toEqual([])
    await correct(made, null, 78)
    await read(made, next, [10, 10, 10, 30])
    expect(again(await billIn(next, made)).map(each => each[0]?.[2])).toEqual(['100000', '100000', '100000'])
  })

  it('who is gone by then has the part on the closed account, and the parts make the whole', async () => {
    const made = await readHouse({}, [30, 20, 25], 100)
    await bill(db, made.house)
    await correct(made, null, 90)
    await db.sql(`update accounts set closed_on = '2026-10-31' where building_id = $1 and account_id = $2`, [made.house.buildingId, made.house.premises[2]!.accountId])
    await read(made, next, [10, 10, 0, 30])
    const november = await billIn(next, made)
    expect(again(november).map(each => each[0]?.[2])).toEqual([String(333_333 - 555_556), String(500_000 - 833_333)])
    const gone = () => db.sql('select sum(amount)::text as amount from ledger_entries where building_id = $1 and account_id = $2 and kind = $3', [made.house.buildingId, made.house.premises[2]!.accountId, 'RECALCULATION'])
    expect(await gone()).toEqual([{ amount: String(666_667 - 1_111_111) }])
    await read(made, after, [10, 10, 0, 30])
    expect(again(await billIn(after, made)).flat()).toEqual([])
    expect(await gone()).toEqual([{ amount: String(666_667 - 1_111_111) }])
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, made.house.buildingId)).toEqual([]))
  })

  it('beside a bill that another takes the place of, before and after the difference was charged', async () => {
    const made = await readHouse({}, [30, 20, 25], 100)
    await db.sql(`insert into house_services (building_id, service, valid_from, method) values ($1, 'WASTE', '2025-01-01', 'PERSON')`, [made.house.buildingId])
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, source, valid_from, published_at) values (gen_random_uuid(), 'UZ', '1791', 'WASTE', 'PERSON', 'person', 3100, 'NONE', 'UZS', 'test', '2025-01-01', now())`)
    await bill(db, made.house)
    const [accountant, manager, buildingId] = [await asAccountant(db, made.house), await asManager(db, made.house), made.house.buildingId]
    const reissue = async (month: string, act: string) => {
      await accountant.caller.billing.registerInterruption({ buildingId, interruptionId: newId(), service: 'WASTE', from: `${month}-05`, to: `${month}-14`, act })
      await accountant.caller.billing.draftCorrections({ buildingId, period: month, ground: act })
      return manager.caller.billing.postCorrections({ buildingId, period: month })
    }
    await correct(made, null, 90)
    expect(await reissue(period, '31-A')).toMatchObject({ posted: 3 })
    await correct(made, 1, 22)
    await read(made, next, [10, 10, 10, 30])
    const november = await billIn(next, made)
    expect(again(november).map(each => each[0]?.[2])).toEqual([String(288_889 - 555_556), String(433_333 - 833_333), String(577_778 - 1_111_111)])
    await setNow('2026-12-06T05:00:00Z')
    await accountant.caller.billing.registerInterruption({ buildingId, interruptionId: newId(), service: 'WASTE', from: '2026-10-20', to: '2026-10-21', act: '32-A' })
    await accountant.caller.billing.draftCorrections({ buildingId, period, ground: '32-A' })
    await manager.caller.billing.postCorrections({ buildingId, period })
    expect(await reissue(next, '33-A')).toMatchObject({ posted: 3 })
    await read(made, after, [10, 10, 10, 30])
    const december = await billIn(after, made)
    expect(again(december).flat()).toEqual([])
    expect(december.flatMap(each => each.lines.filter(line => line.volumes))).toEqual([])
    // All that was ever charged for October's water: 30 + 22 + 25 m³ of one's own, and 13 in common.
    const [sum] = await db.sql<{ charged: string }>(`select (select sum((l ->> 'net')::bigint) from current_bills b, json_array_elements(b.lines) l where b.building_id = $1 and b.period = $2 and l ->> 'key' like 'COLD_WATER%')
      + (select sum(net) from heat_recalculations where building_id = $1 and charge_period = $2) as charged`, [buildingId, period])
    expect(sum?.charged).toBe('9000000')
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, buildingId)).toEqual([]))
  })

  it('of a flat that was above the last tier and not charged: the month as its corrected figure makes it, once', async () => {
    const made = await readHouse({ place: '1792', service: 'ELECTRICITY' }, [30, 5000, 25], 5100)
    const october = await bill(db, made.house)
    expect(october.map(each => each.lines.filter(line => line.key === 'ELECTRICITY').length)).toEqual([1, 0, 1])
    await correct(made, 1, 300)
    await read(made, next, [10, 10, 10, 30])
    // 200 at 600 and 100 at 1000.
    expect((await billIn(next, made)).map(each => each.lines.filter(line => line.volumes).map(line => line.net))).toEqual([[], ['22000000'], []])
    await read(made, after, [10, 10, 10, 30])
    expect((await billIn(after, made)).flatMap(each => each.lines.filter(line => line.volumes || line.shares))).toEqual([])
  })

  it('of heat by contract: what no own meter saw, beside one’s own Gcal', async () => {
    await makeHeatPlace(db, '1781')
    const house = await heatHouse(db, '1781', ['50.00', '50.00'])
    await makeContract(db, house, { mode: 'BY_FLAT_METER' })
    const [first, second, inlet] = [await addMeter(db, house, { premisesId: house.premises[0]!.premisesId, service: 'HEAT' }), await addMeter(db, house, { premisesId: house.premises[1]!.premisesId, service: 'HEAT' }), await addMeter(db, house, { premisesId: null, service: 'HEAT' })]
    const made: Corrected = { house, meters: [first, second], inlet }
    await read(made, next, [0, 0, 0])
    await read(made, after, [3, 1, 6])
    await billIn(after, made)
    await setNow('2027-01-05T05:00:00Z')
    await correct(made, 0, 1, after)
    await correct(made, null, 5, after)
    await read(made, '2027-01', [1, 1, 2])
    await setNow('2027-02-05T05:00:00Z')
    const january = await bill(db, house, '2027-01')
    await setNow('2026-11-21T05:00:00Z')
    // 6 − 3 − 1 = 2 Gcal were common, 5 − 1 − 1 = 3 are: one more at 139,860, halved; and 2 Gcal of one's own come back.
    expect(again(january)).toEqual(Array(2).fill([['HEAT.common.correction.0', [[after, '5', '2']], '6993000']]))
    expect(january.map(each => each.lines.filter(line => line.volumes).map(line => line.net))).toEqual([['-27972000'], []])
  })
})
