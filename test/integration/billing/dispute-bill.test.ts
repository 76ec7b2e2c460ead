import { beforeAll, describe, expect, it } from 'vitest'
import { issueBill } from '#server/billing/issue-bill.ts'
import { billPaper } from '#server/billing/paper/definition.ts'
import { billPage } from '#server/billing/queries.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { payForAddress } from '#server/payments/pay-for/signing.ts'
import { asAccountant, asClerk, asCouncil, asManager, asOwner, asStranger, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeContract } from '#test/support/heat.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let meterId: string
const period = '2026-10'

beforeAll(async () => {
  db = await billingDatabase()
  house = await makeHouse(db, { country: 'KZ', flats: 2, areas: ['60.00'], territoryCode: '751410000' })
  await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'WASTE', method: 'PERSON' }])
  for (const unit of house.premises) {
    meterId = await addMeter(db, house, { premisesId: unit.premisesId, service: 'COLD_WATER' })
    await addReading(db, house, { meterId, premisesId: unit.premisesId, period, consumption: '11' })
  }
  meterId = (await db.sql<{ id: string }>('select meter_id::text as id from meters where premises_id = $1', [unit().premisesId]))[0]!.id
  await (await asManager(db, house)).caller.premises.correct({ buildingId: house.buildingId, premisesId: unit().premisesId, areaM2: '62.5', areaFrom: '2026-10-11', ground: 'Redevelopment act' })
  await db.sql(`insert into person_absences (building_id, absence_id, premises_id, persons, from_day, ground) values ($1, $2, $3, 1, '2026-09-15', 'Work abroad')`, [house.buildingId, newId(), unit().premisesId])
  await db.sql(`insert into premises_privileges (building_id, privilege_id, premises_id, service, valid_from, ground) values ($1, $2, $3, 'ELECTRICITY', '2026-01-01', 'Pensioner who lives alone')`, [house.buildingId, newId(), unit().premisesId])
  await makeContract(db, house, { number: 'T-7', from: '2026-11-01' })
  await makeContract(db, house, { number: 'T-6', from: '2026-01-01', to: '2026-10-31' })
  await db.sql(`insert into service_interruptions (building_id, interruption_id, service, from_day, to_day, act_number) values ($1, $2, 'WASTE', '2026-10-05', '2026-10-06', '9/3')`, [house.buildingId, newId()])
  await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
  owner = await asOwner(db, house, unit())
})

const unit = () => house.premises[0]!
const key = () => ({ number: unit().accountNumber, period })
const press = (change: Record<string, unknown> = {}) => ({ requestId: newId(), ...key(), kind: 'LINE' as const, subject: 'COLD_WATER', submittedAt: '2026-11-21T05:00:00.000Z', ...change })
const textOf = async (requestId: string) => (await db.sql<{ text: string }>('select text from request_details where request_id = $1', [requestId]))[0]?.text ?? ''

describe('the inputs of a bill', () => {
  it('are shown as they stood for the month: area, people, who is away, privileges, owners, meters', async () => {
    const { facts } = await owner.caller.billing.inputs(key())
    expect(facts).toMatchObject({
      areaM2: '62.5', areaChanges: [{ from: '2026-10-11', previousM2: '60', ground: 'Redevelopment act' }], persons: [{ count: 2 }], absences: [{ persons: 1, from: '2026-09-15', to: null }],
      privileges: [{ service: 'ELECTRICITY' }], owners: [{ share: '1' }], electricStove: false, meters: [{ meterId, service: 'COLD_WATER', readings: [{ used: '11' }] }],
      // Of the house: how it is charged, by which heat contract, and the days without a service.
      services: [{ service: 'COLD_WATER', method: 'METER', from: '2025-01-01' }, { service: 'WASTE', method: 'PERSON' }], heat: [{ own: false, number: 'T-6', mode: 'BY_AREA', to: '2026-10-31' }], acts: [{ service: 'WASTE', from: '2026-10-05', act: '9/3' }],
    })
    const tenant = await asTenant(db, house, unit())
    expect((await tenant.caller.billing.inputs(key())).facts.owners).toEqual([])
  })

  it('do not exist for the neighbour, and ask a stranger to sign in', async () => {
    await expect((await asOwner(db, house, house.premises[1]!)).caller.billing.inputs(key())).rejects.toThrow('billing.billNotFound')
    await expect(asStranger().caller.billing.inputs(key())).rejects.toThrow('common.signInNeeded')
  })
})

