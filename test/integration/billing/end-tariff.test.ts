import { beforeAll, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import type { ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { draftOf, makeOffice, published, type TariffOffice } from '#test/support/tariffs.ts'

let db: TestDatabase
let office: TariffOffice
let other: TariffOffice
beforeAll(async () => {
  db = await testDatabase()
  office = await makeOffice(db, '641210000')
  other = await makeOffice(db, '651210000')
})

it('ends a published tariff, and may end it earlier still, never later', async () => {
  const tariffId = await published(office)
  const end = (lastDay: string) => office.authority.caller.billing.endTariff({ tariffId, lastDay, ground: 'Order 9 of 01.11.2026' })
  await end('2026-12-31')
  await end('2026-11-30')
  expect(await db.sql('select valid_to::text, ended_by::text from tariffs where tariff_id = $1', [tariffId])).toEqual([{ valid_to: '2026-11-30', ended_by: office.authority.personId }])
  expect(await db.sql(`select ground, before, after from audit_entries where action = 'billing.endTariff' and subject_id = $1 order by at limit 1`, [tariffId])).toEqual([{ ground: 'Order 9 of 01.11.2026', before: { validTo: null }, after: { validTo: '2026-12-31' } }])
  await expect(end('2026-12-01')).rejects.toMatchObject({ message: 'tariffs.endOutside' })
  await expect(end('2026-09-30')).rejects.toMatchObject({ message: 'tariffs.endOutside' })
})

it('refuses the body and the authority of elsewhere; and the database refuses any other change of what was published', async () => {
  const tariffId = await published(office, { service: 'GAS' })
  const input = { tariffId, lastDay: '2026-12-31', ground: 'Order 9' }
  for (const by of [office.accountant, other.authority]) await expect(by.caller.billing.endTariff(input)).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'tariffs.publisherOnly' })
  for (const change of ['price = 1', `valid_from = '2026-01-01'`, `source = 'another'`, `vat_mode = 'NONE'`, 'published_at = null', 'verified = true']) {
    await expect(openTransaction(office.authority.request, ctx => ctx.db.$executeRawUnsafe(`update tariffs set ${change} where tariff_id = '${tariffId}'`)), change).rejects.toThrow(/UY001|does not|do not|stays/)
  }
  await expect(openTransaction(office.authority.request, ctx => ctx.db.$executeRawUnsafe(`delete from tariffs where tariff_id = '${tariffId}'`))).rejects.toThrow(/permission denied/)
})

it('who ended a tariff is who did: neither its drafter nor its publisher writes a name, and a declined draft does not end', async () => {
  const sql = (who: ActingPerson, text: string) => openTransaction(who.request, ctx => ctx.db.$executeRawUnsafe(text))
  const forge = (who: ActingPerson, id: string) => sql(who, `update tariffs set ended_by = '${who.personId}' where tariff_id = '${id}'`)
  const ender = async (id: string) => (await db.sql<{ by: string | null }>('select ended_by::text as by from tariffs where tariff_id = $1', [id]))[0]?.by
  const { tariffId } = await office.accountant.caller.billing.draftTariff(draftOf(office, { service: 'SEWERAGE' }))
  expect(await forge(office.accountant, tariffId), 'the row is theirs to write').toBe(1)
  expect(await ender(tariffId)).toBeNull()
  await office.authority.caller.billing.publishTariff({ tariffId })
  expect(await forge(office.authority, tariffId)).toBe(1)
  expect(await ender(tariffId)).toBeNull()
  await office.authority.caller.billing.endTariff({ tariffId, lastDay: '2026-12-31', ground: 'Order 9' })
  await sql(office.authority, `update tariffs set ended_by = null where tariff_id = '${tariffId}'`)
  expect(await ender(tariffId)).toBe(office.authority.personId)
  const inserted = newId()
  await sql(office.accountant, `insert into tariffs (tariff_id, country, territory_prefix, service, customer_class, basis, unit, price, vat_mode, currency, source, valid_from, drafted_by, ended_by)
    values ('${inserted}', 'KZ', '${office.territoryCode.slice(0, 4)}', 'WASTE', 'POPULATION', 'PERSON', 'person', 9, 'NET', 'KZT', 'a draft', '2027-01-01', '${office.accountant.personId}', '${office.authority.personId}')`)
  expect(await ender(inserted), 'nor with the draft').toBeNull()
  await office.accountant.caller.billing.declineTariff({ tariffId: inserted, reason: 'typed wrongly' })
  await expect(sql(office.accountant, `update tariffs set valid_to = '2027-06-30' where tariff_id = '${inserted}'`)).rejects.toThrow(/UY001|only ends/)
})
