import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { DraftIndexInput } from '#server/billing/indexes/schema.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asPerson, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makePenaltyOffice, type PenaltyOffice } from '#test/support/penalty-office.ts'

let db: TestDatabase
let office: PenaltyOffice
let other: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  office = await makePenaltyOffice(db)
  other = await asPerson(db, { role: 'INSPECTOR', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
})
beforeEach(() => setNow('2026-11-21T05:00:00Z'))

async function published(change: Partial<DraftIndexInput> = {}): Promise<string> {
  const { indexId } = await office.accountant.caller.billing.draftIndex({ indexId: newId(), country: 'KZ', code: 'VAT', from: '2027-01-01', value: '16', actId: 'act', newAct: null, source: 'The official gazette', ...change })
  await office.authority.caller.billing.decideIndex({ indexId, decision: 'PUBLISH', reason: null })
  return indexId
}
const withdraw = (who: ActingPerson, indexId: string, reason: string | null = null) => who.caller.billing.withdrawIndex({ indexId, reason })
const values = (day: string) => db.sql(`select trim_scale(value)::text as value from index_values where country = 'KZ' and code = 'VAT' and valid_from = $1`, [day])

it('goes before its month by two people, with a trace, and the day is free for another', async () => {
  const indexId = await published({ value: '1' })
  expect(await withdraw(office.accountant, indexId, 'typed wrongly')).toEqual({ indexId, withdrawn: false })
  expect(await withdraw(office.accountant, indexId, 'typed wrongly'), 'the answer was lost').toEqual({ indexId, withdrawn: false })
  expect(await values('2027-01-01'), 'one person changes nothing').toEqual([{ value: '1' }])
  expect((await other.caller.billing.indexes()).drafts.find(each => each.indexId === indexId)).toMatchObject({ state: 'PUBLISHED', withdrawalReason: 'typed wrongly', withdrawalMine: false })
  await expect(withdraw(office.accountant, indexId)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'indexes.withdrawFourEyes' })
  expect(await withdraw(other, indexId)).toEqual({ indexId, withdrawn: true })
  expect(await values('2027-01-01')).toEqual([])
  expect(await withdraw(other, indexId), 'the answer was lost').toEqual({ indexId, withdrawn: true })
  await expect(withdraw(office.authority, indexId)).rejects.toMatchObject({ code: 'CONFLICT', message: 'indexes.withdrawn' })
  await published()
  expect(await values('2027-01-01')).toEqual([{ value: '16' }])
  expect(await db.sql(`select person_id::text as who, ground from audit_entries where action = 'billing.withdrawIndex' and subject_id = $1 order by at`, [indexId]))
    .toEqual([{ who: office.accountant.personId, ground: 'typed wrongly' }, { who: other.personId, ground: 'typed wrongly' }])
})

it('a reason of one\'s own confirms nothing: whoever has not seen that another proposed is told so', async () => {
  const indexId = await published({ from: '2027-02-01' })
  await withdraw(other, indexId, 'typed wrongly')
  await expect(withdraw(office.authority, indexId, 'of another year')).rejects.toMatchObject({ code: 'CONFLICT', message: 'indexes.withdrawalProposed' })
  await expect(withdraw(office.accountant, indexId, 'of another year')).rejects.toThrow('indexes.publisherOnly')
  expect(await values('2027-02-01')).toEqual([{ value: '16' }])
  expect(await db.sql('select withdrawal_reason as reason, withdrawal_by::text as by, withdrawn_at as at from index_drafts where index_id = $1', [indexId])).toEqual([{ reason: 'typed wrongly', by: other.personId, at: null }])
})

it('refused: no reason, whoever has no word in the country, a draft, and once its month has begun; the database refuses it too', async () => {
  const indexId = await published({ from: '2026-12-15' })
  await expect(withdraw(other, indexId)).rejects.toThrow('services.reasonNeeded')
  await expect(withdraw(office.place, indexId, 'typed wrongly')).rejects.toThrow('indexes.notFound')
  const { indexId: draft } = await office.accountant.caller.billing.draftIndex({ indexId: newId(), country: 'KZ', code: 'VAT', from: '2027-04-01', value: '16', actId: 'act', newAct: null, source: 'The official gazette' })
  await expect(withdraw(other, draft, 'typed wrongly')).rejects.toThrow('indexes.notPublished')
  const sql = (who: ActingPerson, text: string) => openTransaction(who.request, ctx => ctx.db.$executeRawUnsafe(text))
  expect(await sql(other, `delete from index_values where country = 'KZ' and code = 'VAT'`), 'nothing goes without its two people').toBe(0)
  await expect(sql(other, `update index_drafts set value = 9 where index_id = '${indexId}'`)).rejects.toThrow(/UY001|stays/)
  await expect(sql(other, `update index_drafts set withdrawal_by = '${office.authority.personId}', withdrawal_reason = 'one hand', withdrawn_by = '${other.personId}', withdrawn_at = now() where index_id = '${indexId}'`).then(() => db.sql('select withdrawn_at as at, withdrawal_by::text as by from index_drafts where index_id = $1', [indexId])))
    .resolves.toEqual([{ at: null, by: other.personId }])
  await expect(sql(other, `update index_drafts set withdrawn_at = now(), withdrawn_by = '${office.authority.personId}' where index_id = '${indexId}'`)).rejects.toThrow(/UY060|another person/)
  await setNow('2026-12-01T05:00:00Z')
  await expect(withdraw(office.authority, indexId)).rejects.toMatchObject({ code: 'CONFLICT', message: 'indexes.begun' })
  await expect(sql(office.authority, `update index_drafts set withdrawn_at = now(), withdrawn_by = '${office.authority.personId}' where index_id = '${indexId}'`)).rejects.toThrow(/UY064|may count/)
  expect(await values('2026-12-15')).toEqual([{ value: '16' }])
})
