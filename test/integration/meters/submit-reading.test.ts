import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asOwner, asStranger, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { codeOf, makeMeter, readingOf, type TestMeter } from '#test/integration/meters/support.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let owner: ActingPerson
let meter: TestMeter

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db)
  twin = await makeHouse(db)
  const unit = house.premises[0]
  if (!unit) throw new Error('no flat')
  owner = await asOwner(db, house, unit)
  meter = await makeMeter(db, house, unit)
})

async function rows(readingId: string) {
  return db.sql<Record<string, unknown>>('select state, consumption::text, period, late, source, flags, confirmed, premises_id from readings where reading_id = $1', [readingId])
}

describe('submitReading', () => {
  it('stores what an owner sends, counts it, traces it and announces it', async () => {
    const input = readingOf(meter, '00482')
    const result = await owner.caller.meters.submitReading(input)
    expect(result).toMatchObject({ readingId: input.readingId, values: ['482'], consumption: '11', period: '2026-11', late: false, state: 'ACCEPTED', flags: [] })
    expect(await rows(input.readingId)).toMatchObject([{ source: 'RESIDENT', premises_id: meter.premisesId }])
    const audit = await db.sql('select person_id, action from audit_entries where subject_id = $1', [input.readingId])
    expect(audit).toEqual([{ person_id: owner.personId, action: 'meters.submitReading' }])
    const events = await db.sql<{ payload: Record<string, unknown> }>(`select payload from event_queue where name = 'meters.readingSubmitted' and payload ->> 'readingId' = $1`, [input.readingId])
    expect(events).toMatchObject([{ payload: { shown: '00482', period: '2026-11', personId: owner.personId, state: 'ACCEPTED' } }])
  })

  it('answers the stored reading to the same id and content, and a conflict to other content', async () => {
    const own = await makeMeter(db, house, house.premises[0] ?? null)
    const input = readingOf(own, '475')
    const first = await owner.caller.meters.submitReading(input)
    expect(await owner.caller.meters.submitReading(input)).toEqual(first)
    expect(await codeOf(owner.caller.meters.submitReading({ ...input, values: ['476'] }))).toBe('meters.readingIdTaken')
    expect(await rows(input.readingId)).toHaveLength(1)
  })

  it('twenty copies at once make one reading', async () => {
    const own = await makeMeter(db, house, house.premises[0] ?? null)
    const input = readingOf(own, '480')
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.caller.meters.submitReading(input)))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(await db.sql('select consumption::text from readings where meter_id = $1 and consumption > 0', [own.meterId])).toEqual([{ consumption: '9.000' }])
  })

  it('asks about a lower value, keeps it flagged when confirmed, and goes on counting from the last counted one', async () => {
    const own = await makeMeter(db, house, house.premises[0] ?? null)
    expect(await codeOf(owner.caller.meters.submitReading(readingOf(own, '417')))).toBe('meters.askLowerThanLast')
    expect(await owner.caller.meters.submitReading(readingOf(own, '417', { confirmed: ['lowerThanLast'] }))).toMatchObject({ state: 'FLAGGED', consumption: null, flags: ['lowerThanLast'] })
    expect(await owner.caller.meters.submitReading(readingOf(own, '480'))).toMatchObject({ consumption: '9' })
  })

  it('keeps from the outbox what it would have asked about, without counting it', async () => {
    const own = await makeMeter(db, house, house.premises[0] ?? null)
    expect(await owner.caller.meters.submitReading(readingOf(own, '990', { ifAsked: 'KEEP' }))).toMatchObject({ state: 'FLAGGED', flags: ['jump'] })
    expect(await owner.caller.meters.submitReading(readingOf(own, '990', { confirmed: ['jump'] }))).toMatchObject({ state: 'ACCEPTED', consumption: '519' })
  })

  it('takes a reading older than the last one into the history without counting it', async () => {
    const own = await makeMeter(db, house, house.premises[0] ?? null)
    await owner.caller.meters.submitReading(readingOf(own, '482'))
    expect(await owner.caller.meters.submitReading(readingOf(own, '476', { takenOn: '2026-11-10' }))).toMatchObject({ state: 'FLAGGED', flags: ['olderThanLast'] })
  })

  it('lets a tenant and a clerk in, the clerk with the caller and the reason', async () => {
    const unit = house.premises[1]
    if (!unit) throw new Error('no flat')
    const own = await makeMeter(db, house, unit)
    const tenant = await asTenant(db, house, unit)
    expect(await tenant.caller.meters.submitReading(readingOf(own, '473'))).toMatchObject({ state: 'ACCEPTED' })
    const clerk = await asClerk(db, house)
    expect(await codeOf(clerk.caller.meters.submitReading(readingOf(own, '475')))).toBe('meters.callerNeeded')
    const input = readingOf(own, '475', { onBehalf: { callerName: 'A. Sadykova', reason: 'called at 14:05' } })
    await clerk.caller.meters.submitReading(input)
    expect(await rows(input.readingId)).toMatchObject([{ source: 'CLERK' }])
    expect(await db.sql('select ground from audit_entries where subject_id = $1', [input.readingId])).toEqual([{ ground: 'A. Sadykova: called at 14:05' }])
  })

  it('refuses a neighbour, the twin house, its staff and a stranger as if the meter did not exist; nothing is stored', async () => {
    const unit = twin.premises[0]
    const other = house.premises[2]
    if (!unit || !other) throw new Error('no flat')
    for (const person of [await asOwner(db, house, other), await asOwner(db, twin, unit), await asClerk(db, twin)]) {
      const input = readingOf(meter, '483')
      expect(await codeOf(person.caller.meters.submitReading(input))).toBe('meters.meterNotFound')
      expect(await codeOf(person.caller.meters.history(meter))).toBe('meters.meterNotFound')
      expect(await rows(input.readingId)).toEqual([])
    }
    expect(await codeOf(asStranger().caller.meters.submitReading(readingOf(meter, '483')))).toBe('common.signInNeeded')
  })

  it('does not let somebody else take an id, nor see whose it is', async () => {
    const unit = twin.premises[1]
    if (!unit) throw new Error('no flat')
    const stranger = await asOwner(db, twin, unit)
    const theirs = await makeMeter(db, twin, unit)
    const taken = (await db.sql<{ reading_id: string }>('select reading_id from reading_ids where building_id = $1 limit 1', [house.buildingId]))[0]
    expect(await codeOf(stranger.caller.meters.submitReading(readingOf(theirs, '480', { readingId: taken?.reading_id ?? newId() })))).toBe('meters.readingIdTaken')
  })

  it('shows my meters with the last reading and the usual range, and the flats without readings to the council', async () => {
    const mine = await owner.caller.meters.listMine()
    expect(mine.find(each => each.meterId === meter.meterId)).toMatchObject({ last: { values: ['482'], takenOn: '2026-11-24' }, flat: '1', window: { fromDay: 20, toDay: 30 } })
    expect((await owner.caller.meters.history(meter)).at(-1)).toMatchObject({ period: '2026-11', consumption: '11', shown: ['482'] })
  })
})
