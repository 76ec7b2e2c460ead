import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'

export type Scene = { db: TestDatabase; house: TestHouse; twin: TestHouse; unit: TestPremises; owner: ActingPerson; neighbour: ActingPerson; neighbourUnit: TestPremises; clerk: ActingPerson; manager: ActingPerson; twinOwner: ActingPerson; twinManager: ActingPerson }

/** Friday 4 September 2026, ten in the morning, in two Uzbek houses. */
export async function scene(country: 'UZ' | 'KZ' = 'UZ'): Promise<Scene> {
  const db = await testDatabase()
  await setNow('2026-09-04T05:00:00Z')
  const [house, twin] = [await makeHouse(db, { country }), await makeHouse(db, { country })]
  const unit = flat(house, 0)
  const neighbourUnit = flat(house, 1)
  return {
    db, house, twin, unit, neighbourUnit, owner: await asOwner(db, house, unit), neighbour: await asOwner(db, house, neighbourUnit), clerk: await asClerk(db, house), manager: await asManager(db, house),
    twinOwner: await asOwner(db, twin, flat(twin, 0)), twinManager: await asManager(db, twin),
  }
}

function flat(house: TestHouse, index: number): TestPremises {
  const unit = house.premises[index]
  if (!unit) throw new Error('no flat')
  return unit
}

export function requestOf({ house, unit }: Pick<Scene, 'house' | 'unit'>, change: Record<string, unknown> = {}) {
  return {
    requestId: newId(), buildingId: house.buildingId, premisesId: unit.premisesId, category: 'WATER' as const, place: 'BASEMENT' as const, text: 'Вода в подвале', photos: [] as string[],
    submittedAt: '2026-09-04T05:00:00.000Z', emergency: false, ...change,
  }
}

export async function fileOne(from: Scene, change: Record<string, unknown> = {}): Promise<{ buildingId: string; requestId: string; number: number }> {
  const { buildingId, requestId, number } = await from.owner.caller.requests.fileRequest(requestOf(from, change))
  return { buildingId, requestId, number }
}

/** Filed, assigned to the house's own management and reported done. */
export async function doneOne(from: Scene): Promise<{ buildingId: string; requestId: string }> {
  const about = await fileOne(from)
  await from.clerk.caller.requests.assignRequest({ ...about, organisationId: from.house.organisationId })
  await from.manager.caller.requests.reportDone({ ...about, text: 'Откачали воду, заменили кран' })
  return about
}

export async function stateOf(db: TestDatabase, requestId: string): Promise<unknown> {
  return (await db.sql<{ state: string }>('select state from requests where request_id = $1', [requestId]))[0]?.state
}

export async function eventsOf(db: TestDatabase, requestId: string): Promise<string[]> {
  return (await db.sql<{ event: string }>('select event from request_events where request_id = $1 order by seq', [requestId])).map(row => row.event)
}

/** The domain code of a refusal, or what came back when there was none. */
export async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return await attempt
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause
    return cause?.code ?? error
  }
}
