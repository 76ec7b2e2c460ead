import { beforeAll, describe, expect, it } from 'vitest'
import { emit } from '#server/infra/event-queue.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { consumeEvents, handlersOf } from '#server/infra/jobs.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { jobs } from '#server/notifications/jobs.ts'
import { asOwner, asStranger, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { repairWorld, scan } from '#test/support/repairs.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let tenant: ActingPerson
let neighbour: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  owner = await asOwner(db, house, house.premises[0]!)
  tenant = await asTenant(db, house, house.premises[0]!)
  neighbour = await asOwner(db, house, house.premises[1]!)
})

const handlers = handlersOf([jobs])
async function announce(name: string, payload: Record<string, unknown>, buildingId = house.buildingId) {
  await serviceTransaction('worker', ctx => emit(ctx, { name, buildingId, payload }))
  while (await consumeEvents(handlers) > 0);
}
const letters = async (person: { caller: ActingPerson['caller'] }) => (await person.caller.notifications.inbox({})).letters

describe('letters', () => {
  it('to a flat reach everybody with a live right on it, with the date of receipt (003 clause 30)', async () => {
    await announce('meters.readingSubmitted', { premisesId: house.premises[0]!.premisesId, service: 'COLD_WATER', serial: '4471', shown: '00482', period: '2026-11', state: 'ACCEPTED' })
    for (const person of [owner, tenant]) {
      const [letter] = await letters(person)
      expect(letter).toMatchObject({ template: 'readingSubmitted', link: 'meters', readAt: null, params: { shown: '00482' } })
      expect(letter?.receivedAt).toBeInstanceOf(Date)
    }
    expect(await letters(neighbour)).toEqual([])
  })

  it('do not reach a person whose right has ended', async () => {
    const gone = await asTenant(db, house, house.premises[0]!)
    await db.sql(`update auth.grants set ended_at = now(), ended_ground = 'TERM_EXPIRED' where grant_id = $1`, [gone.grantId])
    await announce('payments.posted', { premisesId: house.premises[0]!.premisesId, amount: '1842000', currency: 'KZT', number: '5000000017' })
    expect(await letters(gone)).toEqual([])
    expect((await letters(owner))[0]?.template).toBe('paymentPosted')
  })

  it('to the house reach all its flats once, and nobody of the twin house', async () => {
    const twin = await makeHouse(db)
    const foreign = await asOwner(db, twin, twin.premises[0]!)
    await announce('meetings.announced', { meetingId: newId(), number: 3, title: { uz: 'Tom', kk: 'Шатыр', ru: 'Крыша' }, opensAt: '2026-11-20T05:00:00Z', closesAt: '2026-11-30T05:00:00Z', questions: 2 })
    for (const person of [owner, tenant, neighbour]) expect((await letters(person)).filter(letter => letter.template === 'meetingAnnounced')).toHaveLength(1)
    expect(await letters(foreign)).toEqual([])
  })

  it('one event heard again is one letter', async () => {
    const payload = { personIds: [owner.personId], device: 'Android, Chrome', fresh: true }
    await announce('identity.deviceAdded', payload, '00000000-0000-0000-0000-000000000000')
    await db.sql(`update event_queue set handled_at = null, next_try_at = now() where name = 'identity.deviceAdded'`)
    while (await consumeEvents(handlers) > 0);
    expect((await letters(owner)).filter(letter => letter.template === 'deviceAdded')).toHaveLength(1)
  })

  it('SMS goes out for danger only', async () => {
    const before = await db.sql('select 1 from messages where person_id is not null')
    const request = { requestId: newId(), number: 12, emergency: true, event: 'assign', state: 'ROUTED', note: '', dueOn: '2026-11-20', personIds: [owner.personId], premisesIds: [] }
    await announce('requests.requestMoved', { ...request, emergency: false })
    expect(await db.sql('select 1 from messages where person_id is not null')).toHaveLength(before.length)
    await announce('requests.requestMoved', request)
    const [message] = await db.sql<{ priority: string; person_id: string }>('select priority, person_id from messages where person_id is not null')
    expect(message).toMatchObject({ priority: 'EMERGENCY', person_id: owner.personId })
  })

  it('are refused to a stranger and come by pages', async () => {
    await expect(asStranger().caller.notifications.inbox({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await db.sql(`insert into inbox_messages (building_id, person_id, message_id, dedupe_key, template, happened_at, received_at)
      select $1, $2, gen_random_uuid(), 'page ' || n, 'billsIssued', now(), now() from generate_series(1, 40) n`, [house.buildingId, neighbour.personId])
    const first = await neighbour.caller.notifications.inbox({})
    expect(first).toMatchObject({ more: true })
    const second = await neighbour.caller.notifications.inbox({ before: first.letters.at(-1)!.messageId })
    expect(second.more).toBe(false)
    expect(new Set([...first.letters, ...second.letters].map(letter => letter.messageId)).size).toBe(first.letters.length + second.letters.length)
  })
})

describe('letters of a repair', () => {
  it('what changes for the house reaches all of it once, in the person\'s own language; money that goes back, the flat alone', async () => {
    const world = await repairWorld(db)
    const mine = async (person: ActingPerson) => (await letters(person)).filter(letter => letter.template.startsWith('repair')).map(letter => letter.template).toReversed()
    const drain = async () => { while (await consumeEvents(handlers) > 0); }
    const key = await world.collecting('Tom')
    await world.payAll(key)
    await world.approve(key, 800_000n)
    const stageId = newId()
    await world.stage(key, { stageId })
    await world.start(key)
    await world.act({ ...key, stageId })
    await world.manager.caller.repairs.closeStage({ ...key, stageId, completedOn: world.today, act: '3', photos: [scan] })
    await world.manager.caller.repairs.moveProgramme({ ...key, event: 'finishWork', ground: 'Dalolatnoma 9' })
    const premisesId = world.house.premises[0]!.premisesId
    const { refundId } = await world.accountant.caller.repairs.requestRefund({ ...key, refundId: newId(), premisesId, amount: 36_000n, application: 'Ariza 5, 2026-11-20' })
    for (let i = 0; i < 2; i += 1) await world.manager.caller.repairs.approveRefund({ buildingId: key.buildingId, refundId, ground: 'Topshiriqnoma 81' })
    await drain()
    await db.sql(`update event_queue set handled_at = null, next_try_at = now() where name like 'repairs.%'`)
    await drain()
    const house = ['repairApproved', 'repairVersion', 'repairStarted', 'repairStage', 'repairDone']
    expect(await mine(world.owners[1])).toEqual(house)
    expect(await mine(world.owner)).toEqual([...house, 'repairRefund'])
    const refund = (await letters(world.owner)).find(letter => letter.template === 'repairRefund')
    expect(refund).toMatchObject({ link: 'fund', params: { amount: { money: '36000', currency: 'UZS' }, ground: 'Topshiriqnoma 81' } })
    for (const locale of ['uz', 'kk', 'ru'] as const) {
      const t = texts(locale)
      for (const template of [...house, 'repairRefund', 'repairCancelled']) expect(t(`notifications.letters.${template}.body`)).not.toContain('notifications.')
    }
    const gone = await world.collecting('Lift')
    await world.manager.caller.repairs.cancelProgramme({ ...gone, ground: 'Bayonnoma 9' })
    await drain()
    expect((await mine(world.owners[1])).slice(house.length)).toEqual(['repairApproved', 'repairCancelled'])
    await world.close()
  })
})
