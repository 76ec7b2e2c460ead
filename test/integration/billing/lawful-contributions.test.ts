import { beforeAll, describe, expect, it } from 'vitest'
import { findingInWords } from '#server/billing/explanation/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
beforeAll(async () => { db = await billingDatabase() })

type Rate = { fund?: string; kind?: string; perM2?: string; multiple?: string; from?: string }
function decide(house: TestHouse, rate: Rate): Promise<unknown> {
  return db.sql(`insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, index_code, index_multiple, basis, valid_from) values ($1, $2, $3, $4, $5, $6, $7, 'test', $8)`,
    [house.buildingId, newId(), rate.fund ?? 'SAVINGS', rate.kind ?? 'APARTMENT', rate.perM2 ?? null, rate.multiple === undefined ? null : 'MRP', rate.multiple ?? null, rate.from ?? '2026-01-01'])
}

describe('the database refuses a contribution that the law does not allow', () => {
  it('savings below 0.005 MRP per m² of its first day', async () => {
    const house = await makeHouse(db)
    await expect(decide(house, { perM2: '21.62' })).rejects.toMatchObject({ code: 'UY011' })
    await expect(decide(house, { multiple: '0.0049' })).rejects.toMatchObject({ code: 'UY011' })
    await decide(house, { perM2: '21.625' })
    await expect(db.sql('update contribution_rates set per_m2 = 20 where building_id = $1', [house.buildingId])).rejects.toMatchObject({ code: 'UY011' })
    await decide(await makeHouse(db, { country: 'UZ', territoryCode: '1726294' }), { perM2: '1' })
  })
  it('parking above twice the flats’ rate, and a flats’ rate below half of parking', async () => {
    const house = await makeHouse(db)
    await decide(house, { fund: 'CURRENT', perM2: '80' })
    await expect(decide(house, { fund: 'CURRENT', kind: 'PARKING', perM2: '160.01' })).rejects.toMatchObject({ code: 'UY012' })
    await decide(house, { fund: 'CURRENT', kind: 'PARKING', perM2: '160' })
    await expect(db.sql(`update contribution_rates set per_m2 = 79 where building_id = $1 and premises_kind = 'APARTMENT'`, [house.buildingId])).rejects.toMatchObject({ code: 'UY012' })
  })
})

describe('the run', () => {
  it('charges all four kinds of premises, each its own rate and the savings by MRP, in two funds, due on the 25th of the next month (kazakhstan.md 4.1, 4.5, 4.7)', async () => {
    const kinds = ['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE']
    const house = await makeHouse(db, { flats: 4, areas: ['60.00'] })
    for (const [index, kind] of kinds.entries()) {
      await db.sql('update premises set kind = $2 where premises_id = $1', [house.premises[index]!.premisesId, kind])
      await decide(house, { fund: 'CURRENT', kind, perM2: ['80', '160', '120', '40.5'][index]! })
      await decide(house, { kind, multiple: '0.005', from: '2025-01-01' })
    }
    const { caller } = await asAccountant(db, house)
    const posted = async (period: string) => {
      await caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })
      return db.sql<{ kind: string; due: string; lines: [string, string][]; funds: Record<string, string> }>(`select p.kind, b.due_on::text as due, (select json_agg(array[l ->> 'key', l ->> 'net'] order by l ->> 'key') from json_array_elements(b.lines::json) l) as lines,
          (select jsonb_object_agg(e.fund, e.amount::text) from ledger_entries e where e.building_id = b.building_id and e.account_id = b.account_id and e.transaction_id = b.run_id) as funds
        from bills b join premises p on p.building_id = b.building_id and p.premises_id = b.premises_id where b.building_id = $1 and b.period = $2 order by p.kind`, [house.buildingId, period])
    }
    // One and the same rate is one price, named after its first kind.
    const of = (kind: string, current: string, savings: string, due: string) => ({ kind, due, lines: [[`MAINTENANCE.${kind}`, current], ['SAVINGS.APARTMENT', savings]], funds: { CURRENT: current, SAVINGS: savings } })
    expect(await posted('2026-10')).toEqual([of('APARTMENT', '480000', '129750', '2026-11-25'), of('NON_RESIDENTIAL', '960000', '129750', '2026-11-25'), of('PARKING', '720000', '129750', '2026-11-25'), of('STORAGE', '243000', '129750', '2026-11-25')])
    await db.sql('update contribution_rates set valid_from = $2 where building_id = $1', [house.buildingId, '2025-01-01'])
    expect((await posted('2025-12')).map(each => [each.due, each.funds['SAVINGS']])).toEqual(kinds.map(() => ['2026-01-25', '117960']))
  })
  it('leaves out a savings contribution that the index has moved past, when the accountant accepts the finding', async () => {
    const house = await makeHouse(db, { flats: 2 })
    await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
    await db.sql(`delete from contribution_rates where building_id = $1 and fund = 'SAVINGS'`, [house.buildingId])
    await decide(house, { perM2: '19.66', from: '2025-01-01' })
    const { caller } = await asAccountant(db, house)
    expect((await caller.billing.preview({ buildingId: house.buildingId, period: '2025-12' })).findings.filter(each => each.service === 'SAVINGS')).toEqual([])
    const { findings } = await caller.billing.preview({ buildingId: house.buildingId, period: '2026-10' })
    expect(findings).toEqual([{ service: 'SAVINGS', code: 'belowMinimum', day: '2026-10-01', kind: 'APARTMENT', price: '19.66', limit: '21.625' }])
    const input = { buildingId: house.buildingId, period: '2026-10' }
    await expect(caller.billing.run({ ...input, acceptFindings: false })).rejects.toThrow('billing.findingsNotAccepted')
    await caller.billing.run({ ...input, acceptFindings: true })
    const [bill] = await db.sql<{ keys: string[] }>(`select array(select l ->> 'key' from json_array_elements(b.lines::json) l) as keys from bills b where b.building_id = $1 limit 1`, [house.buildingId])
    expect(bill?.keys).toEqual(['WASTE', 'MAINTENANCE.APARTMENT'])
  })
  it.each(['uz', 'kk', 'ru'] as const)('says the figures and the premises in %s', locale => {
    const say = texts(locale)
    const words = findingInWords({ service: 'MAINTENANCE', code: 'aboveFlats', day: '2026-10-01', kind: 'PARKING', price: '160.01', limit: '160' }, say)
    for (const part of ['160,01', '01.10.2026', say('billing.kinds.PARKING'), say('billing.services.MAINTENANCE')]) expect(words).toContain(part)
  })
})
