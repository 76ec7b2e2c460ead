import type { DraftPenaltyInput } from '#server/billing/penalties/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

export type PenaltyOffice = { accountant: ActingPerson; authority: ActingPerson; place: ActingPerson }

/** Who drafts for a house of the country, the authority of the whole country, and one of a place in it. */
export async function makePenaltyOffice(db: TestDatabase): Promise<PenaltyOffice> {
  await db.sql(`insert into legal_acts (act_id, country, kind, number, issued_on, title_ru, source) values ('act', 'KZ', 'ORDER', '7', '2026-01-10', 'Test', 'test') on conflict do nothing`)
  const staff = { kind: 'STAFF' } as const
  return {
    accountant: await asAccountant(db, await makeHouse(db, { country: 'KZ', flats: 1 })),
    authority: await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, staff), place: await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: '75' }, staff),
  }
}

export const penaltyDraft = (change: Partial<DraftPenaltyInput> = {}): DraftPenaltyInput => ({
  ruleId: newId(), country: 'KZ', fund: 'CURRENT', payerKind: 'NATURAL', formula: 'DAILY', dailyPercent: '0,1', factor: null, capPercent: '50', actId: 'act', newAct: null, source: 'The official gazette', from: '2026-12-01', to: null, ...change,
})
