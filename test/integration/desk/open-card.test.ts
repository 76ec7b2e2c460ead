import { beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, asOwner, asPerson, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let unit: TestPremises
let clerk: ActingPerson
const meterId = newId()

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-24T09:00:00Z')
  house = await makeHouse(db, { country: 'KZ' })
  twin = await makeHouse(db, { country: 'KZ' })
  unit = house.premises[0]!
  clerk = await asClerk(db, house)
  await db.sql(`update owners set phone = '+77012345678' where building_id = $1 and owner_id = $2`, [house.buildingId, unit.ownerId])
  await db.sql(`insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, registers, digits, decimals, installed_on, verified_until)
    values ($1, $2, $3, 'COLD_WATER', 'UNIT', '4471', 'm3', 1, 5, 3, '2024-01-10', '2030-01-10')`, [house.buildingId, meterId, unit.premisesId])
  await serviceTransaction('billing', ctx => ctx.db.$executeRaw`select app.post_account(${house.buildingId}::uuid, ${unit.accountId}::uuid, ${unit.premisesId}::uuid,
    '2026-10', ${newId()}::uuid, 'CHARGE', '2026-10-31', 'TEST', 'test', null, '{UTILITIES,CURRENT}', '{1500000,342000}'::bigint[], '{INCOME,INCOME}')`)
})

const opening = (of: TestHouse, premises: TestPremises) => ({ buildingId: of.buildingId, premisesId: premises.premisesId, reason: 'CALL' as const, callerName: 'Дана' })

