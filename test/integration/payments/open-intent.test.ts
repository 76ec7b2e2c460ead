import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import type { Provider } from '#server/payments/schema.ts'
import { asClerk, asOwner, asTenant, asStranger, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeInvoice, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let twin: ActingPerson
let twinHouse: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 4 })
  twinHouse = await makeHouse(db, { country: 'UZ', flats: 1 })
  owner = await asOwner(db, house, house.premises[0]!)
  twin = await asOwner(db, twinHouse, twinHouse.premises[0]!)
  await makeMerchant(db, { short: true })
  await db.sql(`update payment_merchants set external_id = '64b7f00f00f00f00f00f00f0', pay_page = 'https://checkout.paycom.uz'`)
})

const leave = (person: Pick<ActingPerson, 'caller'>, number: string, facts: { amount?: bigint; provider?: Provider; intentId?: string } = {}) =>
  person.caller.payments.openIntent({ intentId: facts.intentId ?? newId(), number, amount: facts.amount ?? 12_500_050n, provider: facts.provider ?? 'payme' })

describe('leaving for the provider (payments.md 2.5)', () => {
  test('gives Payme\'s link to the byte and remembers the leaving once', async () => {
    const { accountNumber } = house.premises[0]!
    const intentId = newId()
    const first = await leave(owner, accountNumber, { intentId })
    expect(first.href).toBe(`https://checkout.paycom.uz/${btoa(`m=64b7f00f00f00f00f00f00f0;ac.ls=${accountNumber};a=12500050;l=ru;c=http://localhost:3000/ru/pay/${accountNumber}?back=${intentId}`)}`)
    await leave(owner, accountNumber, { intentId })
    expect(await db.sql('select amount::text, told_paid_at from payment_intents where intent_id = $1', [intentId])).toEqual([{ amount: '12500050', told_paid_at: null }])
    expect(await db.sql(`select from audit_entries where action = 'payments.openIntent' and subject_id = $1`, [intentId])).toHaveLength(1)
  })

  test('a tenant may pay too', async () => {
    const tenant = await asTenant(db, house, house.premises[1]!)
    expect((await leave(tenant, house.premises[1]!.accountNumber)).href).toContain('https://')
  })

  test('an invoice takes only its exact sum', async () => {
    const unit = house.premises[0]!
    const { number } = await makeInvoice(db, { buildingId: house.buildingId, premisesId: unit.premisesId, accountId: unit.accountId }, 700_000n)
    await expect(leave(owner, number, { amount: 700_001n })).rejects.toMatchObject({ message: 'payments.exactAmount' })
    expect((await leave(owner, number, { amount: 700_000n })).href).toContain('https://')
    await db.sql(`update payment_invoices set state = 'PAID' where number = $1`, [number])
    await expect(leave(owner, number, { amount: 700_000n })).rejects.toMatchObject({ message: 'payments.alreadyPaid' })
  })

  test('a provider that the house has not, a sum it does not take', async () => {
    const { accountNumber } = house.premises[0]!
    await expect(leave(owner, accountNumber, { provider: 'kaspi' })).rejects.toMatchObject({ message: 'payments.providerNotHere' })
    await expect(leave(owner, accountNumber, { amount: 99n })).rejects.toMatchObject({ message: 'payments.amountOutside' })
  })

  test('Click and Uzum by their own links, offered in one order, each to its houses', async () => {
    const { accountNumber } = house.premises[0]!
    const click = await makeMerchant(db, { provider: 'click', serviceId: '31415', scope: { type: 'BUILDING', id: house.buildingId } })
    const uzum = await makeMerchant(db, { provider: 'uzum', serviceId: '101202', scope: { type: 'ORGANISATION', id: house.organisationId } })
    await db.sql(`update payment_merchants set external_id = '27182', merchant_user_id = '16180', pay_page = 'https://my.click.uz/services/pay' where merchant_id = $1`, [click.merchantId])
    await db.sql(`update payment_merchants set pay_page = 'https://uzumbank.uz/open-service' where merchant_id = $1`, [uzum.merchantId])
    expect((await owner.caller.payments.screen({ number: accountNumber })).merchants.map(each => each.provider)).toEqual(['payme', 'click', 'uzum'])
    const back = (intentId: string) => encodeURIComponent(`http://localhost:3000/ru/pay/${accountNumber}?back=${intentId}`)
    const [first, second] = [await leave(owner, accountNumber, { provider: 'click' }), await leave(owner, accountNumber, { provider: 'uzum' })]
    expect(first.href).toBe(`https://my.click.uz/services/pay?service_id=31415&merchant_id=27182&merchant_user_id=16180&amount=125000.50&transaction_param=${accountNumber}&return_url=${back(first.intentId)}`)
    expect(second.href).toBe(`https://uzumbank.uz/open-service?serviceId=101202&ls=${accountNumber}&amount=12500050&redirectUrl=${back(second.intentId)}`)
    const other = twinHouse.premises[0]!.accountNumber
    expect((await twin.caller.payments.screen({ number: other })).merchants.map(each => each.provider)).toEqual(['payme'])
    await expect(leave(twin, other, { provider: 'click' })).rejects.toMatchObject({ message: 'payments.providerNotHere' })
    await db.sql('delete from payment_merchant_keys where merchant_id = any($1)', [[click.merchantId, uzum.merchantId]])
    await db.sql(`update payment_merchants set active_to = '2025-01-01' where merchant_id = any($1)`, [[click.merchantId, uzum.merchantId]])
  })

  test('nobody else: not found, never forbidden', async () => {
    const clerk = await asClerk(db, house)
    for (const other of [twin, clerk, await asOwner(db, house, house.premises[3]!)]) {
      await expect(leave(other, house.premises[0]!.accountNumber)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(other.caller.payments.screen({ number: house.premises[0]!.accountNumber })).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(other.caller.payments.track({ number: house.premises[0]!.accountNumber })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    await expect(leave(asStranger(), house.premises[0]!.accountNumber)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect((await twin.caller.payments.mine()).map(each => each.buildingId)).not.toContain(house.buildingId)
  })
})

test('one\'s own list and screen', async () => {
  const list = await owner.caller.payments.mine()
  expect(list.map(each => each.number)).toEqual([house.premises[0]!.accountNumber])
  const screen = await owner.caller.payments.screen({ number: house.premises[0]!.accountNumber })
  expect(screen).toMatchObject({ due: 0n, inFlight: { amount: 0n, items: [] }, rule: { ruleId: 'UZ-2026-1' }, payable: { kind: 'ACCUMULATING', currency: 'UZS', houseName: house.name } })
  expect(screen.merchants.map(each => each.provider)).toEqual(['payme'])
})
