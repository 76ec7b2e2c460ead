import type { DraftAllocationInput } from '#server/billing/allocation/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

export type AllocationOffice = { first: ActingPerson; second: ActingPerson; place: ActingPerson; accountant: ActingPerson }

/** Two people of the authority of a whole country, the authority of a place in it, and an accountant of a house. */
export async function makeAllocationOffice(db: TestDatabase): Promise<AllocationOffice> {
  await db.sql(`insert into legal_acts (act_id, country, kind, number, issued_on, title_ru, source) values ('act', 'UZ', 'LAW', '7', '2026-01-10', 'Test', 'test') on conflict do nothing`)
  const staff = { kind: 'STAFF' } as const
  return {
    first: await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'UZ' }, staff), second: await asPerson(db, { role: 'INSPECTOR', scopeType: 'COUNTRY', scopeId: 'UZ' }, staff),
    place: await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: '1726' }, staff), accountant: await asAccountant(db, await makeHouse(db, { country: 'UZ', flats: 1 })),
  }
}

export const allocationOf = (change: Partial<DraftAllocationInput> = {}): DraftAllocationInput => ({
  draftId: newId(), country: 'UZ', from: '2026-12-01', fundOrder: ['SAVINGS', 'CURRENT', 'UTILITIES', 'TARGETED', 'PROGRAMME', 'PENALTY'], advanceFund: 'CURRENT', actId: 'act', newAct: null, source: 'The official gazette', ...change,
})
