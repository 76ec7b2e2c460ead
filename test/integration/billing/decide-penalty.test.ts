import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makePenaltyOffice, penaltyDraft, type PenaltyOffice } from '#test/support/penalty-office.ts'

let db: TestDatabase
let office: PenaltyOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  office = await makePenaltyOffice(db)
})

async function drafted(change: object = {}): Promise<string> {
  return (await office.accountant.caller.billing.draftPenalty(penaltyDraft(change))).ruleId
}
const decide = (who: keyof PenaltyOffice, ruleId: string, change: object = {}) => office[who].caller.billing.decidePenalty({ ruleId, decision: 'PUBLISH', lastDay: null, reason: null, ...change })
const rule = async (ruleId: string) => (await db.sql(`select enabled, valid_to::text as "to", published_by::text as by from penalty_rules where rule_id = $1`, [ruleId]))[0]

describe('the second person about penalties', () => {
  it('publishes: from its day on it counts, and the rule before ends on the eve; then it is switched off and ended', async () => {
    await db.sql(`insert into penalty_rules (rule_id, country, fund, payer_kind, formula, daily_rate, cap, enabled, source, valid_from) values ('before', 'KZ', 'CURRENT', 'NATURAL', 'DAILY', 0.002, 0.5, true, 'test', '2026-01-01')`)
    const ruleId = await drafted()
    expect(await decide('authority', ruleId)).toEqual({ ruleId })
    expect([await rule('before'), await rule(ruleId)]).toEqual([{ enabled: true, to: '2026-11-30', by: null }, { enabled: true, to: null, by: office.authority.personId }])
    const [facts] = await db.sql<{ facts: { penalties: { dailyRate: string; verified: boolean }[] } }>(`select app.billing_place('KZ', '751000000', false, '2026-12') as facts`)
    expect(facts?.facts.penalties.map(each => [each.dailyRate, each.verified])).toEqual([['0.002', false], ['0.001', false]])
    await expect(decide('authority', ruleId)).rejects.toThrow('penalties.notADraft')
    await decide('authority', ruleId, { decision: 'SWITCH_OFF', reason: 'The act is suspended' })
    await expect(decide('authority', ruleId, { decision: 'SWITCH_OFF', reason: 'again' })).rejects.toThrow('penalties.offAlready')
    await expect(openTransaction(office.authority.request, ctx => ctx.db.$executeRaw`update penalty_rules set enabled = true where rule_id = ${ruleId}`)).rejects.toThrow(/UY001|only ends/)
    await decide('authority', ruleId, { decision: 'END', lastDay: '2026-12-31', reason: 'The act has lapsed' })
    expect(await rule(ruleId)).toMatchObject({ enabled: false, to: '2026-12-31' })
    expect(await db.sql(`select count(*)::int as n from audit_entries where action = 'billing.decidePenalty' and subject_id = $1`, [ruleId])).toEqual([{ n: 3 }])
  })

  it('who ended a rule is who did: nobody writes a name into a draft, nor into what is published', async () => {
    const ruleId = await drafted({ payerKind: 'LEGAL' })
    const forge = (who: 'accountant' | 'authority') => openTransaction(office[who].request, ctx => ctx.db.$executeRaw`update penalty_rules set ended_by = ${office[who].personId}::uuid where rule_id = ${ruleId}`)
    const ender = async () => (await db.sql<{ by: string | null }>('select ended_by::text as by from penalty_rules where rule_id = $1', [ruleId]))[0]?.by
    expect(await forge('accountant'), 'the row is theirs to write').toBe(1)
    await decide('authority', ruleId)
    expect(await forge('authority')).toBe(1)
    expect(await ender()).toBeNull()
    await decide('authority', ruleId, { decision: 'END', lastDay: '2026-12-31', reason: 'The act has lapsed' })
    expect(await ender()).toBe(office.authority.personId)
  })

  it('refuses who drafted it, an authority of a place, no act, days that bills have counted, and overlapping ones', async () => {
    const ruleId = await drafted({ fund: 'SAVINGS' })
    await expect(decide('accountant', ruleId)).rejects.toThrow('penalties.publisherOnly')
    await expect(decide('place', ruleId)).rejects.toThrow('penalties.notFound')
    const own = (await office.authority.caller.billing.draftPenalty(penaltyDraft({ fund: 'SAVINGS' }))).ruleId
    await expect(decide('authority', own)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'penalties.fourEyes' })
    await decide('authority', own, { decision: 'DECLINE', reason: 'typed wrongly' })
    await expect(decide('authority', await drafted({ fund: 'SAVINGS', actId: null }))).rejects.toThrow('penalties.actNeeded')
    await expect(decide('authority', 'nothing')).rejects.toThrow('penalties.notFound')
    const late = await drafted({ fund: 'UTILITIES' })
    await db.sql(`insert into penalty_rules (rule_id, country, fund, payer_kind, formula, daily_rate, cap, enabled, source, valid_from) values ('counted', 'KZ', 'UTILITIES', 'NATURAL', 'DAILY', 0.001, 0.5, true, 'test', '2026-01-01')`)
    await db.sql(`update penalty_rules set counted_to = '2026-12-31' where rule_id = 'counted'`)
    await expect(decide('authority', late)).rejects.toThrow('penalties.counted')
    await expect(decide('authority', 'counted', { decision: 'END', lastDay: '2026-11-30', reason: 'The act has lapsed' })).rejects.toThrow('penalties.counted')
    await decide('authority', await drafted({ fund: 'SAVINGS', from: '2027-01-01' }))
    await expect(decide('authority', ruleId)).rejects.toThrow('penalties.overlaps')
    await expect(decide('authority', ruleId, { decision: 'DECLINE' })).rejects.toThrow('services.reasonNeeded')
    await decide('accountant', ruleId, { decision: 'DECLINE', reason: 'taken back' })
    expect((await office.accountant.caller.billing.penalties()).rows.find(row => row.ruleId === ruleId)).toMatchObject({ state: 'TAKEN_BACK', declinedReason: 'taken back' })
  })
})
