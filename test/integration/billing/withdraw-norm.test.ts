import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { DraftNormInput } from '#server/billing/norms/schema.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asPerson, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { normOf } from '#test/support/norms.ts'
import { makeOffice, type TariffOffice } from '#test/support/tariffs.ts'

let db: TestDatabase
let places = 11
type Office = TariffOffice & { other: ActingPerson }
async function office(): Promise<Office> {
  places += 1
  const at = await makeOffice(db, `79${places}10000`)
  return { ...at, other: await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: at.territoryCode.slice(0, 4) }, { kind: 'STAFF' }) }
}
beforeAll(async () => { db = await testDatabase() })
beforeEach(() => setNow('2026-11-21T05:00:00Z'))

async function published(at: TariffOffice, change: Partial<DraftNormInput> = {}): Promise<string> {
  const { normId } = await at.accountant.caller.billing.draftNorm(normOf(at, change))
  await at.authority.caller.billing.decideNorm({ normId, decision: 'PUBLISH', lastDay: null, reason: null })
  return normId
}
const withdraw = (who: ActingPerson, normId: string, reason: string | null = null) => who.caller.billing.withdrawNorm({ normId, reason })
async function withdrawn(at: Office, normId: string): Promise<void> {
  await withdraw(at.authority, normId, 'typed wrongly')
  await withdraw(at.other, normId)
}
const ends = async (normId: string) => (await db.sql<{ ends: string | null }>('select valid_to::text as ends from consumption_norms where norm_id = $1', [normId]))[0]?.ends
const counted = async (at: TariffOffice, day: string) => (await db.sql<{ figure: string }>(`select n.value ->> 'perPerson' as figure from jsonb_array_elements(app.billing_place('KZ', $1, false, $3) -> 'norms') n
  where n.value ->> 'validFrom' <= $2 and coalesce(n.value ->> 'validTo', '9') >= $2`, [at.territoryCode, day, day.slice(0, 7)])).map(each => each.figure)
const sql = (who: ActingPerson, text: string) => openTransaction(who.request, ctx => ctx.db.$executeRawUnsafe(text))

it('goes before its month by two people, with a trace; nothing is counted by it, the norm before goes on, and the days are free', async () => {
  const at = await office()
  const first = await published(at, { from: '2026-01-01', perPerson: '4' })
  const wrong = await published(at, { perPerson: '45' })
  expect(await ends(first)).toBe('2026-12-31')
  expect(await withdraw(at.accountant, wrong, 'typed wrongly')).toEqual({ normId: wrong, withdrawn: false })
  expect(await withdraw(at.accountant, wrong, 'typed wrongly'), 'the answer was lost').toEqual({ normId: wrong, withdrawn: false })
  expect([await counted(at, '2027-01-01'), await ends(first)], 'one person changes nothing').toEqual([['45'], '2026-12-31'])
  expect((await at.other.caller.billing.norms()).rows.find(each => each.id === wrong)).toMatchObject({ state: 'COMING', withdrawable: true, withdrawalReason: 'typed wrongly', withdrawalMine: false })
  await expect(withdraw(at.accountant, wrong)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'norms.withdrawFourEyes' })
  expect(await withdraw(at.other, wrong)).toEqual({ normId: wrong, withdrawn: true })
  expect([await counted(at, '2027-01-01'), await ends(first)]).toEqual([['4'], null])
  expect((await at.other.caller.billing.norms()).rows.map(each => each.id)).toEqual([first])
  expect(await withdraw(at.other, wrong), 'the answer was lost').toEqual({ normId: wrong, withdrawn: true })
  await expect(withdraw(at.authority, wrong)).rejects.toMatchObject({ code: 'CONFLICT', message: 'norms.withdrawn' })
  await expect(at.authority.caller.billing.decideNorm({ normId: wrong, decision: 'END', lastDay: '2027-06-30', reason: 'The act has lapsed' })).rejects.toThrow('norms.notPublished')
  expect(await db.sql(`select person_id::text as who, ground from audit_entries where action = 'billing.withdrawNorm' and subject_id = $1 order by at`, [wrong]))
    .toEqual([{ who: at.accountant.personId, ground: 'typed wrongly' }, { who: at.other.personId, ground: 'typed wrongly' }])
  await published(at, { perPerson: '4,5' })
  expect([await counted(at, '2027-01-01'), await ends(first)]).toEqual([['4.5'], '2026-12-31'])
})

