import { beforeAll, expect, it } from 'vitest'
import type { DraftIndexInput } from '#server/billing/indexes/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import { asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makePenaltyOffice, type PenaltyOffice } from '#test/support/penalty-office.ts'

let db: TestDatabase
let office: PenaltyOffice
beforeAll(async () => {
  db = await testDatabase()
  office = await makePenaltyOffice(db)
})

const drafted = async (who: ActingPerson, change: Partial<DraftIndexInput> = {}) =>
  (await who.caller.billing.draftIndex({ indexId: newId(), country: 'KZ', code: 'VAT', from: '2030-01-01', value: '16', actId: 'act', newAct: null, source: 'The official gazette', ...change })).indexId
const decide = (who: ActingPerson, indexId: string, change: object = {}) => who.caller.billing.decideIndex({ indexId, decision: 'PUBLISH', reason: null, ...change })

it('refuses who drafted it, an authority of a place, no act, and a second decision', async () => {
  const indexId = await drafted(office.accountant)
  await expect(decide(office.accountant, indexId)).rejects.toThrow('indexes.publisherOnly')
  await expect(decide(office.place, indexId)).rejects.toThrow('indexes.notFound')
  await expect(decide(office.authority, await drafted(office.authority))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'indexes.fourEyes' })
  await expect(decide(office.authority, await drafted(office.accountant, { actId: null }))).rejects.toThrow('indexes.actNeeded')
  await expect(decide(office.authority, newId())).rejects.toThrow('indexes.notFound')
  await decide(office.authority, indexId)
  await expect(decide(office.authority, indexId)).rejects.toThrow('indexes.notADraft')
  await expect(decide(await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, { kind: 'STAFF' }), await drafted(office.accountant, { from: '2030-02-01' }))).rejects.toThrow('indexes.notFound')
})

it('is sent back with a reason that its maker reads; of two drafts of one day one is published', async () => {
  const [first, second] = [await drafted(office.accountant, { from: '2031-01-01' }), await drafted(office.accountant, { from: '2031-01-01', value: '18' })]
  await expect(decide(office.authority, first, { decision: 'DECLINE' })).rejects.toThrow('services.reasonNeeded')
  const ways = await Promise.allSettled([decide(office.authority, first), decide(office.authority, second)])
  expect(ways.filter(each => each.status === 'fulfilled')).toHaveLength(1)
  const left = ways[0]?.status === 'fulfilled' ? second : first
  await expect(decide(office.authority, left)).rejects.toThrow('indexes.known')
  await decide(office.authority, left, { decision: 'DECLINE', reason: 'the day has one' })
  expect((await office.accountant.caller.billing.indexes()).drafts.find(each => each.indexId === left)).toMatchObject({ state: 'DECLINED', reason: 'the day has one' })
  const own = await drafted(office.accountant, { from: '2032-01-01' })
  await decide(office.accountant, own, { decision: 'DECLINE', reason: 'typed wrongly' })
  expect((await office.accountant.caller.billing.indexes()).drafts.find(each => each.indexId === own)).toMatchObject({ state: 'TAKEN_BACK', reason: 'typed wrongly' })
})
