import { beforeAll, describe, expect, it } from 'vitest'
import { explainLine } from '#server/billing/explanation/rules.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asManager, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { heatHouse, heatLines, makeContract, makeHeatPlace, voiceOf } from '#test/support/heat.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-12-05T05:00:00Z')
  await db.sql(`insert into index_values (country, code, valid_from, value, source, verified) values ('UZ', 'BILL_DUE_DAY', '2000-01-01', 15, 'test', true)`)
})

async function registered({ caller }: ActingPerson, house: TestHouse, change: object = {}) {
  const { interruptionId } = await caller.billing.registerInterruption({ interruptionId: newId(), buildingId: house.buildingId, service: 'HEAT', from: '2026-11-20', to: '2026-11-24', act: '14/7', ...change })
  return { interruptionId, buildingId: house.buildingId, reason: 'The days are of another house', counterAct: null }
}

describe('withdraw interruption', () => {
  it('takes back an act that no bill knows of: once, with its reason, by whoever bills the house', async () => {
    const house = await makeHouse(db, { country: 'UZ', flats: 1 })
    const accountant = await asAccountant(db, house)
    const asked = await registered(accountant, house)
    await expect((await asAccountant(db, await makeHouse(db))).caller.billing.withdrawInterruption(asked)).rejects.toThrow('billing.houseNotFound')
    await expect(accountant.caller.billing.withdrawInterruption({ ...asked, interruptionId: newId() })).rejects.toThrow('heat.notFound')
    const said = { interruptionId: asked.interruptionId, counted: false, recalculated: [] }
    expect(await accountant.caller.billing.withdrawInterruption(asked)).toEqual(said)
    expect(await accountant.caller.billing.withdrawInterruption(asked)).toEqual(said)
    await expect(accountant.caller.billing.withdrawInterruption({ ...asked, reason: 'Another reason' })).rejects.toThrow('heat.actWithdrawn')
    expect((await accountant.caller.billing.heat({ buildingId: house.buildingId })).acts).toMatchObject([{ withdrawnReason: asked.reason, counted: null, counterAct: null, mine: true }])
    expect(await db.sql(`select person_id::text from audit_entries where action = 'billing.withdrawInterruption' and building_id = $1`, [house.buildingId])).toEqual([{ person_id: accountant.personId }])
    await expect(openTransaction(accountant.request, ctx => ctx.db.$executeRaw`update service_interruptions set to_day = '2026-11-30' where interruption_id = ${asked.interruptionId}::uuid`)).rejects.toThrow(/UY001|stay/)
  })

  it('undoes an act that a bill has counted on a counter-act of another person; the next bill charges its days again', async () => {
    await makeHeatPlace(db, '1791', { area: '3000' })
    const house = await heatHouse(db, '1791', ['50'])
    await makeContract(db, house)
    const [accountant, manager] = [await asAccountant(db, house), await asManager(db, house)]
    const asked = await registered(accountant, house)
    await setNow('2026-12-07T05:00:00Z')
    await accountant.caller.billing.run({ buildingId: house.buildingId, period: '2026-11', acceptFindings: false })
    // 13 days of the season less 5 of the act.
    expect((await heatLines(db, house, '2026-11')).get('1')?.[0]?.line.net).toBe('4000000')
    await expect(manager.caller.billing.withdrawInterruption(asked)).rejects.toThrow('heat.counterActNeeded')
    await expect(accountant.caller.billing.withdrawInterruption({ ...asked, counterAct: '15/1' })).rejects.toThrow('heat.counterActOther')
    expect(await manager.caller.billing.withdrawInterruption({ ...asked, counterAct: '15/1' })).toEqual({ interruptionId: asked.interruptionId, counted: true, recalculated: ['2026-11'] })
    await setNow('2027-01-05T05:00:00Z')
    await accountant.caller.billing.run({ buildingId: house.buildingId, period: '2026-12', acceptFindings: false })
    const lines = (await heatLines(db, house, '2026-12')).get('1') ?? []
    expect(lines.map(each => [each.item.of, each.line.net])).toEqual([['AREA', '15000000'], ['RECALC', '2500000']])
    const again = lines[1]!
    expect(again.line.heat?.months?.map(each => each.undone)).toEqual([[['14/7', '2026-11-20', '2026-11-24', '15/1']]])
    expect(explainLine(again.item, again.line, voiceOf('ru')).notes.join(' ')).toContain('акт № 14/7 отменён встречным актом № 15/1')
    await setNow('2026-12-05T05:00:00Z')
  })
})
