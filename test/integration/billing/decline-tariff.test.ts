import { beforeAll, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { draftOf, makeOffice, published, type TariffOffice } from '#test/support/tariffs.ts'
import { asManager } from '#test/support/actors.ts'

let db: TestDatabase
let office: TariffOffice
beforeAll(async () => {
  db = await testDatabase()
  office = await makeOffice(db, '631210000')
})

it('is sent back by the authority or taken back by its drafter, with the reason in the trail, and stays so', async () => {
  for (const [by, state] of [[office.authority, 'DECLINED'], [office.accountant, 'TAKEN_BACK']] as const) {
    const { tariffId } = await office.accountant.caller.billing.draftTariff(draftOf(office))
    await by.caller.billing.declineTariff({ tariffId, reason: 'The act says another figure' })
    expect((await office.accountant.caller.billing.tariff({ tariffId })).tariff).toMatchObject({ state, declinedReason: 'The act says another figure' })
    expect(await db.sql(`select ground from audit_entries where action = 'billing.declineTariff' and subject_id = $1`, [tariffId])).toEqual([{ ground: 'The act says another figure' }])
    await expect(office.authority.caller.billing.publishTariff({ tariffId })).rejects.toThrow('tariffs.notADraft')
  }
})

it('refuses a colleague who neither drafted nor publishes, and one that is published', async () => {
  const { tariffId } = await office.accountant.caller.billing.draftTariff(draftOf(office))
  await expect((await asManager(db, office.house)).caller.billing.declineTariff({ tariffId, reason: 'No' + ' reason' })).rejects.toThrow('tariffs.publisherOnly')
  const done = await published(office)
  await expect(office.authority.caller.billing.declineTariff({ tariffId: done, reason: 'Too late' })).rejects.toThrow('tariffs.notADraft')
})
