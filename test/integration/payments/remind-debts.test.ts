import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { addDays, type LocalDate } from '#server/kernel/period.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { letterOf } from '#server/notifications/letters/rules.ts'
import { remindDebts } from '#server/payments/remind-debts.ts'
import { asAccountant, asOwner } from '#test/support/actors.ts'
import { asInspector, askFor } from '#test/support/adjustments.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'

let db: TestDatabase
let house: TestHouse
let dueOn: LocalDate
let doors: Awaited<ReturnType<typeof openDoors>>
let payme: FakePayme

const atTen = (day: LocalDate) => setNow(`${day}T05:10:00Z`)
const remind = () => serviceTransaction('billing', remindDebts)
const reminders = (accountId: string) => db.sql<{ day: number; amount: string }>('select day, amount::text from debt_reminders where account_id = $1 order by day', [accountId])
const place = (unit: TestHouse['premises'][number]) => ({ buildingId: house.buildingId, accountId: unit.accountId, premisesId: unit.premisesId })

/** Money that came: everything owed, or so much of it. */
async function pay(unit: TestHouse['premises'][number], amount?: bigint): Promise<void> {
  const [row] = await db.sql<{ total: string }>('select total::text from account_heads where account_id = $1', [unit.accountId])
  await serviceTransaction('payments', ctx => postToAccount(ctx, { ...place(unit), period: '2026-10', transactionId: newId(), kind: 'PAYMENT', valueDate: '2026-10-05', sourceType: 'test', sourceId: newId(),
    lines: [{ fund: 'CURRENT', amount: -(amount ?? BigInt(row?.total ?? '0')), contra: 'BANK' }] }))
}

beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-10-01T05:00:00Z')
  house = await makeHouse(db, { country: 'UZ', flats: 5, areas: ['60.00'] })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
  const accountant = await asAccountant(db, house)
  const run = await accountant.caller.billing.run({ buildingId: house.buildingId, period: '2026-09', acceptFindings: true })
  dueOn = run.dueOn
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
})
afterAll(async () => {
  await resetClock()
  await doors.close()
})