it('the norm before goes on as far as its own words, its own end, and the next norm let it', async () => {
  const at = await office()
  const term = await published(at, { from: '2026-01-01', to: '2027-08-31', perPerson: '1' })
  const second = await published(at, { from: '2027-01-01', perPerson: '2' })
  const third = await published(at, { from: '2027-03-01', perPerson: '3' })
  await withdrawn(at, second)
  expect([await ends(term), await ends(third)], 'up to the eve of the next').toEqual(['2027-02-28', null])
  await withdrawn(at, third)
  expect(await ends(term), 'no longer than its act').toBe('2027-08-31')
  const fourth = await published(at, { from: '2027-05-01', perPerson: '4' })
  await at.authority.caller.billing.decideNorm({ normId: term, decision: 'END', lastDay: '2027-02-28', reason: 'The act has lapsed' })
  await withdrawn(at, fourth)
  expect(await ends(term), 'what a person ended stays ended').toBe('2027-02-28')
})

it('a reason of one\'s own confirms nothing: whoever has not seen that another proposed is told so', async () => {
  const at = await office()
  const normId = await published(at)
  await withdraw(at.other, normId, 'typed wrongly')
  const before = await db.sql('select * from consumption_norms where norm_id = $1', [normId])
  await expect(withdraw(at.authority, normId, 'of another town')).rejects.toMatchObject({ code: 'CONFLICT', message: 'norms.withdrawalProposed' })
  await expect(withdraw(at.authority, normId, 'typed wrongly'), 'also the same words').rejects.toThrow('norms.withdrawalProposed')
  await expect(withdraw(at.accountant, normId, 'of another town')).rejects.toThrow('norms.publisherOnly')
  expect(await db.sql('select * from consumption_norms where norm_id = $1', [normId])).toEqual(before)
})

it('who ended a norm is who did: nobody writes another name, and a norm that goes on names nobody, or who published the next', async () => {
  const at = await office()
  const first = await published(at, { from: '2026-01-01' })
  const ender = async () => (await db.sql<{ by: string | null }>('select ended_by::text as by from consumption_norms where norm_id = $1', [first]))[0]?.by
  const forge = (who: ActingPerson, id = first) => sql(who, `update consumption_norms set ended_by = '${who.personId}' where norm_id = '${id}'`)
  expect(await forge(at.accountant), 'the row is theirs to ask about').toBe(1)
  expect(await forge(at.other)).toBe(1)
  expect(await ender()).toBeNull()
  const second = await published(at, { from: '2027-01-01' })
  expect(await ender()).toBe(at.authority.personId)
  await forge(at.accountant)
  expect(await ender()).toBe(at.authority.personId)
  const { normId: third } = await at.accountant.caller.billing.draftNorm(normOf(at, { from: '2027-03-01' }))
  await at.other.caller.billing.decideNorm({ normId: third, decision: 'PUBLISH', lastDay: null, reason: null })
  await withdrawn(at, second)
  expect([await ends(first), await ender()]).toEqual(['2027-02-28', at.other.personId])
  await withdrawn(at, third)
  expect([await ends(first), await ender()]).toEqual([null, null])
  const drafted = newId()
  await sql(at.accountant, `insert into consumption_norms (norm_id, country, territory_prefix, service, per_person, unit, source, valid_from, drafted_by, ended_by)
    values ('${drafted}', 'KZ', '${at.territoryCode.slice(0, 4)}', 'GAS', 9, 'm3', 'a draft', '2027-01-01', '${at.accountant.personId}', '${at.other.personId}')`)
  await forge(at.accountant, drafted)
  expect(await db.sql('select ended_by from consumption_norms where norm_id = $1', [drafted]), 'nor of a draft').toEqual([{ ended_by: null }])
})

