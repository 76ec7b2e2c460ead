import { beforeAll, describe, expect, it } from 'vitest'
import { findingInWords } from '#server/billing/explanation/rules.ts'
import type { BillLine } from '#server/billing/schema.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asManager, asOwner } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-11-21T05:00:00Z')
  await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, tiers, vat_mode, currency, source, valid_from, published_at) values
    (gen_random_uuid(), 'UZ', '1790', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', null, '[{"upTo": "200", "price": "600"}, {"upTo": "1000", "price": "1000"}]', 'INCLUDED', 'UZS', 'test', '2025-01-01', now()),
    (gen_random_uuid(), 'UZ', '1790', 'WASTE', 'PERSON', 'person', 5000, null, 'NONE', 'UZS', 'test', '2025-01-01', now())`)
})

const period = '2026-10'
type Read = (flat: number, service: string, consumption: string | null, month?: string) => Promise<string>

/** Three flats; the meters of each come with `read`. Electricity has no norm for whom there is no reading. */
async function makeUzHouse(): Promise<{ house: TestHouse; read: Read }> {
  const house = await makeHouse(db, { country: 'UZ', flats: 3, territoryCode: '1790001', demonstration: false })
  await arrangeServices(db, house, [{ service: 'ELECTRICITY', method: 'METER' }, { service: 'WASTE', method: 'PERSON' }])
  const read: Read = async (flat, service, consumption, month = period) => {
    const { premisesId } = house.premises[flat]!
    const meterId = await addMeter(db, house, { premisesId, service })
    if (consumption !== null) await addReading(db, house, { meterId, premisesId, period: month, consumption })
    return meterId
  }
  return { house, read }
}

async function keysOf(house: TestHouse): Promise<string[][]> {
  const rows = await db.sql<{ lines: BillLine[] }>(`select b.lines::json as lines from bills b join premises p using (building_id, premises_id) where b.building_id = $1 and b.period = $2 order by p.number`, [house.buildingId, period])
  return rows.map(row => row.lines.map(line => line.key.split('.')[0] ?? ''))
}

describe('a flat without a volume', () => {
  it('goes without that service alone, named with its number; the house is billed', async () => {
    const { house, read } = await makeUzHouse()
    await read(0, 'ELECTRICITY', '180')
    await read(1, 'ELECTRICITY', null)
    await read(2, 'ELECTRICITY', '201')
    const { caller } = await asAccountant(db, house)
    const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
    const gap = { service: 'ELECTRICITY', code: 'noVolume', day: '2026-10-01', premisesId: house.premises[1]!.premisesId, unitKind: 'APARTMENT', unit: '2' }
    expect(preview.findings).toEqual([gap])
    expect(preview.services.find(each => each.service === 'ELECTRICITY')?.lines).toBe(2)
    await expect(caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })).rejects.toThrow('billing.findingsNotAccepted')
    expect(await db.sql('select 1 from bills where building_id = $1', [house.buildingId])).toEqual([])
    const done = await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true, expectedHash: preview.billsHash })
    expect(done).toMatchObject({ findings: [gap], total: preview.total, accounts: 3, billsHash: preview.billsHash })
    expect(await keysOf(house)).toEqual([['ELECTRICITY', 'WASTE', 'MAINTENANCE'], ['WASTE', 'MAINTENANCE'], ['ELECTRICITY', 'WASTE', 'MAINTENANCE']])
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, house.buildingId)).toEqual([]))
  })

  it('is named to its own people and to nobody else', async () => {
    const { house, read } = await makeUzHouse()
    await read(0, 'ELECTRICITY', '180')
    await read(2, 'ELECTRICITY', '10')
    await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
    const findingsOf = async (flat: number) => {
      const unit = house.premises[flat]!
      return (await (await asOwner(db, house, unit)).caller.billing.bill({ number: unit.accountNumber, period })).bill.findings
    }
    expect((await findingsOf(1)).map(each => each.unit)).toEqual(['2'])
    expect(await findingsOf(0)).toEqual([])
  })

  it('of two meters owes nothing for the one that was estimated', async () => {
    const { house, read } = await makeUzHouse()
    for (const flat of [0, 2]) await read(flat, 'ELECTRICITY', '100')
    const known = await read(1, 'ELECTRICITY', '90', '2026-09')
    await read(1, 'ELECTRICITY', null)
    const { caller } = await asAccountant(db, house)
    expect((await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })).findings).toHaveLength(1)
    // It was not charged, so the next reading pays nothing back.
    expect(await db.sql('select 1 from estimated_volumes where meter_id = $1', [known])).toEqual([])
  })

  it('above the last published tier is named for that, and the others pay', async () => {
    const { house, read } = await makeUzHouse()
    for (const [flat, used] of ['1000', '1000.5', '640'].entries()) await read(flat, 'ELECTRICITY', used)
    const { caller } = await asAccountant(db, house)
    const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
    expect(preview.findings.map(each => [each.unit, each.code])).toEqual([['2', 'aboveTiers']])
    await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
    expect((await keysOf(house)).map(keys => keys.includes('ELECTRICITY'))).toEqual([true, false, true])
  })

  it('above the last published tier: once the month has a price for so much, a new bill charges what the meter saw, and the next month no more', async () => {
    const [tariffId, next] = [newId(), '2026-11']
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, vat_mode, currency, source, valid_from, published_at)
      values ($1, 'KZ', '7590', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', '[{"upTo": "200", "price": "20"}, {"upTo": "1000", "price": "30"}]', 'INCLUDED', 'KZT', 'test', '2025-01-01', now())`, [tariffId])
    const house = await makeHouse(db, { country: 'KZ', flats: 5, territoryCode: '759001000', demonstration: false })
    await arrangeServices(db, house, [{ service: 'ELECTRICITY', method: 'METER' }])
    for (const [index, used] of ['100', '1500', '1210', '1200', '1200'].entries()) {
      const { premisesId } = house.premises[index]!
      const meterId = await addMeter(db, house, { premisesId, service: 'ELECTRICITY' })
      for (const [month, consumption] of [[period, used], [next, '10']] as const) await addReading(db, house, { meterId, premisesId, period: month, consumption })
    }
    const { buildingId } = house
    const [{ caller }, manager, owner] = [await asAccountant(db, house), await asManager(db, house), await asOwner(db, house, house.premises[1]!)]
    await caller.billing.run({ buildingId, period, acceptFindings: true })
    // What the desk, the list of houses and the accountant's month say is left.
    const lacking = async () => [(await caller.billing.preview({ buildingId, period })).findings, (await caller.billing.houses({ period }))[0]!.findings].map(list => list.map(each => each.unit).join()).concat(String((await caller.billing.month({ period })).houses[0]!.findings))
    expect(await lacking()).toEqual(['2,3,4,5', '2,3,4,5', '4'])
    const draft = (flat: number) => caller.billing.draftCorrection({ correctionId: newId(), number: house.premises[flat]!.accountNumber, period, ground: 'Tariff of 1 October' })
    await expect(draft(1)).rejects.toThrow('billing.nothingToCorrect')
    // The bill of the fifth is corrected for another reason while there is no price for so much.
    await db.sql('update premises set area_m2 = area_m2 + 10 where building_id = $1 and premises_id = $2', [buildingId, house.premises[4]!.premisesId])
    await manager.caller.billing.postCorrection({ buildingId, correctionId: (await draft(4)).correctionId })
    await db.sql(`update tariffs set valid_to = '2026-09-30' where tariff_id = $1`, [tariffId])
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, vat_mode, currency, source, valid_from, published_at)
      values (gen_random_uuid(), 'KZ', '7590', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', '[{"upTo": "200", "price": "20"}, {"upTo": "1000", "price": "30"}, {"upTo": null, "price": "40"}]', 'INCLUDED', 'KZT', 'test', '2026-10-01', now())`)
    await expect(draft(0)).rejects.toThrow('billing.nothingToCorrect')
    expect(await lacking(), 'a price is not yet a bill').toEqual(['2,3,4,5', '2,3,4,5', '4'])
    // A reading corrected to what had a price is settled by the next bill; one still above it is charged as its bill would have, and the next takes the difference; of other meters nothing hangs on.
    const correct = (flat: number, used: number, service = 'ELECTRICITY') => db.sql(`update readings r set supersedes_reading_id = gen_random_uuid(), consumption = $4, billed_difference = $4 - r.consumption, billed_through = r.period
      from meters m where m.meter_id = r.meter_id and m.service = $5 and r.building_id = $1 and r.premises_id = $2 and r.period = $3`, [buildingId, house.premises[flat]!.premisesId, period, used, service])
    const { premisesId } = house.premises[1]!
    await addReading(db, house, { meterId: await addMeter(db, house, { premisesId, service: 'COLD_WATER' }), premisesId, period, consumption: '5' })
    for (const [flat, used, service] of [[1, 4, 'COLD_WATER'], [2, 1200], [3, 900], [4, 900]] as const) await correct(flat, used, service)
    await expect(draft(3)).rejects.toThrow('billing.nothingToCorrect')
    await expect(draft(4)).rejects.toThrow('billing.nothingToCorrect')
    const above = await draft(2)
    expect(above.becomes - above.was).toBe(3_640_000n)
    await manager.caller.billing.postCorrection({ buildingId, correctionId: above.correctionId })
    const drafted = await draft(1)
    // 200 at 20, 800 at 30, 500 at 40.
    expect(drafted.becomes - drafted.was).toBe(4_800_000n)
    await manager.caller.billing.postCorrection({ buildingId, correctionId: drafted.correctionId })
    expect(await lacking(), 'charged by a new bill').toEqual(['4,5', '4,5', '2'])
    const { bill } = await owner.caller.billing.bill({ number: house.premises[1]!.accountNumber, period })
    expect([bill.version, bill.findings, bill.lines.filter(line => line.key === 'ELECTRICITY').map(line => [line.quantity, line.net])]).toEqual([2, [], [['1500', '4800000']]])
    await setNow('2026-12-05T05:00:00Z')
    await caller.billing.run({ buildingId, period: next, acceptFindings: true })
    await setNow('2026-11-21T05:00:00Z')
    expect(await lacking(), 'charged by the next month').toEqual(['', '', '0'])
    const later = (await db.sql<{ lines: BillLine[] }>('select b.lines::json as lines from bills b join premises p using (building_id, premises_id) where b.building_id = $1 and b.period = $2 order by p.number', [buildingId, next]))
      .map(({ lines }) => lines.filter(line => line.key.startsWith('ELECTRICITY')).map(line => line.volumes?.map(each => [each.quantity, each.difference, line.net]) ?? line.quantity))
    expect(later).toEqual([['10'], ['10'], ['10', [['1210', '-10', '-40000']]], ['10', [['1200', '-300', '2500000']]], ['10', [['1200', '-300', '2500000']]]])
    await serviceTransaction('worker', async ctx => expect(await verifyLedger(ctx, buildingId)).toEqual([]))
  })

  it('where debts are frozen, what was above the last tier stands apart: an act of interruption is followed without it, and it waits for a ground of its own', async () => {
    const tiers = (last: string | null) => `[{"upTo": "200", "price": "600"}, {"upTo": "1000", "price": "1000"}${last === null ? '' : `, {"upTo": null, "price": "${last}"}`}]`
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, tiers, vat_mode, currency, source, valid_from, published_at) values
      (gen_random_uuid(), 'UZ', '1788', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', null, $1, 'INCLUDED', 'UZS', 'test', '2025-01-01', now()), (gen_random_uuid(), 'UZ', '1788', 'WASTE', 'PERSON', 'person', 5000, null, 'NONE', 'UZS', 'test', '2025-01-01', now())`, [tiers(null)])
    const house = await makeHouse(db, { country: 'UZ', flats: 2, territoryCode: '1788001', demonstration: false })
    await arrangeServices(db, house, [{ service: 'ELECTRICITY', method: 'METER' }, { service: 'WASTE', method: 'PERSON' }])
    for (const [flat, consumption] of ['1500', '100'].entries()) {
      const { premisesId } = house.premises[flat]!
      await addReading(db, house, { meterId: await addMeter(db, house, { premisesId, service: 'ELECTRICITY' }), premisesId, period, consumption })
    }
    const { buildingId } = house
    const [{ caller }, manager] = [await asAccountant(db, house), await asManager(db, house)]
    const draft = () => caller.billing.draftCorrection({ correctionId: newId(), number: house.premises[0]!.accountNumber, period, ground: 'Tariff of 1 October 2026' })
    await caller.billing.run({ buildingId, period, acceptFindings: true })
    await db.sql(`update tariffs set valid_to = '2026-09-30' where territory_prefix = '1788' and service = 'ELECTRICITY'`)
    await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, vat_mode, currency, source, valid_from, published_at)
      values (gen_random_uuid(), 'UZ', '1788', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', $1, 'INCLUDED', 'UZS', 'test', '2026-10-01', now())`, [tiers('1200')])
    const own = await draft()
    // 200 at 600, 800 at 1000, 500 at 1200.
    expect(own.becomes - own.was).toBe(152_000_000n)
    await expect(manager.caller.billing.postCorrection({ buildingId, correctionId: own.correctionId })).rejects.toThrow('billing.correctionNeedsGround')
    await manager.caller.billing.declineCorrection({ buildingId, correctionId: own.correctionId, reason: 'no conclusion yet' })
    await setNow('2026-11-21T06:00:00Z')
    await caller.billing.registerInterruption({ buildingId, interruptionId: newId(), service: 'WASTE', from: '2026-10-01', to: '2026-10-10', act: '31-A' })
    const { drafted, was, becomes } = await caller.billing.draftCorrections({ buildingId, period, ground: 'Act 31-A' })
    expect([drafted, becomes < was]).toEqual([2, true])
    expect(await manager.caller.billing.postCorrections({ buildingId, period })).toMatchObject({ posted: 2, was, becomes })
    const after = await draft()
    expect(after.becomes - after.was).toBe(152_000_000n)
    await setNow('2026-11-21T05:00:00Z')
  })

  it('holds its house only when an organisation is billed, and the reason is kept', async () => {
    const { house, read } = await makeUzHouse()
    const other = await makeHouse(db, { country: 'UZ', flats: 3, territoryCode: '1790001', demonstration: false, organisationId: house.organisationId })
    await arrangeServices(db, other, [{ service: 'WASTE', method: 'PERSON' }])
    await db.sql(`insert into house_services (building_id, service, valid_from, method) values ($1, 'ELECTRICITY', '2025-01-01', 'METER')`, [other.buildingId])
    for (const unit of other.premises) {
      const meterId = await addMeter(db, other, { premisesId: unit.premisesId, service: 'ELECTRICITY' })
      await addReading(db, other, { meterId, premisesId: unit.premisesId, period, consumption: '50' })
    }
    await read(0, 'ELECTRICITY', '180')
    const accountant = await asAccountant(db, house)
    const { orderId } = await accountant.caller.billing.open({ organisationId: house.organisationId, period, acceptFindings: false })
    await accountant.caller.billing.continue({ orderId })
    const states = await db.sql<{ building_id: string; state: string; reason: string | null }>('select building_id, state, reason from billing_orders where order_id = $1', [orderId])
    expect(Object.fromEntries(states.map(row => [row.building_id, row.reason ?? row.state]))).toEqual({ [house.buildingId]: 'billing.findingsNotAccepted', [other.buildingId]: 'POSTED' })
  })

  it.each([['uz', '2-xonadon'], ['kk', '2-пәтер'], ['ru', 'кв. 2']] as const)('is said in %s', (locale, flat) => {
    const words = findingInWords({ service: 'ELECTRICITY', code: 'noVolume', day: '2026-10-01', premisesId: '', unitKind: 'APARTMENT', unit: '2' }, texts(locale))
    expect(words).toContain(flat)
    expect(words).toContain(texts(locale)('billing.services.ELECTRICITY'))
  })
})
