import { beforeAll, describe, expect, it } from 'vitest'
import { seedIndexes } from '#prisma/seed/reference/indexes.ts'
import type { DraftIndexInput } from '#server/billing/indexes/schema.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { makePenaltyOffice, type PenaltyOffice } from '#test/support/penalty-office.ts'

let db: TestDatabase
let office: PenaltyOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  await serviceTransaction('reference', seedIndexes)
  office = await makePenaltyOffice(db)
})

const draft = (change: Partial<DraftIndexInput> = {}): DraftIndexInput => ({ indexId: newId(), country: 'KZ', code: 'MRP', from: '2027-01-01', value: '4 500', actId: 'act', newAct: null, source: 'The official gazette', ...change })
const drafted = async (who: ActingPerson, change: Partial<DraftIndexInput> = {}) => (await who.caller.billing.draftIndex(draft(change))).indexId
const valueOn = async (code: string, day: string) => (await db.sql<{ value: string }>(`select trim_scale(value)::text as value from index_values where country = 'KZ' and code = $1 and valid_from <= $2 order by valid_from desc limit 1`, [code, day]))[0]?.value

describe('a figure of law that a person brings', () => {
  it('counts nothing until another person publishes it on an act; then from its day, and the days before keep theirs', async () => {
    const input = draft()
    expect(await office.accountant.caller.billing.draftIndex(input)).toEqual({ indexId: input.indexId })
    expect(await office.accountant.caller.billing.draftIndex(input), 'the answer was lost').toEqual({ indexId: input.indexId })
    await expect(office.accountant.caller.billing.draftIndex({ ...input, value: '4600' })).rejects.toThrow('tariffs.draftedAlready')
    expect((await office.authority.caller.billing.indexes()).drafts).toMatchObject([{ indexId: input.indexId, value: '4500', before: '4325', mine: false, mayPublish: true }])
    expect(await valueOn('MRP', '2027-01-01')).toBe('4325')
    await office.authority.caller.billing.decideIndex({ indexId: input.indexId, decision: 'PUBLISH', reason: null })
    expect([await valueOn('MRP', '2026-12-31'), await valueOn('MRP', '2027-01-01')]).toEqual(['4325', '4500'])
    const [facts] = await db.sql<{ facts: { indexes: { code: string; validFrom: string; value: string }[] } }>(`select app.billing_place('KZ', '751000000', false, '2027-01') as facts`)
    expect(facts?.facts.indexes.filter(each => each.code === 'MRP').toSorted((a, b) => a.validFrom < b.validFrom ? 1 : -1)[0]).toMatchObject({ validFrom: '2027-01-01' })
    expect((await office.accountant.caller.billing.indexes()).rows.find(row => row.code === 'MRP')).toMatchObject({ value: '4500', state: 'COMING', verified: false })
    expect(await db.sql(`select action from audit_entries where subject_id = $1 order by at`, [input.indexId])).toEqual([{ action: 'billing.draftIndex' }, { action: 'billing.decideIndex' }])
  })

  it('the rate without which the Kazakh penalty counts nothing is one of them', async () => {
    await office.authority.caller.billing.decideIndex({ indexId: await drafted(office.accountant, { code: 'REFINANCING_RATE', value: '16,5', from: '2026-12-01' }), decision: 'PUBLISH', reason: null })
    expect(await valueOn('REFINANCING_RATE', '2026-12-01')).toBe('16.5')
    await setNow('2026-12-02T05:00:00Z')
    expect((await office.accountant.caller.billing.penalties()).rates).toEqual([{ country: 'KZ', value: '16.5', from: '2026-12-01' }])
    await setNow('2026-11-21T05:00:00Z')
  })

  it('refused: what is no such figure, a day that has one, another country, a clerk', async () => {
    for (const [change, message] of [[{ code: 'VAT', value: '160' }, 'indexes.figureUnreadable'], [{ value: '4500,5' }, 'indexes.figureUnreadable'], [{ code: 'PREPAID_MONTHS.GAS', value: '2' }, 'indexes.otherCountry'], [{ from: '2026-01-01' }, 'indexes.known'],
      [{ country: 'UZ', code: 'VAT', value: '12' }, 'indexes.countryNotYours'], [{ actId: 'none' }, 'tariffs.actUnknown']] as const) {
      await expect(office.accountant.caller.billing.draftIndex(draft({ from: '2028-01-01', ...change })), message).rejects.toThrow(message)
    }
    await expect((await asClerk(db, await makeHouse(db, { country: 'KZ', flats: 1 }))).caller.billing.draftIndex(draft({ from: '2028-01-01' }))).rejects.toThrow('indexes.countryNotYours')
    await expect((await asAccountant(db, await makeHouse(db, { country: 'UZ', flats: 1 }))).caller.billing.decideIndex({ indexId: await drafted(office.accountant, { from: '2028-02-01' }), decision: 'PUBLISH', reason: null })).rejects.toThrow('indexes.notFound')
  })

  it('what two people have published stays through a start; who drafted, and who is nobody, writes nothing past them', async () => {
    const indexId = await drafted(office.accountant, { from: '2028-03-01' })
    const sql = (who: ActingPerson, text: string) => openTransaction(who.request, ctx => ctx.db.$executeRawUnsafe(text))
    await expect(sql(office.accountant, `update index_drafts set accepted = true where index_id = '${indexId}'`)).rejects.toThrow(/UY060|who drafted|row-level/)
    await expect(sql(office.accountant, `update index_drafts set value = 9 where index_id = '${indexId}'`)).rejects.toThrow(/UY001|do not change/)
    await expect(sql(office.authority, `insert into index_values (country, code, valid_from, value, act_id, source, verified) values ('KZ', 'MRP', '2028-03-01', 9, 'act', 'The official gazette', false)`)).rejects.toThrow(/42501|row-level/)
    await office.authority.caller.billing.decideIndex({ indexId: await drafted(office.accountant, { code: 'VAT', value: '17', from: '2028-01-01' }), decision: 'PUBLISH', reason: null })
    await serviceTransaction('reference', seedIndexes)
    expect(await valueOn('VAT', '2028-01-01')).toBe('17')
  })
})
