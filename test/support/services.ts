import type { DraftServiceInput } from '#server/billing/services/schema.ts'
import { newId } from '#server/kernel/ids.ts'
import { arrangeServices } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

/** Two flats charged for cold water by their meters and for waste by person. */
export async function servedHouse(db: TestDatabase): Promise<TestHouse> {
  const house = await makeHouse(db, { flats: 2 })
  await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'WASTE', method: 'PERSON' }])
  return house
}

export const serviceDraft = ({ buildingId }: Pick<TestHouse, 'buildingId'>, change: Partial<DraftServiceInput> = {}): DraftServiceInput => ({
  buildingId, changeId: newId(), service: 'WASTE', from: '2026-12-01', method: 'FIXED', volumeOf: [], kinds: ['APARTMENT'], seasonal: false, commonSharedBy: null, ground: 'Minutes No 4 of 10.11.2026', ...change,
})
