import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { normOf } from '#test/support/norms.ts'
import { makeOffice, type TariffOffice } from '#test/support/tariffs.ts'

let db: TestDatabase
let at: TariffOffice
let other: TariffOffice
beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  at = await makeOffice(db, '781110000')
  other = await makeOffice(db, '791110000')
})

describe('draft norm', () => {
  it('is kept as the act says it, in the unit of its service, and counts nothing yet; the same once more changes nothing', async () => {
    const input = normOf(at, { service: 'ELECTRICITY', perPerson: '90,5' })
    expect(await at.accountant.caller.billing.draftNorm(input)).toEqual({ normId: input.normId })
    expect(await at.accountant.caller.billing.draftNorm(input), 'the answer was lost').toEqual({ normId: input.normId })
    await expect(at.accountant.caller.billing.draftNorm({ ...input, perPerson: '91' })).rejects.toThrow('tariffs.draftedAlready')
    await expect(at.authority.caller.billing.draftNorm({ ...input, service: 'GAS' })).rejects.toThrow('tariffs.draftedAlready')
    const seen = async (who: ActingPerson) => (await who.caller.billing.norms()).rows.find(row => row.id === input.normId)
    expect(await seen(at.accountant)).toMatchObject({ state: 'DRAFT', perPerson: '90.5', unit: 'kWh', mine: true, mayPublish: false, verified: false })
    expect(await seen(at.authority)).toMatchObject({ mine: false, mayPublish: true })
    expect(await seen(other.accountant), 'a draft of another place').toBeUndefined()
    const [facts] = await db.sql<{ facts: { norms: unknown[] } }>(`select app.billing_place('KZ', '781110000', false, '2027-01') as facts`)
    expect(facts?.facts.norms).toEqual([])
    expect(await db.sql(`select person_id::text, ground from audit_entries where action = 'billing.draftNorm' and subject_id = $1`, [input.normId])).toEqual([{ person_id: at.accountant.personId, ground: 'act' }])
  })

  it('brings an act that was not known, which nobody has checked', async () => {
    const input = normOf(at, { actId: null, newAct: { kind: 'DECISION', number: '15', issuedOn: '2026-10-01', title: 'Norms of consumption', url: 'https://example.kz/15' } })
    await at.accountant.caller.billing.draftNorm(input)
    expect(await db.sql('select number, url, verified from legal_acts where act_id = $1', [`act-${input.normId}`])).toEqual([{ number: '15', url: 'https://example.kz/15', verified: false }])
  })

  it('refused: a place of others, a clerk, no such figure, crossed days, an unknown act', async () => {
    const draft = (who: ActingPerson, change: Parameters<typeof normOf>[1]) => who.caller.billing.draftNorm(normOf(at, change))
    await expect(draft(other.accountant, {})).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'tariffs.placeNotYours' })
    await expect(draft(await asClerk(db, await makeHouse(db, { country: 'KZ', flats: 1, territoryCode: '781110000' })), {})).rejects.toThrow('tariffs.placeNotYours')
    for (const perPerson of ['0', '-1', '10000', '4,5555', 'many']) await expect(draft(at.accountant, { perPerson }), perPerson).rejects.toThrow('norms.figureUnreadable')
    await expect(draft(at.accountant, { to: '2026-12-31' })).rejects.toThrow('tariffs.datesCrossed')
    await expect(draft(at.accountant, { actId: 'none' })).rejects.toThrow('tariffs.actUnknown')
  })

  it('nobody writes a norm past two people, also with their own statement', async () => {
    const sql = (who: ActingPerson, text: string) => openTransaction(who.request, ctx => ctx.db.$executeRawUnsafe(text))
    const row = (prefix: string, more: string) => `insert into consumption_norms (norm_id, country, territory_prefix, service, per_person, unit, source, valid_from, act_id, drafted_by, drafted_at${more === '' ? '' : ', published_at'})
      values ('${newId()}', 'KZ', '${prefix}', 'GAS', 9, 'm3', 'test', '2027-01-01', 'act', '${at.accountant.personId}', now()${more})`
    await expect(sql(at.accountant, row('7911', ''))).rejects.toThrow(/42501|row-level/)
    const { normId } = await at.accountant.caller.billing.draftNorm(normOf(at, { service: 'GAS' }))
    await expect(sql(at.accountant, `update consumption_norms set published_at = now() where norm_id = '${normId}'`)).rejects.toThrow(/UY060|who drafted|row-level/)
    await expect(sql(at.accountant, `update consumption_norms set per_person = 1 where norm_id = '${normId}'`)).rejects.toThrow(/UY001|do not change/)
    await sql(at.accountant, row('7811', ', now()'))
    expect(await db.sql(`select published_at from consumption_norms where source = 'test' and territory_prefix = '7811'`), 'published is what the second person publishes').toEqual([{ published_at: null }])
  })
})
