import { beforeAll, describe, expect, it } from 'vitest'
import { giveDebtors } from '#server/billing/give-debtors.ts'
import { doors } from '#server/billing/http.ts'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asChair, asClerk, asOwner, asStranger, type ActingPerson } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let accountant: ActingPerson
const unit = (place: number) => house.premises[place]!
const take = async (person: Pick<ActingPerson, 'request'>, buildingId = house.buildingId) =>
  (await openTransaction({ ...person.request, locale: 'ru' }, ctx => giveDebtors(ctx, { buildingId, locale: 'ru' }))).replace('\uFEFF', '').trimEnd().split('\r\n').map(line => line.split(';'))

beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-11-21T05:00:00Z')
  house = await makeHouse(db, { country: 'KZ', flats: 3, areas: ['60.00'], territoryCode: '751410000' })
  await arrangeServices(db, house, [{ service: 'WASTE', method: 'PERSON' }])
  accountant = await asAccountant(db, house)
  await accountant.caller.billing.run({ buildingId: house.buildingId, period: '2026-10', acceptFindings: true })
})

describe('give debtors', () => {
  it('tells who is late, not who has time, and marks what is disputed', async () => {
    expect(await take(accountant)).toHaveLength(1)
    const [bill] = await db.sql<{ total: string; due_on: string }>(`select total::text, due_on::text from bills where account_id = $1`, [unit(0).accountId])
    await setNow(`${bill?.due_on.slice(0, 8)}28T05:00:00Z`)
    const owner = await asOwner(db, house, unit(1))
    const { number } = await owner.caller.billing.dispute({ requestId: newId(), number: unit(1).accountNumber, period: '2026-10', kind: 'LINE', subject: 'WASTE', submittedAt: '2026-11-21T05:00:00.000Z' })
    const [head, ...rows] = await take(accountant)
    expect(head).toHaveLength(10)
    const [{ amount } = { amount: '0' }] = await db.sql<{ amount: string }>('select amount::text from bill_disputes where building_id = $1', [house.buildingId])
    const shown = (sum: number) => (sum / 100).toFixed(2).replace('.', ',')
    const [total, disputed] = [shown(Number(bill?.total)), shown(Number(amount))]
    const rowOf = (place: number) => rows.find(cells => cells[2] === unit(place).accountNumber)?.slice(4)
    expect(rows).toHaveLength(3)
    expect(rowOf(0)).toEqual([total, total, '0,00', '0,00', total, ''])
    expect(rowOf(1)).toEqual([total, total, '0,00', disputed, shown(Number(bill?.total) - Number(amount)), `№ ${number}`])
    expect(Number(amount)).toBeGreaterThan(0)
    expect(await db.sql(`select person_id, after ->> 'accounts' as accounts from audit_entries where action = 'billing.giveDebtors' order by at desc limit 1`)).toEqual([{ person_id: accountant.personId, accounts: '3' }])
    expect(await db.sql(`select 1 as seen from data_views where viewer_id = $1 and premises_id = $2 and what = 'BILL'`, [accountant.personId, unit(1).premisesId])).toEqual([{ seen: 1 }])
  })

  it('is refused to everybody who does not bill this house, as if it were not there', async () => {
    const twin = await makeHouse(db, { country: 'KZ', flats: 1 })
    for (const person of [await asOwner(db, house, unit(0)), await asChair(db, house), await asClerk(db, house), await asAccountant(db, twin), asStranger()]) await expect(take(person)).rejects.toMatchObject({ code: 'billing.houseNotFound' })
    await expect(take(accountant, twin.buildingId)).rejects.toMatchObject({ code: 'billing.houseNotFound' })
    const door = doors.find(each => each.path.startsWith('/api/debtors'))
    for (const site of ['same-origin', 'cross-site']) {
      const answer = await door?.handle(new Request('http://localhost/', { method: 'POST', headers: { 'sec-fetch-site': site } }), { params: { building: house.buildingId, locale: 'ru' }, address: '', requestId: '', busy: false })
      expect(answer?.status).toBe(404)
    }
  })
})
