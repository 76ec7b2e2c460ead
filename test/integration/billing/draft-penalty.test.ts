import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { asClerk } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { makePenaltyOffice, penaltyDraft, type PenaltyOffice } from '#test/support/penalty-office.ts'

let db: TestDatabase
let office: PenaltyOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  office = await makePenaltyOffice(db)
})
const draft = (change: object = {}) => office.accountant.caller.billing.draftPenalty(penaltyDraft(change))

describe('a draft of what a day of delay costs', () => {
  it('is kept as the act says it, not checked, and counts nothing; the same once more changes nothing', async () => {
    const daily = penaltyDraft()
    expect(await office.accountant.caller.billing.draftPenalty(daily)).toEqual({ ruleId: daily.ruleId })
    expect(await office.accountant.caller.billing.draftPenalty(daily)).toEqual({ ruleId: daily.ruleId })
    await expect(draft({ ruleId: daily.ruleId, from: '2027-01-01' })).rejects.toThrow('tariffs.draftedAlready')
    const yearly = penaltyDraft({ fund: 'UTILITIES', formula: 'YEARLY', dailyPercent: null, factor: '1,25', capPercent: '100', actId: null, newAct: { kind: 'ORDER', number: '12', issuedOn: '2026-11-01', title: 'On delay', url: null } })
    await office.accountant.caller.billing.draftPenalty(yearly)
    expect(await db.sql(`select daily_rate::text, index_code, factor::text, cap::text, verified, published_at, drafted_by::text, act_id from penalty_rules where drafted_by is not null order by fund`)).toEqual([
      { daily_rate: '0.001000', index_code: null, factor: null, cap: '0.5000', verified: false, published_at: null, drafted_by: office.accountant.personId, act_id: 'act' },
      { daily_rate: null, index_code: 'REFINANCING_RATE', factor: '1.250', cap: '1.0000', verified: false, published_at: null, drafted_by: office.accountant.personId, act_id: `act-${yearly.ruleId}` }])
    const [facts] = await db.sql<{ facts: { penalties: unknown[] } }>(`select app.billing_place('KZ', '751000000', false, '2026-12') as facts`)
    expect(facts?.facts.penalties).toEqual([])
    const desk = await office.authority.caller.billing.penalties()
    expect([desk.rows.find(row => row.ruleId === daily.ruleId), desk.rates]).toMatchObject([{ dailyPercent: '0.1', capPercent: '50', state: 'DRAFT', mine: false, mayPublish: true }, []])
  })

  it('is refused for counted days, with figures that cannot be read, crossed dates, of another country, to a clerk; one place does not read it', async () => {
    await expect(draft({ dailyPercent: '0' })).rejects.toThrow('penalties.figureUnreadable')
    await expect(draft({ formula: 'YEARLY', factor: null })).rejects.toThrow('penalties.figureUnreadable')
    await expect(draft({ capPercent: '101' })).rejects.toThrow('penalties.figureUnreadable')
    await expect(draft({ to: '2026-11-30' })).rejects.toThrow('tariffs.datesCrossed')
    await expect(draft({ country: 'UZ' })).rejects.toThrow('penalties.countryNotYours')
    await expect((await asClerk(db, await makeHouse(db))).caller.billing.draftPenalty(penaltyDraft())).rejects.toThrow('penalties.countryNotYours')
    await db.sql(`insert into penalty_rules (rule_id, country, fund, payer_kind, formula, daily_rate, cap, enabled, source, valid_from) values ('old', 'KZ', 'SAVINGS', 'LEGAL', 'DAILY', 0.001, 0.5, true, 'test', '2026-01-01')`)
    await db.sql(`update penalty_rules set counted_to = '2026-12-15' where rule_id = 'old'`)
    await expect(draft({ fund: 'SAVINGS', payerKind: 'LEGAL' })).rejects.toThrow('penalties.counted')
    const hidden = penaltyDraft({ fund: 'SAVINGS' })
    await office.accountant.caller.billing.draftPenalty(hidden)
    const seen = await openTransaction((await asClerk(db, await makeHouse(db, { country: 'UZ' }))).request, ctx => ctx.db.$queryRaw<unknown[]>`select from penalty_rules where rule_id = ${hidden.ruleId}`)
    expect(seen).toEqual([])
    await expect(openTransaction(office.accountant.request, ctx => ctx.db.$executeRaw`update penalty_rules set cap = 1 where rule_id = ${hidden.ruleId}`)).rejects.toThrow(/UY001|do not change/)
  })
})