describe('reminders of a bill (issue: polite, capped)', () => {
  it('each account that owes is reminded once on each day of the ladder, of what is still owed', async () => {
    const [owes, paid, nearly, moving, disputed] = house.premises as [typeof house.premises[number], typeof house.premises[number], typeof house.premises[number], typeof house.premises[number], typeof house.premises[number]]
    await pay(paid)
    const [total] = await db.sql<{ total: string }>('select total::text from account_heads where account_id = $1', [nearly.accountId])
    await pay(nearly, BigInt(total!.total) - 99_999n)
    await atTen(addDays(dueOn, -5))
    const created = await payme.create(FakePayme.newTransaction(), moving.accountNumber, Number(total!.total), new Date(`${addDays(dueOn, -5)}T05:00:00Z`).getTime())
    expect(created.result).toMatchObject({ state: 1 })
    const bureau = { house, unit: disputed, neighbour: owes, accountant: await asAccountant(db, house), inspector: await asInspector(db, house) }
    const adjustmentId = await askFor(bureau)
    await bureau.inspector.caller.ledger.startCheck({ buildingId: house.buildingId, adjustmentId })

    expect(await remind()).toBe(1)
    expect(await remind()).toBe(0)
    expect(await reminders(owes.accountId)).toEqual([{ day: -5, amount: total!.total }])
    const [event] = await db.sql<{ payload: Record<string, unknown> }>(`select payload from event_queue where name = 'payments.debtReminder'`)
    expect(event?.payload).toMatchObject({ premisesId: owes.premisesId, number: owes.accountNumber, amount: total!.total, dueOn, late: false })
    expect(letterOf('payments.debtReminder', event!.payload)).toMatchObject({ template: 'debtSoon', premisesIds: [owes.premisesId], link: 'payments' })
    expect(letterOf('payments.debtReminder', event!.payload), 'a debt is no danger: never a text message').not.toHaveProperty('sms')

    await pay(owes, 50_000n)
    await atTen(addDays(dueOn, -2))
    // Payme let go of its payment after twelve hours: that flat owes again.
    expect(await remind()).toBe(2)
    expect(await reminders(owes.accountId)).toEqual([{ day: -5, amount: total!.total }, { day: -2, amount: String(BigInt(total!.total) - 50_000n) }])
    expect(await reminders(moving.accountId)).toHaveLength(1)
    for (const unit of [paid, nearly, disputed]) expect(await reminders(unit.accountId)).toEqual([])
  })

  it('days between the steps, and long after them, are silent', async () => {
    for (const day of [0, 1, 2, 6, 20]) {
      await atTen(addDays(dueOn, day))
      expect(await remind(), `day ${day}`).toBe(0)
    }
  })

  it('a new bill hides no debt before it: the sum is that of the screens, what is late is told apart, and no part of a repair is in it', async () => {
    const twin = await makeHouse(db, { country: 'UZ', flats: 3, areas: ['60.00'] })
    await arrangeServices(db, twin, [{ service: 'WASTE', method: 'PERSON' }])
    const accountant = await asAccountant(db, twin)
    await setNow('2026-10-01T05:00:00Z')
    await accountant.caller.billing.run({ buildingId: twin.buildingId, period: '2026-09', acceptFindings: true })
    await setNow('2026-11-01T05:00:00Z')
    const { dueOn: second } = await accountant.caller.billing.run({ buildingId: twin.buildingId, period: '2026-10', acceptFindings: true })
    const [owes, told] = twin.premises as [typeof twin.premises[number], typeof twin.premises[number]]
    const programmeId = newId()
    await serviceTransaction('payments', ctx => postToAccount(ctx, { buildingId: twin.buildingId, accountId: owes.accountId, premisesId: owes.premisesId, period: '2026-11', transactionId: newId(), kind: 'CHARGE', valueDate: '2026-11-01',
      sourceType: 'test', sourceId: newId(), lines: [{ fund: `PROGRAMME:${programmeId}`, amount: 3_000_000n, contra: 'INCOME' }] }))
    await db.sql(`insert into payment_invoices (building_id, invoice_id, number, account_id, premises_id, fund, amount, currency, due_on, source_type, source_id)
      values ($1, $2, '7000000013', $3, $4, $5, 3000000, 'UZS', '2026-11-25', 'test', 'x')`, [twin.buildingId, newId(), owes.accountId, owes.premisesId, `PROGRAMME:${programmeId}`])
    const [bill] = await db.sql<{ total: string; opening: string }>(`select total::text, opening_balance::text as opening from bills where account_id = $1 and period = '2026-10'`, [owes.accountId])
    const due = BigInt(bill!.total) + BigInt(bill!.opening)
    await atTen(addDays(second, -2))
    // The other flat said an hour ago that it has paid.
    await db.sql(`insert into payment_intents (building_id, intent_id, premises_id, account_id, person_id, number, provider, merchant_id, amount, currency, left_at, told_paid_at)
      values ($1, $2, $3, $4, $2, $5, 'payme', $2, $6, 'UZS', app.now() - interval '1 hour', app.now() - interval '1 hour')`, [twin.buildingId, newId(), told.premisesId, told.accountId, told.accountNumber, String(due)])
    await remind()
    expect(await reminders(owes.accountId)).toEqual([{ day: -2, amount: String(due) }])
    expect(await reminders(told.accountId)).toEqual([])
    const [event] = await db.sql<{ payload: Record<string, unknown> }>(`select payload from event_queue where name = 'payments.debtReminder' and payload ->> 'number' = $1`, [owes.accountNumber])
    expect(event?.payload).toMatchObject({ amount: String(due), lateAmount: bill!.opening, late: false })
    expect(letterOf('payments.debtReminder', event!.payload)).toMatchObject({ template: 'debtPartLate', params: { amount: { money: String(due) }, late: { money: bill!.opening } } })
    const { caller } = await asOwner(db, twin, owes)
    expect((await caller.payments.mine()).find(each => each.accountId === owes.accountId)?.due).toBe(due)
  })

  it('after the day one more letter, and then no other', async () => {
    await atTen(addDays(dueOn, 4))
    expect(await remind(), 'a machine that stood still yesterday').toBe(2)
    const [event] = await db.sql<{ payload: Record<string, unknown> }>(`select payload from event_queue where name = 'payments.debtReminder' order by event_id desc limit 1`)
    expect(letterOf('payments.debtReminder', event!.payload)?.template).toBe('debtLate')
    await atTen(addDays(dueOn, 5))
    expect(await remind()).toBe(0)
  })

  it('nobody is pressed for what they say is wrong: the rest alone is reminded of', async () => {
    const other = await makeHouse(db, { country: 'UZ', flats: 2, areas: ['60.00'] })
    await arrangeServices(db, other, [{ service: 'WASTE', method: 'PERSON' }])
    await setNow('2026-10-01T05:00:00Z')
    const run = await (await asAccountant(db, other)).caller.billing.run({ buildingId: other.buildingId, period: '2026-09', acceptFindings: true })
    const [some, all] = other.premises as [typeof other.premises[number], typeof other.premises[number]]
    const dispute = async (unit: typeof some, subject: string) => (await asOwner(db, other, unit)).caller.billing.dispute({ requestId: newId(), number: unit.accountNumber, period: '2026-09', kind: 'LINE', subject, submittedAt: '2026-10-01T05:00:00.000Z' })
    const keys = (await db.sql<{ key: string; amount: string }>(`select l ->> 'key' as key, (l ->> 'net')::bigint + (l ->> 'vat')::bigint as amount from bills b, json_array_elements(b.lines::json) l where b.account_id = $1`, [all.accountId]))
    for (const { key } of keys) await dispute(all, key)
    await dispute(some, keys[0]!.key)
    await atTen(addDays(run.dueOn, -5))
    await remind()
    expect(await reminders(all.accountId)).toEqual([])
    expect(await reminders(some.accountId)).toEqual(keys.length === 1 ? [] : [{ day: -5, amount: String(run.total / 2n - BigInt(keys[0]!.amount)) }])
    expect(keys.length).toBeGreaterThan(1)
  })

  it('a reminder is kept as it was sent', async () => {
    await expect(db.sql('update debt_reminders set amount = 1')).rejects.toMatchObject({ code: 'UY001' })
  })

  it('refused to everybody: no person chooses whom to remind', async () => {
    const { request } = await asAccountant(db, house)
    await expect(openTransaction(request, remindDebts)).rejects.toMatchObject({ code: 'payments.remindForbidden' })
  })
})