describe('dispute bill', () => {
  it('one press on a line files a request with all the facts, and the sum is marked until the request is closed', async () => {
    const input = press()
    const filed = await owner.caller.billing.dispute(input)
    const text = await textOf(filed.requestId)
    // 11 m³ of one person present: 3 x 91.96 + 2 x 110.352 + 5 x 137.94 + 1 x 183.92; VAT 16 %.
    for (const fact of ['Холодная вода', '1 589,43', '91,96', '183,92', '16 %', '62,5', 'Work abroad', 'Pensioner', '№']) expect(text.replaceAll('\u00A0', ' '), fact).toContain(fact)
    const { disputes, bill } = await owner.caller.billing.bill(key())
    expect(disputes).toEqual([{ requestId: filed.requestId, number: filed.number, period, kind: 'LINE', subject: 'COLD_WATER', amount: 158_943n }])
    expect(bill.lines.find(line => line.key === 'COLD_WATER')).toMatchObject({ net: '137020', vat: '21923', people: 1 })
    const card = async () => (await (await asClerk(db, house)).caller.desk.openCard({ ...unit(), buildingId: house.buildingId, reason: 'CALL', callerName: 'X' })).accounts[0]?.disputed
    expect(await card()).toBe(158_943n)
    // Wherever the debt is told, this is told with it: to the payer, on paper, to a provider.
    expect(await owner.caller.payments.mine()).toMatchObject([{ disputed: 158_943n }])
    expect((await owner.caller.payments.screen({ number: unit().accountNumber })).payable.disputed).toBe(158_943n)
    const [payer, council] = [asStranger(), await asCouncil(db, house)]
    const [, , , number = '', month = '', token = ''] = new URL(payForAddress(unit().accountNumber, period)).pathname.split('/')
    const told = async () => [(await payer.caller.payments.payFor({ number, period: month, token, amount: null })).disputed, (await council.caller.ledger.houseMoney({ buildingId: house.buildingId })).disputed]
    expect(await told()).toEqual([158_943n, 158_943n])
    const paper = async () => openTransaction(owner.request, async ctx => JSON.stringify(billPaper({ ...await billPage(ctx, key()), seal: null, payAddress: 'http://localhost/p' }, 'ru', '7K3M9QXT2B').content).replaceAll('\u00A0', ' '))
    for (const words of [`Оспорено, заявка № ${filed.number}`, `Из начисленного оспорено 1 589,43 ₸, заявка № ${filed.number}`]) expect(await paper()).toContain(words)
    const issue = () => openTransaction(owner.request, ctx => issueBill(ctx, { ...key(), locale: 'ru' }))
    const marked = await issue()
    expect((await issue()).sha256).toBe(marked.sha256)
    const doors = await openDoors()
    await makeMerchant(db, { provider: 'kaspi', short: true })
    const kaspiSays = async () => JSON.stringify((await new FakeKaspi(doors.origin).check(unit().accountNumber)).body)
    expect(await kaspiSays()).toContain('"@name":"Из них оспорено","#text":"1589.43"')
    expect(await db.sql(`select ground from audit_entries where action = 'billing.disputeBill' and subject_id = $1`, [bill.number])).toEqual([{ ground: 'LINE COLD_WATER' }])
    expect((await owner.caller.billing.dispute(input)).number).toBe(filed.number)
    await expect(owner.caller.billing.dispute(press())).rejects.toThrow('billing.disputedAlready')
    await serviceTransaction('worker', ctx => ctx.db.$executeRaw`update requests set state = 'CLOSED' where request_id = ${filed.requestId}::uuid`)
    expect((await owner.caller.billing.bill(key())).disputes).toEqual([])
    expect(await card()).toBe(0n)
    expect(await told()).toEqual([0n, 0n])
    expect(await paper()).not.toContain('спорено')
    expect((await issue()).sha256).not.toBe(marked.sha256)
    expect(await kaspiSays()).not.toContain('спорено')
    await doors.close()
  })

  it('one press on an input names it first, and marks no sum', async () => {
    for (const subject of ['AREA', 'PERSONS', 'ABSENCES', 'PRIVILEGES', 'OWNERS', 'STOVE', `METER:${meterId}`, 'SERVICE:WASTE', 'HEAT_CONTRACT', 'ACTS']) {
      const { requestId } = await owner.caller.billing.dispute(press({ kind: 'INPUT', subject }))
      expect((await textOf(requestId)).split('\n')[0], subject).toMatch(/^Неверные данные в квитанции \d{10}-202610/)
    }
    const { disputes } = await owner.caller.billing.bill(key())
    expect(disputes.map(each => [each.kind, each.amount])).toEqual(Array.from({ length: 10 }, () => ['INPUT', 0n]))
    const [row] = await db.sql<{ facts: { inputs: { areaM2: string } } }>(`select facts from bill_disputes where building_id = $1 and subject = 'AREA'`, [house.buildingId])
    expect(row?.facts.inputs.areaM2).toBe('62.5')
  })

  it('refuses what the bill does not have, the neighbour, a clerk without a caller, and a stranger', async () => {
    await expect(owner.caller.billing.dispute(press({ subject: 'GAS' }))).rejects.toThrow('billing.nothingToDispute')
    await expect(owner.caller.billing.dispute(press({ kind: 'INPUT', subject: `METER:${newId()}` }))).rejects.toThrow('billing.nothingToDispute')
    await expect((await asOwner(db, house, house.premises[1]!)).caller.billing.dispute(press())).rejects.toThrow('billing.billNotFound')
    await expect((await asClerk(db, house)).caller.billing.dispute(press())).rejects.toThrow(/requests\.|billing\./)
    await expect(asStranger().caller.billing.dispute(press())).rejects.toThrow('common.signInNeeded')
    expect(await db.sql(`select 1 from bill_disputes where building_id = $1 and kind = 'LINE'`, [house.buildingId])).toHaveLength(1)
  })
})
