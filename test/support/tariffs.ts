import type { DraftTariffInput } from '#server/billing/tariffs/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

export type TariffOffice = { house: TestHouse; accountant: ActingPerson; authority: ActingPerson; territoryCode: string }

/** A place of its own: the accountant of a house there drafts, the authority publishes. */
export async function makeOffice(db: TestDatabase, territoryCode: string): Promise<TariffOffice> {
  await db.sql(`insert into legal_acts (act_id, country, kind, number, issued_on, title_ru, source) values ('act', 'KZ', 'ORDER', '7', '2026-01-10', 'Test', 'test') on conflict do nothing`)
  const house = await makeHouse(db, { country: 'KZ', flats: 1, territoryCode })
  return { house, territoryCode, accountant: await asAccountant(db, house), authority: await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: territoryCode.slice(0, 4) }, { kind: 'STAFF' }) }
}

export function draftOf({ territoryCode }: Pick<TariffOffice, 'territoryCode'>, change: Partial<DraftTariffInput> = {}): DraftTariffInput {
  return {
    tariffId: newId(), country: 'KZ', territoryPrefix: territoryCode.slice(0, 4), service: 'COLD_WATER', supplierId: null, customerClass: 'POPULATION', basis: 'VOLUME', price: '73,92', tiers: null, stove: null, metered: null,
    buildingMeter: null, privileged: null, months: null, vatMode: 'NET', vatRate: null, actId: 'act', newAct: null, source: 'The official gazette', note: '', validFrom: '2026-10-01', validTo: null, supersedes: [], ...change,
  }
}

/** Drafted by the accountant, published by the authority; its id. */
export async function published(office: TariffOffice, change: Partial<DraftTariffInput> = {}): Promise<string> {
  const { tariffId } = await office.accountant.caller.billing.draftTariff(draftOf(office, change))
  await office.authority.caller.billing.publishTariff({ tariffId })
  return tariffId
}
