import { beforeAll, describe, expect, it } from 'vitest'
import { explainChange, type MonthLines } from '#server/billing/changes/rules.ts'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { reverseTransaction } from '#server/ledger/reverse-transaction.ts'
import { billMonth, ofService } from '#test/integration/billing/bill-lines.ts'
import { asAccountant } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
})

const billed = (house: TestHouse, month: string) => billMonth(db, house, month)

describe('energy paid ahead of a rise of its price (AT-UZ-32)', () => {
  const blocks = (first: string, ...rest: [string | null, string][]) => [{ upTo: '200', price: first }, ...rest.map(([upTo, price]) => ({ upTo, price }))]
  beforeAll(async () => {
    await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('UZ', 'BILL_DUE_DAY', '2000-01-01', 15, 'test', true), ('UZ', 'VAT', '2023-01-01', 12, 'test', true), ('UZ', 'PREPAID_MONTHS.ELECTRICITY', '2018-01-01', 2, 'test rule', false)`)
    for (const [tiers, from, to] of [[blocks('450', ['1000', '900']), '2024-05-01', '2025-04-30'], [blocks('600', ['500', '800'], ['1000', '1000']), '2025-05-01', null]] as const)
      await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, vat_mode, currency, source, valid_from, valid_to, published_at)
        values ($1, 'UZ', '1799', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', $2, 'INCLUDED', 'UZS', 'test', $3, $4, now())`, [newId(), JSON.stringify(tiers), from, to])
  })

  /** A house on a meter of electricity; kWh of each flat from April 2025 on, month by month, and what was paid on which day. */
  async function houseWith(used: readonly string[][], paid: readonly (readonly [flat: number, day: string, amount: bigint])[]): Promise<{ house: TestHouse; bill: (month: string) => Promise<MonthLines[]> }> {
    const house = await makeHouse(db, { country: 'UZ', flats: used.length, areas: ['60.00'], territoryCode: '1799264' })
    await arrangeServices(db, house, [{ service: 'ELECTRICITY', method: 'METER' }])
    for (const [index, months] of used.entries()) {
      const { premisesId } = house.premises[index]!
      const meterId = await addMeter(db, house, { premisesId, service: 'ELECTRICITY' })
      for (const [month, consumption] of months.entries()) await addReading(db, house, { meterId, premisesId, period: `2025-0${4 + month}`, consumption })
    }
    for (const [flat, valueDate, amount] of paid) await serviceTransaction('payments', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: house.premises[flat]!.accountId, premisesId: house.premises[flat]!.premisesId,
      period: valueDate.slice(0, 7), transactionId: newId(), kind: 'PAYMENT', valueDate, sourceType: 'test', sourceId: newId(), lines: [{ fund: 'CURRENT', amount: -amount, contra: 'BANK' }] }))
    return { house, bill: month => billed(house, month) }
  }
  const energy = (bills: readonly MonthLines[]) => bills.map(bill => ofService(bill, 'ELECTRICITY').map(({ line }) => [line.quantity, line.prepaid?.left, line.net]))

  const withoutFund = (house: TestHouse) => db.sql('delete from contribution_rates where building_id = $1', [house.buildingId])
  const pay = (house: TestHouse, valueDate: string, amount: bigint) => {
    const { accountId, premisesId } = house.premises[0]!
    return serviceTransaction('payments', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId, premisesId, period: valueDate.slice(0, 7), transactionId: newId(), kind: 'PAYMENT', valueDate, sourceType: 'test', sourceId: newId(), lines: [{ fund: 'CURRENT', amount: -amount, contra: 'BANK' }] }))
  }
  /** The reading of May counted 200 more after its bill was made. */
  const correctMay = (house: TestHouse, through: string) => db.sql(`with old as (update readings set superseded_by = $2, superseded_at = now() where building_id = $1 and period = '2025-05' returning *)
    insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, source, submitted_at, supersedes_reading_id, billed_difference, billed_through)
    select o.building_id, o.meter_id, o.taken_on, $2, o.premises_id, o.period, array[400], 300, array[300], o.state, o.source, o.submitted_at, o.reading_id, 200, $3 from old o`, [house.buildingId, newId(), through])

  it('300 kWh prepaid on 1 May: the first 200 at the old price, the rest at the new price of its block; previewed twice and posted the same, told in words', async () => {
    const { house, bill } = await houseWith([['100', '300', '100']], [[0, '2025-04-20', 18_000_000n]])
    await withoutFund(house)
    expect(energy(await bill('2025-04'))).toEqual([[['100', undefined, '4500000']]])
    const { caller } = await asAccountant(db, house)
    const hashes = [await caller.billing.preview({ buildingId: house.buildingId, period: '2025-05' }), await caller.billing.preview({ buildingId: house.buildingId, period: '2025-05' })].map(each => each.billsHash)
    const may = await bill('2025-05')
    expect(energy(may)).toEqual([[['300', '300', '17000000']]])
    const [run] = await db.sql<{ hash: string }>(`select encode(bills_hash, 'hex') as hash from billing_runs where building_id = $1 and period = '2025-05'`, [house.buildingId])
    expect(hashes).toEqual([run?.hash, run?.hash])
    const [{ item, line }] = ofService(may[0], 'ELECTRICITY') as [ReturnType<typeof ofService>[number]]
    for (const [locale, first, note] of [['ru', /^200 кВт·ч × 450, цена до 01\.05\.2025/, /оплачено вперёд.* 300 кВт·ч.* 200 кВт·ч .*2 мес/], ['uz', /^200 kVt·soat × 450, 01\.05\.2025 gacha/, /oldindan toʻlangan .*300 kVt·soat.*200 kVt·soat.* 2 oy/], ['kk', /^200 кВт·сағ × 450, 01\.05\.2025 дейінгі/, /алдын ала төленіп.* 300 кВт·сағ.*200 кВт·сағ.* 2 ай/]] as const) {
      const told = explainLine(item, line, { say: texts(locale), locale, currency: 'UZS' })
      expect(told.steps.map(step => step.value.replaceAll('\u00A0', ' '))).toEqual(['90 000', '80 000'])
      expect(told.steps[0]?.text.replaceAll('\u00A0', ' ')).toMatch(first)
      expect(told.notes[0]?.replaceAll('\u00A0', ' ')).toMatch(note)
      expect(told.notes[1]?.replaceAll('\u00A0', ' ')).toMatch(/135 000.*45 000.* 450 .*300/)
      expect(told.notes[2]).toContain('test rule')
    }
    expect(line.prepaid).toEqual({ left: '300', used: '0', advance: '13500000', part: '4500000', whole: '4500000' })
    // 300 kWh were used of 300: nothing is left.
    expect(energy(await bill('2025-06'))).toEqual([[['100', undefined, '6000000']]])
  })

  it('what is left goes into the second month and no further; nothing for who paid on the day of the rise, or was not ahead', async () => {
    const { house, bill } = await houseWith([['100', '180', '250', '50'], ['100', '180', '250', '50'], ['100', '180', '250', '50']], [[0, '2025-04-20', 18_000_000n], [1, '2025-05-01', 18_000_000n], [2, '2025-04-30', 4_500_000n]])
    await withoutFund(house)
    await bill('2025-04')
    expect(energy(await bill('2025-05'))).toEqual([[['180', '300', '8100000']], [['180', undefined, '10800000']], [['180', undefined, '10800000']]])
    // 120 at 450, 80 at 600, 50 at 800.
    expect(energy(await bill('2025-06'))).toEqual([[['250', '120', '14200000']], [['250', undefined, '16000000']], [['250', undefined, '16000000']]])
    expect(energy(await bill('2025-07')).map(([line]) => line?.[1])).toEqual([undefined, undefined, undefined])
  })

  it('a third month is over the term though much is left; why it differs from last month is the tariff', async () => {
    const { house, bill } = await houseWith([['100', '100', '100', '100']], [[0, '2025-04-20', 45_000_000n]])
    await withoutFund(house)
    const [april, may, june, july] = [await bill('2025-04'), await bill('2025-05'), await bill('2025-06'), await bill('2025-07')]
    expect([april, may, june, july].map(each => energy(each)[0]?.[0]?.slice(1))).toEqual([[undefined, '4500000'], ['900', '4500000'], ['800', '4500000'], [undefined, '6000000']])
    expect(explainChange(june![0]!, july![0]!)).toMatchObject([{ change: 1_500_000n, causes: { tariff: 1_500_000n, volume: 0n, correction: 0n } }])
  })

  it('a price published again as it was ends no term; what was paid before a first rise keeps that price through a second, and what came between keeps its own afterwards', async () => {
    const publish = (place: string, rows: readonly (readonly [price: string, from: string, to: string | null])[]) => Promise.all(rows.map(([first, from, to]) => db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, vat_mode, currency, source, valid_from, valid_to, published_at)
      values ($1, 'UZ', $2, 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', $3, 'INCLUDED', 'UZS', 'test', $4, $5, now())`, [newId(), place, JSON.stringify(blocks(first, [null, '1000'])), from, to])))
    await publish('1796', [['450', '2024-05-01', '2025-04-30'], ['600', '2025-05-01', '2025-05-31'], ['600', '2025-06-01', '2025-06-15'], ['600', '2025-06-16', null]])
    await publish('1795', [['450', '2024-05-01', '2025-04-30'], ['600', '2025-05-01', '2025-05-31'], ['700', '2025-06-01', null]])
    const used = [['100', '180', '150', '50']]
    const [again, twice] = [await houseWith(used, [[0, '2025-04-20', 18_000_000n]]), await houseWith([...used, ...used], [[0, '2025-04-20', 18_000_000n], [0, '2025-05-20', 10_800_000n], [1, '2025-05-20', 10_800_000n]])]
    for (const [{ house }, territory] of [[again, '1796264'], [twice, '1795264']] as const) {
      await withoutFund(house)
      await db.sql('update buildings set territory_code = $2 where building_id = $1', [house.buildingId, territory])
    }
    for (const { bill } of [again, twice]) for (const month of ['2025-04', '2025-05']) await bill(month)
    // 120 at 450 and 30 at 600, by 15 of 30 days each; all at 600 in July.
    expect(energy(await again.bill('2025-06'))).toEqual([[['150', '120', '3600000'], ['150', '120', '3600000']]])
    expect(energy(await again.bill('2025-07'))).toEqual([[['50', undefined, '3000000']]])
    // The first: 120 at 450 and 30 at 700. Its 162,000 on the eve of June less 54,000 are 180 kWh at 600. The other was not ahead before May.
    expect(energy(await twice.bill('2025-06'))).toEqual([[['150', '120', '7500000']], [['150', undefined, '10500000']]])
    expect(energy(await twice.bill('2025-07'))).toEqual([[['50', '180', '3000000']], [['50', undefined, '3500000']]])
  })

  it('a bill counted anew is the same; a reading corrected afterwards takes the old price and the prepaid volume as far as they were left', async () => {
    const { house, bill } = await houseWith([['100', '100', '250']], [[0, '2025-04-20', 18_000_000n]])
    await withoutFund(house)
    await bill('2025-04')
    expect(energy(await bill('2025-05'))).toEqual([[['100', '300', '4500000']]])
    const { caller } = await asAccountant(db, house)
    await expect(caller.billing.draftCorrection({ correctionId: newId(), number: house.premises[0]!.accountNumber, period: '2025-05', ground: 'nothing has changed' })).rejects.toThrow('billing.nothingToCorrect')
    await correctMay(house, '2025-05')
    const june = await bill('2025-06')
    // 200 at 450 and 100 at 800 instead of 100 at 450; nothing is left for June.
    expect(energy(june)).toEqual([[['250', undefined, '16000000'], ['1', undefined, '12500000']]])
    expect(ofService(june[0], 'ELECTRICITY')[1]?.line.volumes).toMatchObject([{ period: '2025-05', quantity: '100', difference: '200', left: '300', prepaid: { price: '450' } }])
  })

  it('plain and electric-stove flats of a house: each has the volume that its own old price gives', async () => {
    for (const [stove, first, from, to] of [[false, '450', '2024-05-01', '2025-04-30'], [true, '225', '2024-05-01', '2025-04-30'], [false, '600', '2025-05-01', null], [true, '300', '2025-05-01', null]] as const)
      await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, stove, vat_mode, currency, source, valid_from, valid_to, published_at)
        values ($1, 'UZ', '1798', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', $2, $3, 'INCLUDED', 'UZS', 'test', $4, $5, now())`, [newId(), JSON.stringify(blocks(first, [null, '1000'])), stove, from, to])
    const { house, bill } = await houseWith([['100', '150'], ['100', '150']], [[0, '2025-04-20', 9_000_000n], [1, '2025-04-20', 4_500_000n]])
    await withoutFund(house)
    await db.sql(`update buildings set territory_code = '1798264' where building_id = $1`, [house.buildingId])
    await db.sql('update premises set electric_stove = true where premises_id = $1', [house.premises[1]!.premisesId])
    await bill('2025-04')
    // 100 at 450 and 50 at 600; 100 at 225 and 50 at 300.
    expect(energy(await bill('2025-05'))).toEqual([[['150', '100', '7500000']], [['150', '100', '3750000']]])
  })

  it('a price shown for demonstration is not the price before a published one', async () => {
    for (const [first, demonstration, from, to] of [['100', true, '2024-05-01', '2025-04-30'], ['600', false, '2025-05-01', null]] as const)
      await db.sql(`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, tiers, demonstration, vat_mode, currency, source, valid_from, valid_to, published_at)
        values ($1, 'UZ', '1797', 'ELECTRICITY', 'VOLUME_TIERED', 'kWh', $2, $3, 'INCLUDED', 'UZS', 'test', $4, $5, now())`, [newId(), JSON.stringify(blocks(first, [null, '1000'])), demonstration, from, to])
    const { house, bill } = await houseWith([['100', '150']], [[0, '2025-04-20', 9_000_000n]])
    await withoutFund(house)
    await db.sql(`update buildings set territory_code = '1797264', demonstration = true where building_id = $1`, [house.buildingId])
    expect(energy(await bill('2025-04'))).toEqual([[['100', undefined, '1000000']]])
    expect(energy(await bill('2025-05'))).toEqual([[['150', undefined, '9000000']]])
  })

  it('a payment taken back after the rise was no payment ahead; a bill of before counted anew is taken off once', async () => {
    const { house, bill } = await houseWith([['100', '150'], ['100', '150']], [[0, '2025-04-20', 9_000_000n], [1, '2025-04-20', 9_000_000n]])
    await withoutFund(house)
    await bill('2025-04')
    const sources = await db.sql<{ account_id: string; kind: string; transaction_id: string }>('select account_id, kind, transaction_id from ledger_entries where building_id = $1 and account_id is not null', [house.buildingId])
    const back = (flat: number, kind: string) => serviceTransaction('payments', ctx => reverseTransaction(ctx, { buildingId: house.buildingId, accountId: house.premises[flat]!.accountId, period: '2025-05', transactionId: newId(), valueDate: '2025-05-10',
      sourceType: 'test', sourceId: newId(), reversedTransactionId: sources.find(each => each.kind === kind && each.account_id === house.premises[flat]!.accountId)!.transaction_id }))
    await back(0, 'PAYMENT')
    await back(1, 'CHARGE')
    await serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: house.premises[1]!.accountId, premisesId: house.premises[1]!.premisesId, period: '2025-04', transactionId: newId(), kind: 'CHARGE', valueDate: '2025-04-30', sourceType: 'billCorrection', sourceId: newId(), lines: [{ fund: 'UTILITIES', amount: 4_500_000n, contra: 'INCOME' }] }))
    expect(energy(await bill('2025-05'))).toEqual([[['150', undefined, '9000000']], [['150', '100', '7500000']]])
  })

  it('a bill counted anew does not take what a later month has taken', async () => {
    const { house, bill } = await houseWith([['100', '100', '250']], [[0, '2025-04-20', 4_500_000n]])
    await withoutFund(house)
    await bill('2025-04')
    expect(energy(await bill('2025-05'))).toEqual([[['100', undefined, '6000000']]])
    // It came after the bill of May: 300 kWh, of which June takes 250.
    await pay(house, '2025-04-25', 13_500_000n)
    expect(energy(await bill('2025-06'))).toEqual([[['250', '300', '13000000']]])
    const { caller } = await asAccountant(db, house)
    await caller.billing.draftCorrection({ correctionId: newId(), number: house.premises[0]!.accountNumber, period: '2025-05', ground: 'the payment came late' })
    const [draft] = await db.sql<MonthLines>('select lines, prices from bill_corrections where building_id = $1', [house.buildingId])
    expect(energy([draft!])).toEqual([[['100', '50', '5250000']]])
    expect(allExact(draft!.lines, draft!.prices)).toBe(true)
  })

  it('a reading corrected after the next month was billed does not take what that month has taken', async () => {
    const { house, bill } = await houseWith([['100', '100', '250', '10']], [[0, '2025-04-20', 18_000_000n]])
    await withoutFund(house)
    await bill('2025-04')
    await bill('2025-05')
    expect(energy(await bill('2025-06'))).toEqual([[['250', '200', '13000000']]])
    await correctMay(house, '2025-06')
    // 300 kWh of May at 100 x 450, 100 x 600 and 100 x 800, instead of 100 x 450.
    expect(energy(await bill('2025-07'))[0]?.[1]).toEqual(['1', undefined, '14000000'])
    // Neither month is other than it was, counted anew.
    const { caller } = await asAccountant(db, house)
    for (const month of ['2025-05', '2025-06']) await expect(caller.billing.draftCorrection({ correctionId: newId(), number: house.premises[0]!.accountNumber, period: month, ground: 'nothing has changed' })).rejects.toThrow('billing.nothingToCorrect')
  })

  it('who comes after has nothing of what the one before paid ahead, nor has who left a bill', async () => {
    const { house, bill } = await houseWith([['100', '150', '50']], [[0, '2025-04-20', 18_000_000n]])
    await withoutFund(house)
    await bill('2025-04')
    const { accountId, premisesId } = house.premises[0]!
    await db.sql(`update accounts set closed_on = '2025-05-19' where building_id = $1 and account_id = $2`, [house.buildingId, accountId])
    await db.sql(`insert into accounts (building_id, account_id, premises_id, number, opened_on) values ($1, $2, $3, '9900000018', '2025-05-20')`, [house.buildingId, newId(), premisesId])
    expect(energy(await bill('2025-05'))).toEqual([[['150', undefined, '9000000']]])
    expect(energy(await bill('2025-06'))).toEqual([[['50', undefined, '3000000']]])
  })

  it('who moves in within the month has the whole norm of it (uzbekistan.md 6)', async () => {
    const { house, bill } = await houseWith([['100', '250']], [])
    await db.sql(`update accounts set opened_on = '2025-05-16' where building_id = $1`, [house.buildingId])
    expect(energy(await bill('2025-05'))).toEqual([[['250', undefined, '16000000']]])
  })

  it('of an advance in one sum the service has as much as it was of the bill of the month before; a house where nobody was ahead has the plan it would have had', async () => {
    // April: 45,000 of energy and 4,800 of contributions; as much again was paid ahead: 45,000 / 450 = 100 kWh.
    const { bill } = await houseWith([['100', '150']], [[0, '2025-04-20', 9_960_000n]])
    await bill('2025-04')
    expect(energy(await bill('2025-05'))).toEqual([[['150', '100', '7500000']]])
    const { bill: other } = await houseWith([['100', '150']], [])
    await other('2025-04')
    const [plain] = await other('2025-05')
    expect(plain?.prices.items.some(each => each.prepaid !== undefined)).toBe(false)
    expect(energy([plain!])).toEqual([[['150', undefined, '9000000']]])
  })
})
