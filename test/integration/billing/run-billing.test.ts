import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import type { Fund } from '#server/ledger/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import { orphanBills } from '#server/billing/runs/queries.ts'
import { balancesOf, verifyLedger } from '#server/ledger/queries.ts'
import { totalOf } from '#server/ledger/rules.ts'
import { asAccountant, asChair, asClerk, asOwner, asStranger } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { heatHouse, heatLines, makeContract, makeHeatPlace } from '#test/support/heat.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-11-21T05:00:00Z')
})

const period = '2026-10'

async function readyHouse(country: 'KZ' | 'UZ' = 'KZ'): Promise<TestHouse> {
  const house = await makeHouse(db, { country, flats: 3, areas: ['60.00', '45.30', '54.60'], territoryCode: country === 'KZ' ? '751410000' : '1726294' })
  await arrangeServices(db, house)
  for (const unit of house.premises) {
    for (const [service, used] of [['COLD_WATER', '11'], ['HOT_WATER', '3.25'], ['ELECTRICITY', '201'], ...(country === 'UZ' ? [['GAS', '42']] : [])] as const) {
      const meterId = await addMeter(db, house, { premisesId: unit.premisesId, service: service ?? '' })
      await addReading(db, house, { meterId, premisesId: unit.premisesId, period, consumption: used ?? '0' })
    }
  }
  return house
}

type Stored = { lines: BillLine[]; total: string; vat: string; bill_number: string; due_on: string; hash: string; prices: PricePlan }
function billsOf(house: TestHouse, month = period): Promise<Stored[]> {
  return db.sql<Stored>(`select b.lines::json as lines, b.total::text, b.vat::text, b.bill_number, b.due_on::text, encode(b.hash, 'hex') as hash, r.prices
    from bills b join billing_runs r using (building_id, period) where b.building_id = $1 and b.period = $2 order by b.account_id`, [house.buildingId, month])
}

