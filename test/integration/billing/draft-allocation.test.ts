import { beforeAll, describe, expect, it } from 'vitest'
import type { DraftAllocationInput } from '#server/billing/allocation/schema.ts'
import { openTransaction } from '#server/infra/context.ts'
import type { ActingPerson } from '#test/support/actors.ts'
import { allocationOf, makeAllocationOffice, type AllocationOffice } from '#test/support/allocation.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let db: TestDatabase
let office: AllocationOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  office = await makeAllocationOffice(db)
})

describe('draft allocation', () => {
  it('is kept as the act says it and splits nothing; the same once more changes nothing; who lives in the country reads what holds, marked', async () => {
    const input = allocationOf()
    expect(await office.first.caller.billing.draftAllocation(input)).toEqual({ draftId: input.draftId })
    expect(await office.first.caller.billing.draftAllocation(input), 'the answer was lost').toEqual({ draftId: input.draftId })
    await expect(office.first.caller.billing.draftAllocation({ ...input, advanceFund: 'UTILITIES' })).rejects.toThrow('tariffs.draftedAlready')
    expect((await office.second.caller.billing.allocation()).drafts).toMatchObject([{ draftId: input.draftId, fundOrder: input.fundOrder, mine: false, mayPublish: true, state: 'DRAFT' }])
    const seen = await office.accountant.caller.billing.allocation()
    expect([seen.drafts, seen.mayDraft]).toEqual([[], []])
    expect(seen.rows[0]).toMatchObject({ ruleId: 'UZ-2026-1', state: 'IN_FORCE', verified: false, actId: null })
    expect(await db.sql(`select person_id::text, ground from audit_entries where action = 'billing.draftAllocation' and subject_id = $1`, [input.draftId])).toEqual([{ person_id: office.first.personId, ground: 'act' }])
  })

  it('refused: a day that is there, a day that has an order, whoever is not the whole country, another country, an unknown act, a fund twice', async () => {
    const draft = (who: ActingPerson, change: Partial<DraftAllocationInput>) => who.caller.billing.draftAllocation(allocationOf(change))
    for (const from of ['2026-11-21', '2026-01-01']) await expect(draft(office.first, { from }), from).rejects.toThrow('allocation.pastDay')
    await db.sql(`insert into payment_allocation_rules (rule_id, country, valid_from, fund_order, advance_fund, source) values ('UZ-2031-1', 'UZ', '2031-01-01', '{UTILITIES,CURRENT,SAVINGS,TARGETED,PROGRAMME,PENALTY}', 'CURRENT', 'test')`)
    await expect(draft(office.first, { from: '2031-01-01' })).rejects.toMatchObject({ code: 'CONFLICT', message: 'allocation.known' })
    for (const who of [office.accountant, office.place]) await expect(draft(who, {})).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'allocation.countryNotYours' })
    await expect(draft(office.first, { country: 'KZ' })).rejects.toThrow('allocation.countryNotYours')
    await expect(draft(office.first, { actId: 'none' })).rejects.toThrow('tariffs.actUnknown')
    await expect(draft(office.first, { fundOrder: ['SAVINGS', 'SAVINGS', 'UTILITIES', 'TARGETED', 'PROGRAMME', 'PENALTY'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('the database holds it too: four eyes, words that stay, each fund once, no rule without its draft or on a day that is there', async () => {
    const sql = (who: ActingPerson, text: string) => openTransaction(who.request, ctx => ctx.db.$executeRawUnsafe(text))
    const { draftId } = await office.first.caller.billing.draftAllocation(allocationOf({ from: '2027-02-01' }))
    await expect(sql(office.first, `update allocation_drafts set accepted = true where draft_id = '${draftId}'`)).rejects.toThrow(/UY060|who drafted/)
    await expect(sql(office.second, `update allocation_drafts set advance_fund = 'UTILITIES' where draft_id = '${draftId}'`)).rejects.toThrow(/UY001|do not change/)
    const rule = (day: string) => `insert into payment_allocation_rules (rule_id, country, valid_from, fund_order, advance_fund, act_id, source) values ('UZ-x', 'UZ', '${day}', '{SAVINGS,CURRENT,UTILITIES,TARGETED,PROGRAMME,PENALTY}', 'CURRENT', 'act', 'The official gazette')`
    await expect(sql(office.second, rule('2027-02-01'))).rejects.toThrow(/42501|row-level/)
    await expect(sql(office.first, `insert into allocation_drafts (draft_id, country, valid_from, fund_order, advance_fund, source, drafted_by) values (gen_random_uuid(), 'UZ', '2027-03-01', '{CURRENT,CURRENT,UTILITIES,TARGETED,PROGRAMME,PENALTY}', 'CURRENT', 'test', '${office.first.personId}')`)).rejects.toThrow(/check/)
    const { draftId: late } = await office.first.caller.billing.draftAllocation(allocationOf({ from: '2026-11-25' }))
    await setNow('2026-11-25T05:00:00Z')
    await expect(openTransaction(office.second.request, async ctx => {
      await ctx.db.$executeRawUnsafe(`update allocation_drafts set accepted = true where draft_id = '${late}'`)
      await ctx.db.$executeRawUnsafe(rule('2026-11-25'))
    })).rejects.toThrow(/42501|row-level/)
    await setNow('2026-11-21T05:00:00Z')
  })
})
