import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asOwner, asTenant, asStranger, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { makeInvoice, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let twin: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 4 })
  const twinHouse = await makeHouse(db, { country: 'UZ', flats: 1 })
  owner = await asOwner(db, house, house.premises[0]!)
  twin = await asOwner(db, twinHouse, twinHouse.premises[0]!)
  await makeMerchant(db, { short: true })
  await db.sql(`update payment_merchants set external_id = '64b7f00f00f00f00f00f00f0', pay_page = 'https://checkout.paycom.uz'`)
})

const leave = (person: Pick<ActingPerson, 'caller'>, number: string, facts: { amount?: bigint; provider?: 'payme' | 'kaspi'; intentId?: string } = {}) =>
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
