import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays, type LocalDate } from '#server/kernel/period.ts'
import { proofKey } from '#server/payments/proof/signing.ts'
import { readProof } from '#server/payments/proof/rules.ts'
import { asAccountant, asClerk, asOwner, asStranger, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let dueOn: LocalDate
let payme: FakePayme
let doors: Awaited<ReturnType<typeof openDoors>>
const at = (day: LocalDate) => setNow(`${day}T05:10:00Z`)
const proof = () => owner.caller.payments.proof({ number: house.premises[0]!.accountNumber })

beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await at('2026-10-01')
  house = await makeHouse(db, { country: 'UZ', flats: 2, areas: ['60.00'] })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
  const accountant = await asAccountant(db, house)
  dueOn = (await accountant.caller.billing.run({ buildingId: house.buildingId, period: '2026-09', acceptFindings: true })).dueOn
  owner = await asOwner(db, house, house.premises[0]!)
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
})
afterAll(async () => {
  await resetClock()
  await doors.close()
})

/** As the page of whoever scans it: WebCrypto and the published key, nothing of ours. */
async function checked(address: string): Promise<string | null> {
  const [id, said = '', signature = ''] = address.split('#')[1]!.split('.')
  const { id: known, x, y } = proofKey()
  const key = await crypto.subtle.importKey('jwk', { kty: 'EC', crv: 'P-256', x, y }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
  const good = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes(signature), new TextEncoder().encode(said))
  return id === known && good ? Buffer.from(said, 'base64url').toString() : null
}

describe('a proof that nothing is overdue (issue, 6; what-users-need.md, complaint 1)', () => {
  test('before the due day a bill is no debt, and the proof ends with that day', async () => {
    await at(addDays(dueOn, -4))
    const screen = await proof()
    expect(screen).toMatchObject({ inDefault: false, overdue: 0n, validUntil: dueOn })
    const text = await checked(screen.proof!.address)
    expect(readProof(text!)).toEqual({ number: house.premises[0]!.accountNumber, house: house.name, unit: '1', madeAt: `${addDays(dueOn, -4)}T05:10Z`, validUntil: dueOn })
    expect(text, 'no person, no sum').not.toMatch(/Owner|00,|UZS/)
    expect(screen.proof!.qr).toContain('<svg')
  })

  test('one changed sign and it is nobody\'s', async () => {
    const { proof: made } = await proof()
    const [head = '', said = '', signature = ''] = made!.address.split('.').slice(-3)
    const other = Buffer.from(Buffer.from(said, 'base64url').toString().replace(/\d{4}-\d\d-\d\d$/, '2099-01-01')).toString('base64url')
    expect(await checked(`${head}.${other}.${signature}`)).toBeNull()
  })

  test('after the day there is none, until a provider has accepted the money: on its way it makes no debtor', async () => {
    await at(addDays(dueOn, 1))
    const late = await proof()
    expect(late).toMatchObject({ inDefault: true, proof: null })
    const id = FakePayme.newTransaction()
    await payme.create(id, house.premises[0]!.accountNumber, Number(late.overdue), new Date(`${addDays(dueOn, 1)}T05:10:00Z`).getTime())
    expect(await proof()).toMatchObject({ inDefault: false, validUntil: addDays(dueOn, 11) })
    await payme.cancel(id, 3)
    expect((await proof()).proof).toBeNull()
  })

  test('what somebody only says they paid is no ground for a signature', async () => {
    const intentId = crypto.randomUUID()
    const { overdue } = await proof()
    await owner.caller.payments.openIntent({ intentId, number: house.premises[0]!.accountNumber, amount: overdue, provider: 'payme' })
    await owner.caller.payments.submitNotice({ buildingId: house.buildingId, intentId })
    expect((await proof()).inDefault).toBe(true)
  })

  test('for the flat\'s own people only', async () => {
    const number = house.premises[0]!.accountNumber
    expect(await (await asTenant(db, house, house.premises[0]!)).caller.payments.proof({ number })).toHaveProperty('inDefault')
    for (const other of [await asOwner(db, house, house.premises[1]!), await asClerk(db, house)]) {
      await expect(other.caller.payments.proof({ number })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    await expect(asStranger().caller.payments.proof({ number })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
