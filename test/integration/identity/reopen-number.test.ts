import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { phoneKey } from '#server/identity/codes/keys.ts'
import { numberOpened, numberOpenedPayload } from '#server/identity/events.ts'
import { asAccountant, asChair, asClerk, asCouncil, asManager, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { holdShape } from '#test/support/events.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 12 })
})
// What was announced has the promised shape.
afterAll(() => holdShape(db, numberOpened, numberOpenedPayload))

const shut = (phone: string) => db.sql(`insert into auth.closed_numbers (phone_key, closed_at, phone) values ($1, date_trunc('milliseconds', now()), $2)`, [phoneKey(phone), phone])
const isOpen = async (phone: string) => (await db.sql(`select 1 from auth.closed_numbers where phone = $1 and opened_at is null`, [phone])).length === 0
const ask = (phone: string) => createCaller({ request: freshBrowser() }).identity.requestCode({ phone }).then(() => 'sent', (error: Error) => error.message)

async function shutOwner(index: number) {
  const unit = house.premises[index]!
  const owner = await asOwner(db, house, unit)
  await shut(owner.phone)
  const input = { numberKey: phoneKey(owner.phone), buildingId: house.buildingId, premisesId: unit.premisesId, ownerId: unit.ownerId, documentType: 'ID_CARD' as const, documentNumber: 'N 0412 33-21' }
  return { owner, unit, input }
}

