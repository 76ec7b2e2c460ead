import { newId } from '#server/kernel/ids.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { asAccountant, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

export const currentIban = 'KZ86125KZT5004100100'
export const savingsIban = 'KZ563190000012344567'

/** A house of two flats (60 and 40 m²), whoever keeps its money, and the owner of the first flat. */
export async function houseWithKeepers(db: TestDatabase, country: Country) {
  const house = await makeHouse(db, { country, flats: 2, areas: ['60.00', '40.00'] })
  const today = (await db.sql<{ day: string }>(`select app.today()::text as day`))[0]!.day
  return {
    house, today, manager: await asManager(db, house), accountant: await asAccountant(db, house), owner: await asOwner(db, house, house.premises[0]!),
    /** A bank account is written down; another person has yet to confirm it. */
    enterAccount: ({ caller }: ActingPerson, more: Record<string, unknown> = {}) => caller.statements.registerAccount({
      buildingId: house.buildingId, bankAccountId: newId(), fund: 'CURRENT', number: currentIban, bankName: 'Bank', validFrom: today, basis: 'Банкпен шарт № 1', ...more }),
  }
}
