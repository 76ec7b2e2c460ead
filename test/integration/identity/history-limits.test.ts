import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, addPeriods, localDateOf, periodOf } from '#server/kernel/period.ts'
import { asOwner, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let unit: TestPremises
const today = localDateOf(new Date())
const [past, now] = [{ on: addDays(today, -60), period: addPeriods(periodOf(today), -2) }, { on: today, period: periodOf(today) }]
const meterId = newId()
const requests = { past: newId(), now: newId() }

/** A bare row behind the policies and triggers: only what may be seen of it is tried. */
async function put(table: string, row: Record<string, unknown>): Promise<void> {
  const given = JSON.stringify({ building_id: house.buildingId, premises_id: unit.premisesId, ...row }).replaceAll("'", "''")
  const names = Object.keys(JSON.parse(given) as object).join(', ')
  await db.sql(`set local session_replication_role = replica; insert into ${table} (${names}) select ${names} from jsonb_populate_record(null::${table}, '${given}'::jsonb)`)
}

async function putMonth(at: { on: string; period: string }, requestId: string): Promise<void> {
  const [moment, account] = [`${at.on}T07:00:00Z`, { account_id: unit.accountId, currency: 'KZT' }]
  await put('bills', { ...account, period: at.period, bill_number: at.period, due_on: addDays(at.on, 10), total: 500, vat: 0, opening_balance: 0, lines: [], hash: '\\x00', run_id: newId(), issued_at: moment })
  await put('readings', { meter_id: meterId, taken_on: at.on, reading_id: newId(), period: at.period, register_values: [7], consumption: 7, register_consumptions: [7], state: 'ACCEPTED', late: false, confirmed: [], flags: [], source: 'RESIDENT', submitted_at: moment, received_at: moment, note: '' })
  await put('payment_transactions', { ...account, payment_id: newId(), seq: Number(at.on.slice(8)), provider: 'KASPI', service: 'x', external_id: at.on, merchant_id: newId(), number: unit.accountNumber, account_field: 'ls', amount: 500, state: 'PAID', provider_time: moment, created_at: moment, performed_at: moment, value_date: at.on, fiscal: {} })
  await put('stored_files', { file_id: newId(), sha256: '0'.repeat(64), media_type: 'image/jpeg', size_bytes: 5, kind: 'REQUEST_PHOTO', subject_type: 'request', subject_id: requestId, shared: false, created_at: moment })
  await put('request_details', { request_id: requestId, channel: 'PWA', caller_name: 'Before', on_behalf_reason: '', locale: 'ru', text: 'what was asked', photo_ids: [], submitted_at: moment })
}

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  unit = house.premises[0]!
  await put('meters', { meter_id: meterId, service: 'COLD_WATER', kind: 'UNIT', serial: '1', unit: 'm3', registers: 1, digits: 5, decimals: 0, installed_on: '2020-01-01', created_at: '2020-01-01T00:00:00Z' })
  await putMonth(past, requests.past)
  await putMonth(now, requests.now)
})

/** Linked a month ago by account number and last payment. */
async function byAccount(): Promise<ActingPerson> {
  const person = await asTenant(db, house, unit)
  await db.sql(`update auth.grants set basis_type = 'ACCOUNT_AND_PAYMENT', valid_from = now() - interval '30 days' where grant_id = $1`, [person.grantId])
  return person
}

async function seenBy({ caller, request }: ActingPerson) {
  const [account] = await caller.billing.mine()
  const [payable] = await caller.payments.mine()
  const meter = await caller.meters.history({ buildingId: house.buildingId, meterId })
  const files = await Promise.all(Object.values(requests).map(subjectId => caller.documents.files({ buildingId: house.buildingId, subjectType: 'request', subjectId })))
  const asked = await openTransaction(request, ctx => ctx.db.$queryRaw<{ id: string }[]>`select request_id::text as id from request_details where building_id = ${house.buildingId}::uuid`)
  return {
    bills: account?.months.map(month => month.period), payments: payable?.payments.map(payment => payment.valueDate), readings: meter.filter(month => month.takenOn !== null).map(month => month.takenOn),
    photos: files.map(each => each.length), requests: asked.map(each => each.id).sort(),
  }
}

const whole = { bills: [past.period, now.period], payments: [now.on, past.on], readings: [past.on, now.on], photos: [1, 1], requests: [requests.past, requests.now].sort() }
const since = { bills: [now.period], payments: [now.on], readings: [now.on], photos: [0, 1], requests: [requests.now] }

describe('no history older than the link, for whoever linked by account number and last payment (identity 1.5, L1b)', () => {
  it('bills and their twelve months, payments, readings, requests and photos begin with the link', async () => {
    const me = await byAccount()
    expect(await seenBy(me)).toEqual(since)
    await expect(me.caller.billing.bill({ number: unit.accountNumber, period: past.period })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('the last reading is told all the same: the next one is read against it', async () => {
    await db.sql(`update readings set superseded_by = reading_id, superseded_at = now() where building_id = $1 and taken_on = $2`, [house.buildingId, now.on])
    const me = await byAccount()
    expect((await me.caller.meters.listMine())[0]?.last).toMatchObject({ takenOn: past.on })
    await db.sql(`update readings set superseded_by = null, superseded_at = null where building_id = $1 and taken_on = $2`, [house.buildingId, now.on])
  })

  it('what they asked themselves stays theirs, whatever the clock of their phone said', async () => {
    const me = await byAccount()
    await db.sql(`update request_details set person_id = $1 where request_id = $2`, [me.personId, requests.past])
    expect((await seenBy(me)).requests).toEqual(whole.requests)
    await db.sql(`update request_details set person_id = null where request_id = $1`, [requests.past])
  })

  it('all is open by an invitation, and from the day the council confirms the owner', async () => {
    expect(await seenBy(await asTenant(db, house, unit))).toEqual(whole)
    expect(await seenBy(await asOwner(db, house, unit))).toEqual(whole)
    const me = await byAccount()
    await db.sql(`update auth.grants set level = 2 where grant_id = $1`, [me.grantId])
    expect(await seenBy(me)).toEqual(whole)
  })
})