describe('run billing', () => {
  it('opens with what is owed in the house’s funds: a part of a repair has an invoice of its own, and one paid early is no advance', async () => {
    const house = await readyHouse()
    const post = (place: number, fund: Fund, amount: bigint) => serviceTransaction('billing', ctx => postToAccount(ctx, {
      buildingId: house.buildingId, accountId: house.premises[place]!.accountId, premisesId: house.premises[place]!.premisesId, period, transactionId: newId(), kind: 'CHARGE',
      valueDate: '2026-10-05', sourceType: 'test', sourceId: newId(), lines: [{ fund, amount, contra: 'INCOME' }] }))
    for (const [fund, amount] of [[`PROGRAMME:${newId()}`, -50_000n], [`PROGRAMME:${newId()}`, 7_000n], ['UTILITIES', 20_000n], ['CURRENT', -5_000n]] as const) await post(0, fund, amount)
    await post(1, 'CURRENT', -3_000n)
    const { caller } = await asAccountant(db, house)
    const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
    await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false, expectedHash: preview.billsHash })
    const openings = new Map((await db.sql<{ id: string; opening: string }>('select account_id as id, opening_balance::text as opening from bills where building_id = $1', [house.buildingId])).map(row => [row.id, row.opening]))
    expect(house.premises.map(unit => openings.get(unit.accountId))).toEqual(['15000', '-3000', '0'])
    expect(await serviceTransaction('worker', ctx => verifyLedger(ctx, house.buildingId))).toEqual([])
  })

  it('posts what the preview showed, to the byte, and every line recomputes', async () => {
    const house = await readyHouse()
    const { caller } = await asAccountant(db, house)
    const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
    expect(preview.findings).toEqual([])
    expect(preview.services.map(each => each.service)).toEqual(['COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'WASTE', 'MAINTENANCE', 'SAVINGS'])
    const done = await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false, expectedHash: preview.billsHash })
    expect(done).toMatchObject({ accounts: 3, lineCount: 24, total: preview.total, billsHash: preview.billsHash, dueOn: '2026-11-25' })
    const bills = await billsOf(house)
    for (const bill of bills) {
      expect(allExact(bill.lines, bill.prices)).toBe(true)
      expect(bill.lines.reduce((sum, line) => sum + BigInt(line.net) + BigInt(line.vat), 0n)).toBe(BigInt(bill.total))
    }
    const first = bills[0]?.lines ?? []
    // 60 m²: cold water of two persons 12.3 b, savings 0.005 MRP of 2026, waste with VAT of 2026 on 619.64 for each of two.
    expect(first.find(line => line.key === 'COLD_WATER')).toEqual({ key: 'COLD_WATER', quantity: '11', people: 2, net: '113111', vat: '18098' })
    expect(first.find(line => line.key.startsWith('SAVINGS'))?.net).toBe('129750')
    expect(first.find(line => line.key === 'SEWERAGE')?.quantity).toBe('14.25')
  })

  it('the preview stands beside last month, and names the flat that moved otherwise than its house', async () => {
    const house = await makeHouse(db, { country: 'KZ', flats: 4, areas: ['60.00'], territoryCode: '751410000' })
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }])
    const { caller } = await asAccountant(db, house)
    const read = async (month: string, used: readonly string[]) => {
      for (const [place, unit] of house.premises.entries()) await addReading(db, house, { meterId: meters[place]!, premisesId: unit.premisesId, period: month, consumption: used[place]! })
    }
    const meters = await Promise.all(house.premises.map(unit => addMeter(db, house, { premisesId: unit.premisesId, service: 'COLD_WATER' })))
    await read('2026-09', ['5', '5', '5', '5'])
    expect((await caller.billing.preview({ buildingId: house.buildingId, period: '2026-09' })).last).toBeNull()
    const { total } = await caller.billing.run({ buildingId: house.buildingId, period: '2026-09', acceptFindings: false })
    await read('2026-10', ['6', '5', '5', '70'])
    const { last } = await caller.billing.preview({ buildingId: house.buildingId, period: '2026-10' })
    expect(last).toMatchObject({ period: '2026-09', total, outliers: [{ accountNumber: house.premises[3]!.accountNumber, unitNumber: '4', service: 'COLD_WATER', cause: 'volume' }] })
    await expect((await asOwner(db, house, house.premises[0]!)).caller.billing.preview({ buildingId: house.buildingId, period: '2026-10' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('charges the ledger by the bill, keeps the chains and leaves no orphan (I6)', async () => {
    const house = await readyHouse('UZ')
    await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })
    const bills = await billsOf(house)
    await serviceTransaction('billing', async ctx => {
      const balances = await Promise.all(house.premises.map(async unit => totalOf(await balancesOf(ctx, { buildingId: house.buildingId, accountId: unit.accountId }))))
      expect(balances.reduce((a, b) => a + b, 0n)).toBe(bills.reduce((sum, bill) => sum + BigInt(bill.total), 0n))
      expect(await verifyLedger(ctx, house.buildingId)).toEqual([])
      expect(await orphanBills(ctx)).toBe(0)
    })
    expect(bills[0]?.due_on).toBe('2026-11-15')
    // Blocks: 201 kWh = 200 x 600 + 1 x 800 (uzbekistan.md 6).
    expect(bills[0]?.lines.find(line => line.key === 'ELECTRICITY')?.net).toBe('12080000')
    expect(await db.sql(`select 1 from event_queue where building_id = $1 and name = 'billing.billsIssued'`, [house.buildingId])).toHaveLength(1)
    expect(await db.sql(`select 1 from audit_entries where building_id = $1 and action = 'billing.runBilling'`, [house.buildingId])).toHaveLength(1)
  })

  it('refuses a second run, and of ten parallel runs lets one through', async () => {
    const house = await readyHouse()
    const { caller } = await asAccountant(db, house)
    const runs = await Promise.allSettled(Array.from({ length: 10 }, () => caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })))
    expect(runs.filter(run => run.status === 'fulfilled')).toHaveLength(1)
    await expect(caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })).rejects.toThrow('billing.alreadyBilled')
    expect(await billsOf(house)).toHaveLength(3)
    await serviceTransaction('billing', async ctx => expect(await verifyLedger(ctx, house.buildingId)).toEqual([]))
  })

  it('gives the same bytes again after a run that was broken off', async () => {
    const house = await readyHouse()
    const { caller } = await asAccountant(db, house)
    const before = await caller.billing.preview({ buildingId: house.buildingId, period })
    await expect(caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false, expectedHash: '0'.repeat(64) })).rejects.toThrow('billing.changedSincePreview')
    expect(await billsOf(house)).toEqual([])
    expect((await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })).billsHash).toBe(before.billsHash)
  })

  it('refuses a resident, a chair, a clerk and a stranger', async () => {
    const house = await readyHouse()
    const input = { buildingId: house.buildingId, period, acceptFindings: true }
    const [unit] = house.premises
    if (!unit) throw new Error('no flat')
    for (const { caller } of [await asOwner(db, house, unit), await asChair(db, house), asStranger()]) {
      await expect(caller.billing.run(input)).rejects.toThrow('common.signInNeeded')
    }
    await expect((await asClerk(db, house)).caller.billing.run(input)).rejects.toThrow('billing.runForbidden')
    expect(await billsOf(house)).toEqual([])
  })

  it('does not find the house of a twin organisation', async () => {
    const house = await readyHouse()
    const twin = await readyHouse()
    const { caller } = await asAccountant(db, twin)
    await expect(caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })).rejects.toThrow('billing.houseNotFound')
    await expect(caller.billing.preview({ buildingId: house.buildingId, period })).rejects.toThrow('billing.houseNotFound')
  })

  it('refuses a month that has not come', async () => {
    const house = await readyHouse()
    await expect((await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period: '2026-12', acceptFindings: false })).rejects.toThrow('billing.monthAhead')
  })

  it('stops a service without a price and posts the rest only when the accountant accepts the finding (settled 9)', async () => {
    const house = await makeHouse(db, { country: 'KZ', flats: 2, territoryCode: '391010000' })
    await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'WASTE', method: 'PERSON' }])
    const { caller } = await asAccountant(db, house)
    const preview = await caller.billing.preview({ buildingId: house.buildingId, period })
    expect(preview.findings).toEqual([{ service: 'COLD_WATER', code: 'noPrice', day: '2026-10-01', kinds: ['APARTMENT'] }])
    await expect(caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })).rejects.toThrow('billing.findingsNotAccepted')
    const done = await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
    expect(done.findings).toEqual(preview.findings)
    const [bill] = await billsOf(house)
    expect(bill?.lines.map(line => line.key)).toEqual(['WASTE', 'MAINTENANCE.APARTMENT', 'SAVINGS.APARTMENT'])
    // 619.64 for each of two persons, VAT of 2026: 718.78 each (kazakhstan.md 7.22) before rounding once per line.
    expect(bill?.lines[0]).toMatchObject({ net: '123928', vat: '19828' })
  })

  it('two months of a house billed at the same moment take an owed volume off once', async () => {
    await setNow('2027-02-05T05:00:00Z')
    await makeHeatPlace(db, '1789')
    const house = await heatHouse(db, '1789', ['50.00'])
    await makeContract(db, house, { mode: 'BY_FLAT_METER' })
    const { premisesId } = house.premises[0]!
    const meterId = await addMeter(db, house, { premisesId, service: 'HEAT' })
    for (const [month, consumption] of Object.entries({ '2026-08': '1', '2026-09': '1', '2026-10': '1', '2026-12': '5', '2027-01': '6' })) await addReading(db, house, { meterId, premisesId, period: month, consumption })
    const { caller } = await asAccountant(db, house)
    const run = (month: string) => caller.billing.run({ buildingId: house.buildingId, period: month, acceptFindings: true })
    await run('2026-11')
    const [owed] = await db.sql<{ volume: string }>('select trim_scale(volume)::text as volume from estimated_volumes where building_id = $1', [house.buildingId])
    await Promise.all(['2026-12', '2027-01'].map(run))
    const taken = (await Promise.all(['2026-12', '2027-01'].map(month => heatLines(db, house, month)))).map(lines => lines.get('1')![0]!.line.before)
    expect(taken.filter(each => each !== undefined)).toEqual([owed!.volume])
    await setNow('2026-11-21T05:00:00Z')
  })
})
