import { beforeAll, describe, expect, it } from 'vitest'
import { billPaper } from '#server/billing/paper/definition.ts'
import { formatMoney } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Fund } from '#server/ledger/schema.ts'
import { paperSum } from '#server/payments/pay-for/rules.ts'
import { payForAddress } from '#server/payments/pay-for/signing.ts'
import { asAccountant, asOwner, asStranger } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase, chargeUnit } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let unit: TestPremises
const period = '2026-10'

beforeAll(async () => {
  db = await billingDatabase()
  house = await makeHouse(db, { flats: 2 })
  const [first] = house.premises
  if (!first) throw new Error('no flats')
  unit = first
  await arrangeServices(db, house)
  const accountant = await asAccountant(db, house)
  for (const month of ['2026-09', period]) await accountant.caller.billing.run({ buildingId: house.buildingId, period: month, acceptFindings: true })
})

const partsOf = (address: string) => {
  const [, , , number = '', month = '', token = ''] = new URL(address).pathname.split('/')
  return { number, period: month, token }
}

describe('paying by a paper bill', () => {
  it('whoever holds the paper sees the flat and what is left of the paper\'s sum, never a later debt', async () => {
    const stranger = asStranger()
    const older = await stranger.caller.payments.payFor({ ...partsOf(payForAddress(unit.accountNumber, '2026-09')), amount: null })
    const newer = await stranger.caller.payments.payFor({ ...partsOf(payForAddress(unit.accountNumber, period)), amount: null })
    const [bill] = await db.sql<{ total: string }>('select total from bills where account_id = $1 and period = $2', [unit.accountId, '2026-09'])
    expect(older.due).toBe(BigInt(bill?.total ?? 0))
    expect(newer.due).toBeGreaterThan(older.due)
    expect(older).toMatchObject({ unitNumber: unit.number, closed: false, amount: older.due })
    expect(JSON.stringify(older, (_, value: unknown) => typeof value === 'bigint' ? String(value) : value)).not.toContain(unit.accountId)
  })

  it('what was paid since the paper is taken off: a settled paper asks for nothing, though a later bill is owed', async () => {
    const address = partsOf(payForAddress(unit.accountNumber, '2026-09'))
    const before = await asStranger().caller.payments.payFor({ ...address, amount: null })
    await db.sql(`insert into payment_transactions (building_id, payment_id, seq, provider, service, external_id, merchant_id, account_id, premises_id, number, account_field, amount, currency, state, provider_time, expires_at, created_at, performed_at, value_date)
      values ($1, gen_random_uuid(), 900001, 'kaspi', 'house', 'paid-since', gen_random_uuid(), $2, $3, $4, 'ls', $5, 'KZT', 'PAID', app.now(), app.now(), app.now(), app.now(), '2026-11-21')`,
    [house.buildingId, unit.accountId, unit.premisesId, unit.accountNumber, String(before.due)])
    expect((await asStranger().caller.payments.payFor({ ...address, amount: null })).due).toBe(0n)
    expect((await asStranger().caller.payments.payFor({ ...partsOf(payForAddress(unit.accountNumber, period)), amount: null })).due).toBeGreaterThan(0n)
  })

  it('the paper and its address say the same sum: a part of a repair has its own invoice, and its payment takes nothing off the bill', async () => {
    const own = await makeHouse(db, { flats: 1 })
    await arrangeServices(db, own)
    const [{ accountId, accountNumber, premisesId }, { buildingId }, fund, invoiceId] = [own.premises[0]!, own, `PROGRAMME:${newId()}`, newId()]
    await chargeUnit(own, own.premises[0]!, { amount: 700_000n, fund: fund as Fund })
    await chargeUnit(own, own.premises[0]!, { amount: 50_000n })
    await db.sql(`insert into payment_invoices (building_id, invoice_id, number, account_id, premises_id, fund, amount, currency, due_on, source_type, source_id) values ($1, $2, '9900000026', $3, $4, $5, 700000, 'KZT', '2026-11-25', 'test', 'test')`, [buildingId, invoiceId, accountId, premisesId, fund])
    await (await asAccountant(db, own)).caller.billing.run({ buildingId, period, acceptFindings: true })
    const page = await (await asOwner(db, own, own.premises[0]!)).caller.billing.bill({ number: accountNumber, period })
    const asked = () => asStranger().caller.payments.payFor({ ...partsOf(payForAddress(accountNumber, period)), amount: null })
    expect([page.bill.openingBalance, page.balance - page.programmes]).toEqual([50_000n, paperSum(page.bill)])
    expect((await asked()).due).toBe(paperSum(page.bill))
    const drawn = JSON.stringify(billPaper({ ...page, seal: null, payAddress: payForAddress(accountNumber, period) }, 'ru', 'AAAAAAAAAA').content)
    for (const sum of [paperSum(page.bill), page.programmes]) expect(drawn).toContain(formatMoney(sum, 'KZT', 'ru'))
    await db.sql(`insert into payment_transactions (building_id, payment_id, seq, provider, service, external_id, merchant_id, account_id, premises_id, number, account_field, amount, currency, state, provider_time, expires_at, created_at, performed_at, value_date, invoice_id)
      values ($1, gen_random_uuid(), 900002, 'kaspi', 'house', 'part-of-a-repair', gen_random_uuid(), $2, $3, $4, 'ls', 300000, 'KZT', 'PAID', app.now(), app.now(), app.now(), app.now(), '2026-11-21', $5)`, [buildingId, accountId, premisesId, accountNumber, invoiceId])
    expect((await asked()).due).toBe(paperSum(page.bill))
  })

  it('a paper of long ago opens nothing', async () => {
    await setNow('2027-04-21T05:00:00Z')
    await expect(asStranger().caller.payments.payFor({ ...partsOf(payForAddress(unit.accountNumber, period)), amount: null })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await setNow('2026-11-21T05:00:00Z')
  })

  it('people of the flat have the address of its latest bill, to send it to whoever pays for them; of a closed account nothing is taken', async () => {
    const owner = await asOwner(db, house, unit)
    expect((await owner.caller.payments.screen({ number: unit.accountNumber })).payFor).toBe(payForAddress(unit.accountNumber, period))
    const other = house.premises[1]
    await db.sql(`update accounts set closed_on = '2026-11-01' where account_id = $1`, [other?.accountId])
    expect(await asStranger().caller.payments.payFor({ ...partsOf(payForAddress(other?.accountNumber ?? '', period)), amount: 100_000n })).toMatchObject({ closed: true, ways: [] })
  })

  it('a wrong token, another month\'s or another flat\'s, is not found', async () => {
    const stranger = asStranger()
    const { token } = partsOf(payForAddress(unit.accountNumber, period))
    const other = house.premises[1]?.accountNumber ?? ''
    for (const asked of [{ number: unit.accountNumber, period: '2026-09', token }, { number: other, period, token }, { number: unit.accountNumber, period, token: 'AAAAAAAAAA' }]) {
      await expect(stranger.caller.payments.payFor({ ...asked, amount: null })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  })
})