describe('the card of a caller (Order 172, para 29; ASVS 5.0)', () => {
  it('shows the home with its balance per fund, its meters and its requests, phones masked', async () => {
    const card = await clerk.caller.desk.openCard(opening(house, unit))
    expect(card).toMatchObject({ house: house.name, unit: unit.number, currency: 'KZT', persons: 2, requests: [],
      owners: [{ name: 'Owner 1', share: '1/1', phone: '+7 7•• ••• •• 78' }],
      accounts: [{ number: unit.accountNumber, owed: 1_842_000n, underWay: 0n, lastBill: null, lastPayment: null }], meters: [{ meterId, serial: '4471', lastOn: null, registers: 1 }] })
    expect(card.accounts[0]?.funds).toEqual(expect.arrayContaining([{ fund: 'UTILITIES', amount: 1_500_000n }, { fund: 'CURRENT', amount: 342_000n }]))
    expect(JSON.stringify(card, (_key, value: unknown) => typeof value === 'bigint' ? String(value) : value)).not.toContain('2345678')
  })

  it('leaves a row with its reason that the people of the home can read, and nobody else', async () => {
    const own = await asOwner(db, house, house.premises[1]!)
    await clerk.caller.desk.openCard(opening(house, house.premises[1]!))
    const audit = await db.sql('select action, ground, person_id, premises_id from audit_entries where action = $1 and premises_id = $2', ['desk.cardOpened', house.premises[1]!.premisesId])
    expect(audit).toEqual([{ action: 'desk.cardOpened', ground: 'CALL', person_id: clerk.personId, premises_id: house.premises[1]!.premisesId }])
    const views = await own.caller.desk.viewsOfMyHomes()
    expect(views).toMatchObject([{ reason: 'CALL', house: house.name, unit: '2', organisation: house.name, callerName: 'Дана' }])
    // Drawn again after an act it is the same look; another reason is another.
    await clerk.caller.desk.openCard(opening(house, house.premises[1]!))
    expect(await own.caller.desk.viewsOfMyHomes()).toHaveLength(1)
    const tenant = await asTenant(db, house, house.premises[1]!)
    expect(await tenant.caller.desk.viewsOfMyHomes()).toHaveLength(1)
    // What was looked at before the flat was theirs is its former people's.
    const late = await asTenant(db, house, house.premises[1]!)
    await db.sql(`update auth.grants set valid_from = (select app.now()) where grant_id = $1`, [late.grantId])
    expect(await late.caller.desk.viewsOfMyHomes()).toEqual([])
    const neighbour = await asOwner(db, house, house.premises[2]!)
    const stranger = await asOwner(db, twin, twin.premises[1]!)
    expect(await neighbour.caller.desk.viewsOfMyHomes()).toEqual([])
    expect(await stranger.caller.desk.viewsOfMyHomes()).toEqual([])
    expect(await clerk.caller.desk.viewsOfMyHomes()).toEqual([])
  })

  it('leaves another row for another reason, another caller or another clerk', async () => {
    const home = house.premises[3]!
    const own = await asOwner(db, house, home)
    await clerk.caller.desk.openCard(opening(house, home))
    await clerk.caller.desk.openCard({ ...opening(house, home), reason: 'REQUEST_CHECK' })
    await clerk.caller.desk.openCard({ ...opening(house, home), callerName: 'Асхат' })
    await (await asClerk(db, house)).caller.desk.openCard(opening(house, home))
    expect(await own.caller.desk.viewsOfMyHomes()).toHaveLength(4)
  })

  it('of a twin house is not found, and leaves no row', async () => {
    await expect(clerk.caller.desk.openCard(opening(twin, twin.premises[0]!))).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'desk.cardNotFound' })
    await expect(clerk.caller.desk.openCard({ ...opening(house, unit), premisesId: twin.premises[0]!.premisesId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const twinClerk = await asClerk(db, twin)
    await expect(twinClerk.caller.desk.openCard(opening(house, unit))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await db.sql('select 1 from audit_entries where action = $1 and building_id = $2', ['desk.cardOpened', twin.buildingId])).toEqual([])
  })

  it('is refused to a resident session, also of the house itself, and to staff without a desk', async () => {
    const owner = await asOwner(db, house, unit)
    await expect(owner.caller.desk.openCard(opening(house, unit))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const manager = await asPerson(db, { role: 'MANAGER', scopeType: 'ORGANISATION', scopeId: house.organisationId })
    await expect(manager.caller.desk.openCard(opening(house, unit))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const inspector = await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: house.territoryCode }, { kind: 'STAFF' })
    await expect(inspector.caller.desk.openCard(opening(house, unit))).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'desk.notAtDesk' })
  })

  it('is open to the house management at its own desk', async () => {
    const manager = await asManager(db, house)
    expect(await manager.caller.desk.openCard(opening(house, unit))).toMatchObject({ unit: unit.number })
  })

  it('asks for a reason', async () => {
    await expect(clerk.caller.desk.openCard({ ...opening(house, unit), reason: '' as 'CALL' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})

describe('what a clerk does for a caller', () => {
  const submittedAt = '2026-11-24T09:00:00.000Z'

  it('enters a reading with who called and why in the trail, and the card shows it', async () => {
    const readingId = newId()
    const reading = { readingId, buildingId: house.buildingId, meterId, values: ['00482'], takenOn: '2026-11-24', submittedAt }
    await expect(clerk.caller.meters.submitReading(reading)).rejects.toMatchObject({ message: 'meters.callerNeeded' })
    await clerk.caller.meters.submitReading({ ...reading, onBehalf: { premisesId: unit.premisesId, callerName: 'Дана', reason: 'CALL' } })
    const [audit] = await db.sql<{ trail: string }>(`select concat(ground, after::text) as trail from audit_entries where subject_id = $1`, [readingId])
    expect(audit?.trail).toContain('Дана')
    const card = await clerk.caller.desk.openCard(opening(house, unit))
    expect(card.meters[0]).toMatchObject({ lastValues: ['482'], lastOn: '2026-11-24' })
  })

  it('files a request for the caller, and the card shows it', async () => {
    const filed = await clerk.caller.requests.fileRequest({ requestId: newId(), buildingId: house.buildingId, category: 'WATER', place: 'BASEMENT', text: 'Вода в подвале',
      submittedAt, emergency: false, onBehalfOf: { premisesId: unit.premisesId, callerName: 'Дана', reason: 'CALL' } })
    const card = await clerk.caller.desk.openCard(opening(house, unit))
    expect(card.requests).toMatchObject([{ requestId: filed.requestId, number: filed.number, category: 'WATER', open: true }])
    const [details] = await db.sql('select caller_name, on_behalf_reason from request_details where request_id = $1', [filed.requestId])
    expect(details).toEqual({ caller_name: 'Дана', on_behalf_reason: 'CALL' })
  })

  it('does neither in a twin house', async () => {
    const twinMeter = newId()
    await db.sql(`insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, registers, digits, decimals, installed_on)
      values ($1, $2, $3, 'COLD_WATER', 'UNIT', '1', 'm3', 1, 5, 3, '2024-01-10')`, [twin.buildingId, twinMeter, twin.premises[0]!.premisesId])
    await expect(clerk.caller.meters.submitReading({ readingId: newId(), buildingId: twin.buildingId, meterId: twinMeter, values: ['1'], takenOn: '2026-11-24', submittedAt,
      onBehalf: { callerName: 'Дана', reason: 'CALL' } })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(clerk.caller.requests.fileRequest({ requestId: newId(), buildingId: twin.buildingId, category: 'WATER', place: 'BASEMENT', text: 'Вода', submittedAt, emergency: false,
      onBehalfOf: { premisesId: twin.premises[0]!.premisesId, callerName: 'Дана', reason: 'CALL' } })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