it('refused: no reason, whoever has no word in the place, a draft, what came with the release, and once its month has begun', async () => {
  const at = await office()
  const normId = await published(at, { from: '2026-12-15' })
  await expect(withdraw(at.other, normId)).rejects.toThrow('services.reasonNeeded')
  await expect(withdraw((await office()).authority, normId, 'typed wrongly')).rejects.toThrow('norms.publisherOnly')
  await expect(withdraw(at.other, newId(), 'typed wrongly')).rejects.toThrow('norms.notFound')
  const { normId: draft } = await at.accountant.caller.billing.draftNorm(normOf(at, { from: '2027-04-01' }))
  await expect(withdraw(at.other, draft, 'typed wrongly')).rejects.toThrow('norms.notPublished')
  const ours = newId()
  await db.sql(`insert into consumption_norms (norm_id, country, territory_prefix, service, per_person, unit, source, valid_from) values ($1, 'KZ', $2, 'GAS', 9, 'm3', 'the release', '2027-01-01')`, [ours, at.territoryCode.slice(0, 4)])
  await expect(withdraw(at.other, ours, 'typed wrongly')).rejects.toThrow('norms.notPublished')
  await withdraw(at.other, normId, 'typed wrongly')
  await setNow('2026-12-01T05:00:00Z')
  await expect(withdraw(at.authority, normId)).rejects.toMatchObject({ code: 'CONFLICT', message: 'norms.begun' })
  expect(await counted(at, '2027-01-01')).toContain('4.5')
})

it('the database refuses one hand, another text, a month that has begun, and a norm that goes on though none was withdrawn', async () => {
  const at = await office()
  const first = await published(at, { from: '2026-01-01' })
  const normId = await published(at, { from: '2026-12-01', perPerson: '5' })
  const set = (who: ActingPerson, what: string, id = normId) => sql(who, `update consumption_norms set ${what} where norm_id = '${id}'`)
  await expect(set(at.other, `withdrawal_reason = 'typed wrongly', withdrawal_by = '${at.other.personId}', per_person = 9`)).rejects.toThrow(/UY001|stays/)
  await set(at.other, `withdrawal_by = '${at.authority.personId}', withdrawal_reason = 'one hand', withdrawn_by = '${at.other.personId}', withdrawn_at = now()`)
  expect(await db.sql('select withdrawn_at as at, withdrawal_by::text as by from consumption_norms where norm_id = $1', [normId]), 'who asks is who acts, and asks only').toEqual([{ at: null, by: at.other.personId }])
  await expect(set(at.other, `withdrawn_at = now(), withdrawn_by = '${at.authority.personId}'`)).rejects.toThrow(/UY060|another person/)
  await expect(set(at.accountant, `withdrawn_at = now(), withdrawn_by = '${at.accountant.personId}'`), 'who drafted asks, the authority withdraws').rejects.toThrow(/42501|not theirs|row-level/)
  await expect(set(at.accountant, `valid_to = '2027-01-31'`), 'who drafted does not end').rejects.toThrow(/42501|not theirs/)
  await expect(set(at.authority, `valid_to = null`, first)).rejects.toThrow(/UY001|only ends/)
  await expect(set(at.authority, `own_to = '2030-01-01'`, first)).rejects.toThrow(/UY001|its own last day/)
  await setNow('2026-12-01T05:00:00Z')
  await expect(set(at.authority, `withdrawn_at = now(), withdrawn_by = '${at.authority.personId}'`)).rejects.toThrow(/UY064|may count/)
  expect(await ends(first)).toBe('2026-11-30')
})
