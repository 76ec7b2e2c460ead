import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createOutbox, type Answer, type EntryContent, type EntryMeta, type OutboxPorts } from '#app/_client/outbox.ts'
import { newId } from '#server/kernel/ids.ts'
import { asOwner, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeMeter, readingOf, type TestMeter } from '#test/integration/meters/support.ts'

// The phone's own outbox against the real procedure: what goes out may be lost on the way there, lost on the
// way back, arrive twice, late, or after its younger sister. None lost, none doubled (issue, section 7).
let db: TestDatabase
let house: TestHouse
let owner: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  owner = await asOwner(db, house, house.premises[0] ?? { premisesId: '' })
})

type Schedule = readonly [values: readonly number[], fates: readonly Fate[]]
type Fate = 'arrives' | 'lost' | 'answerLost' | 'twice' | 'late'

function memoryStore(): OutboxPorts['store'] {
  const held = new Map<string, { meta: EntryMeta; content: EntryContent }>()
  return {
    add: async (meta, content) => void held.set(meta.id, { meta, content }),
    metas: async personKey => [...held.values()].map(each => each.meta).filter(meta => meta.personKey === personKey),
    content: async id => held.get(id)?.content ?? null,
    change: async (id, decide) => {
      const entry = held.get(id)
      const decided = entry ? decide(entry.meta) : undefined
      if (decided === null) held.delete(id)
      else if (decided && entry) held.set(id, { ...entry, meta: decided })
      return decided ?? null
    },
  }
}

async function runSchedule(meter: TestMeter, [values, given]: Schedule): Promise<string[]> {
  let fates = given
  const onTheWay: (() => Promise<unknown>)[] = []
  const deliver = (content: EntryContent) => owner.caller.meters.submitReading(content.input as ReturnType<typeof readingOf>)
  let at = 0
  const send = async (_: EntryMeta, content: EntryContent): Promise<Answer> => {
    const fate = fates[at % fates.length] ?? 'arrives'
    at += 1
    if (fate === 'lost') return { kind: 'unreachable' }
    if (fate === 'late') {
      onTheWay.push(() => deliver(content))
      return { kind: 'unreachable' }
    }
    const result = await deliver(content)
    if (fate === 'twice') await deliver(content)
    return fate === 'answerLost' ? { kind: 'unreachable' } : { kind: 'accepted', result }
  }
  const outbox = createOutbox({ store: memoryStore(), send, confirmPerson: async () => 'me', now: () => at, alone: work => work(), changed: () => undefined })
  const ids = values.map(() => newId())
  for (const [index, id] of ids.entries()) {
    const input = { ...readingOf(meter, String(values[index])), readingId: id, ifAsked: 'KEEP' as const }
    await outbox.add({ id, personKey: 'me', path: 'meters.submitReading', label: 'x', input, photos: [], photoField: null })
    if (index % 2 === 0) await outbox.flush()
  }
  // The network comes back for good, and what was under way arrives after all, in any order.
  for (let round = 0; round < 6; round += 1) await outbox.flush()
  for (const arrive of onTheWay.reverse()) await arrive()
  fates = ['arrives']
  while ((await outbox.list('me')).some(meta => meta.state === 'waiting' || meta.state === 'sending')) await outbox.flush()
  return ids
}

const fates = ['arrives', 'lost', 'answerLost', 'twice', 'late'] as const
const schedule = fc.tuple(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 2 }),
  fc.array(fc.constantFrom<Fate>(...fates), { minLength: 1, maxLength: 8 }))
const lanes = 10
const perMeter = 20

describe('1,000 random schedules against the server', () => {
  it('lose nothing and double nothing', async () => {
    const schedules = fc.sample(schedule, { numRuns: 1000, seed: 20_261_124 })
    const sent = new Map<string, string[]>()
    await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
      let meter: TestMeter | null = null
      for (const [index, each] of schedules.slice(lane * schedules.length / lanes, (lane + 1) * schedules.length / lanes).entries()) {
        if (meter === null || index % perMeter === 0) meter = await makeMeter(db, house, house.premises[0] ?? null, { start: ['1'] })
        sent.set(meter.meterId, [...(sent.get(meter.meterId) ?? []), ...await runSchedule(meter, each)])
      }
    }))
    for (const [meterId, ids] of sent) {
      const stored = await db.sql<{ reading_id: string }>(`select reading_id from readings where meter_id = $1 and source = 'RESIDENT'`, [meterId])
      expect(stored.map(row => row.reading_id).toSorted()).toEqual(ids.toSorted())
      const [sum] = await db.sql<{ counted: string; risen: string }>(`select sum(consumption)::text as counted, (max(register_values[1]) filter (where state = 'ACCEPTED') - 1)::text as risen
        from readings where meter_id = $1`, [meterId])
      expect(sum?.counted).toBe(sum?.risen)
    }
    expect([...sent.values()].flat().length).toBeGreaterThanOrEqual(1000)
  }, 240_000)
})