describe('a number shut after a hundred wrong codes is opened by two people who saw the paper (identity 1.2, 1.6)', () => {
  it('the first word waits, the second opens, and the person signs in again', async () => {
    const { owner, unit, input } = await shutOwner(0)
    const [chair, manager] = [await asChair(db, house), await asManager(db, house)]
    expect(await ask(owner.phone)).toBe('identity.phoneClosed')
    const listed = (await chair.caller.identity.shutNumbers()).find(each => each.numberKey === input.numberKey)
    expect(listed).toMatchObject({ mine: false, places: [{ premisesId: unit.premisesId, role: 'OWNER', said: false, owners: [{ ownerId: unit.ownerId }] }] })
    expect(JSON.stringify(listed)).not.toContain(owner.phone.slice(4))
    expect(await chair.caller.identity.reopenNumber(input)).toEqual({ state: 'WAITING_SECOND' })
    expect(await ask(owner.phone)).toBe('identity.phoneClosed')
    expect((await manager.caller.identity.shutNumbers()).find(each => each.numberKey === input.numberKey)?.places).toMatchObject([{ said: true, byMe: false }])
    expect(await manager.caller.identity.reopenNumber({ ...input, documentNumber: 'n04123321' })).toEqual({ state: 'OPENED' })
    expect((await signIn(freshBrowser(), owner.phone)).personId).toBe(owner.personId)
    expect((await chair.caller.identity.shutNumbers()).map(each => each.numberKey)).not.toContain(input.numberKey)
    const trail = await db.sql<{ person_id: string; after: { verdict: string } }>(`select person_id, after from audit_entries where action = 'identity.reopenNumber' and subject_id = $1 order by at`, [input.numberKey])
    expect(trail.map(each => [each.person_id, each.after.verdict])).toEqual([[chair.personId, 'FIRST'], [manager.personId, 'OPENED']])
    const [event] = await db.sql<{ payload: unknown }>(`select payload from event_queue where name = '${numberOpened}' and building_id = $1`, [house.buildingId])
    expect(event?.payload).toEqual({ premisesId: unit.premisesId, personIds: [owner.personId], unit: unit.number })
    const kept = JSON.stringify(await db.sql('select * from number_reopenings'))
    expect(kept).not.toContain('3321')
    expect(kept).not.toContain(owner.phone)
  })

  it('counts the hundred anew after the opening, and what was wrong today does not lock it', async () => {
    const { owner, input } = await shutOwner(1)
    await db.sql(`insert into auth.code_tries select gen_random_uuid(), now() - interval '1 hour', $1, '', false from generate_series(1, 100)`, [input.numberKey])
    for (const person of [await asChair(db, house), await asCouncil(db, house)]) await person.caller.identity.reopenNumber(input)
    const browser = freshBrowser()
    const sent = await createCaller({ request: browser }).identity.requestCode({ phone: owner.phone })
    expect(sent.sent).toBe(true)
    const { openSession } = await import('#server/identity/open-session.ts')
    await expect(openSession(browser, { code: String((Number(sent.demoCode) + 1) % 1_000_000).padStart(6, '0') })).rejects.toMatchObject({ code: 'identity.codeWrong' })
    expect(await isOpen(owner.phone)).toBe(true)
  })

  it('opens the number of an owner who stands in the register alone, and that of a tenant on a personal paper', async () => {
    const unit = house.premises[2]!
    const phone = freshPhone()
    await db.sql('update owners set phone = $1 where building_id = $2 and owner_id = $3', [phone, house.buildingId, unit.ownerId])
    await shut(phone)
    const [first, second] = [await asCouncil(db, house), await asCouncil(db, house)]
    const paper = { documentType: 'TITLE' as const, documentNumber: '7-77' }
    const input = { numberKey: phoneKey(phone), buildingId: house.buildingId, premisesId: unit.premisesId, ...paper }
    await expect(first.caller.identity.reopenNumber(input)).rejects.toMatchObject({ message: 'identity.ownerNotRegistered' })
    await first.caller.identity.reopenNumber({ ...input, ownerId: unit.ownerId })
    expect(await second.caller.identity.reopenNumber({ ...input, ownerId: unit.ownerId })).toEqual({ state: 'OPENED' })
    const tenant = await asTenant(db, house, house.premises[3]!)
    await shut(tenant.phone)
    const theirs = { ...input, numberKey: phoneKey(tenant.phone), premisesId: house.premises[3]!.premisesId }
    await expect(first.caller.identity.reopenNumber(theirs)).rejects.toMatchObject({ message: 'identity.personalPaper' })
    await first.caller.identity.reopenNumber({ ...theirs, documentType: 'PASSPORT' })
    expect(await second.caller.identity.reopenNumber({ ...theirs, documentType: 'PASSPORT' })).toEqual({ state: 'OPENED' })
    expect(await ask(tenant.phone)).toBe('sent')
  })

  it('refuses the same person twice, another paper, oneself, a new device and a member who is not confirmed', async () => {
    const { owner, input } = await shutOwner(4)
    const [chair, member] = [await asChair(db, house), await asCouncil(db, house)]
    await chair.caller.identity.reopenNumber(input)
    await expect(chair.caller.identity.reopenNumber(input)).rejects.toMatchObject({ message: 'identity.secondPersonNeeded' })
    await expect(member.caller.identity.reopenNumber({ ...input, documentNumber: '999' })).rejects.toMatchObject({ message: 'identity.wordsDiffer' })
    await expect(member.caller.identity.reopenNumber({ ...input, ownerId: house.premises[5]!.ownerId })).rejects.toMatchObject({ message: 'identity.ownerNotRegistered' })
    await db.sql(`insert into auth.grants (grant_id, person_id, role, scope_type, scope_id, building_id, level) values (gen_random_uuid(), $1, 'CHAIR', 'BUILDING', $2::text, $2::uuid, 2)`, [owner.personId, house.buildingId])
    await expect(owner.caller.identity.reopenNumber(input)).rejects.toMatchObject({ message: 'identity.ownNumber' })
    await db.sql('update auth.grants set level = 1 where grant_id = $1', [member.grantId])
    await expect(member.caller.identity.reopenNumber(input)).rejects.toMatchObject({ message: 'identity.memberNotConfirmed' })
    await db.sql(`update auth.grants set level = 2 where grant_id = $1`, [member.grantId])
    await db.sql(`update auth.sessions set fresh_until = now() + interval '1 hour' where person_id = $1`, [member.personId])
    await expect(member.caller.identity.reopenNumber(input)).rejects.toMatchObject({ message: 'identity.deviceTooNew' })
    expect(await isOpen(owner.phone)).toBe(false)
  })

  it('a word about an earlier closing does not count for a later one', async () => {
    const { owner, input } = await shutOwner(6)
    const [chair, member, third] = [await asChair(db, house), await asCouncil(db, house), await asCouncil(db, house)]
    await chair.caller.identity.reopenNumber(input)
    await member.caller.identity.reopenNumber(input)
    await db.sql(`insert into auth.closed_numbers (phone_key, closed_at, phone) values ($1, date_trunc('milliseconds', now() + interval '1 minute'), $2)`, [input.numberKey, owner.phone])
    expect(await third.caller.identity.reopenNumber(input)).toEqual({ state: 'WAITING_SECOND' })
    expect(await isOpen(owner.phone)).toBe(false)
  })

  it('three at the same moment open it once', async () => {
    const { owner, input } = await shutOwner(7)
    const people = [await asCouncil(db, house), await asManager(db, house), await asChair(db, house)]
    const results = await Promise.allSettled(people.map(person => person.caller.identity.reopenNumber(input)))
    expect(results.map(result => (result.status === 'fulfilled' ? result.value.state : 'REFUSED')).sort()).toEqual(['OPENED', 'REFUSED', 'WAITING_SECOND'])
    expect(await db.sql<{ n: number }>('select cardinality(opened_by) as n from auth.closed_numbers where phone = $1', [owner.phone])).toEqual([{ n: 2 }])
  })

  it('is forbidden to neighbours and to the call centre, and not found from a twin house', async () => {
    const { input } = await shutOwner(8)
    const neighbour = await asOwner(db, house, house.premises[9]!)
    for (const person of [neighbour, await asClerk(db, house), await asAccountant(db, house)]) {
      await expect(person.caller.identity.reopenNumber(input)).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await expect(person.caller.identity.shutNumbers()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    }
    await expect(asStranger().caller.identity.reopenNumber(input)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const twin = await makeHouse(db)
    for (const foreign of [await asChair(db, twin), await asManager(db, twin)]) {
      await expect(foreign.caller.identity.reopenNumber(input)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(foreign.caller.identity.reopenNumber({ ...input, buildingId: twin.buildingId, premisesId: twin.premises[0]!.premisesId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(await foreign.caller.identity.shutNumbers()).toEqual([])
    }
    const { openTransaction } = await import('#server/infra/context.ts')
    for (const request of [neighbour.request, (await asChair(db, house)).request]) {
      await expect(openTransaction(request, ctx => ctx.db.$queryRaw`select auth.open_number('x', now(), null, array[gen_random_uuid(), gen_random_uuid()])`)).rejects.toThrow(/only for/)
    }
  })
})
