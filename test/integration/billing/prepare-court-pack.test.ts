import { beforeAll, describe, expect, it } from 'vitest'
import { calculationPaper } from '#server/billing/court/paper.ts'
import { courtDebt, courtPlace } from '#server/billing/court/queries.ts'
import { findFile } from '#server/documents/queries.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { openFile } from '#server/infra/storage.ts'
import { formatAmount, formatMoney } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { asInspector, askFor } from '#test/support/adjustments.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { paidThrough } from '#test/support/statement-steps.ts'

let db: TestDatabase
let house: TestHouse
let accountant: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  house = await makeHouse(db, { country: 'UZ', flats: 6, areas: ['60.00'] })
  await arrangeServices(db, house, [])
  accountant = await asAccountant(db, house)
  // The first flat pays its first bill and no other; another is billed and never pays; the last pays all.
  for (const [period, day] of [['2026-08', '2026-09-01'], ['2026-09', '2026-10-01'], ['2026-10', '2026-11-01'], ['2026-11', '2026-12-01']] as const) {
    await setNow(`${day}T05:00:00Z`)
    await accountant.caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })
    if (period === '2026-08') await paidThrough(house, { provider: 'payme', flat: 0, amount: 480_000n, day: '2026-09-02', externalId: newId() })
    await paidThrough(house, { provider: 'payme', flat: 5, amount: 480_000n, day, externalId: newId() })
  }
  await setNow('2026-12-05T05:00:00Z')
})

const flat = (place: number): TestPremises => house.premises[place]!
const number = (place: number) => ({ number: flat(place).accountNumber })
const pdf = Buffer.from('%PDF-1.7 a scan').toString('base64')
const file = (place: number, kind: 'METHOD_DECISION' | 'MANAGEMENT_CONTRACT' | 'CLAIM_DELIVERY', datedOn: string) =>
  accountant.caller.billing.fileCourtPaper({ paperId: newId(), ...number(place), kind, title: `${kind} 1`, datedOn, scan: pdf })
const prepare = (place: number, by = accountant) => by.caller.billing.prepareCourtPack({ packId: newId(), ...number(place) })
const missing = (kinds: string) => ({ cause: { code: 'court.papersMissing', params: { kinds } } })

it('the list of debtors is one question for all accounts, and says of each what its own calculation says', async () => {
  const each = await db.sql(`select h.account_id, app.contributions_overdue(h.building_id, h.account_id, h.balances)::text as overdue from account_heads h where h.building_id = $1 order by 1`, [house.buildingId])
  const all = await db.sql(`select account_id, overdue::text from app.contributions_late(array[$1]::uuid[]) order by 1`, [house.buildingId])
  expect(all.length).toBeGreaterThan(2)
  expect(all).toEqual(each.filter(row => row['overdue'] !== '0'))
  const [plan] = await db.sql<{ source: string }>(`select prosrc as source from pg_proc where proname = 'contributions_late'`)
  expect(plan?.source).not.toMatch(/contributions_(overdue|not_due)/)
})

describe('the calculation', () => {
  it('is the account\'s own book from the month in which the debt began, without what is not due, with its penalty apart', async () => {
    const { debt, missing: lacking, obstacle } = await accountant.caller.billing.courtCase(number(0))
    const [head] = await db.sql<{ total: string; penalty: string }>(`select total::text, coalesce(penalty, 0)::text as penalty from account_heads where account_id = $1`, [flat(0).accountId])
    expect(debt.months.map(month => month.period)).toEqual(['2026-09', '2026-10', '2026-11'])
    // 0.1 % a day of 480,000 from 16 to 31 October, charged in the bill of October; what November's bill charges is not due.
    expect(debt).toMatchObject({ balance: BigInt(head!.total), before: 480_000n, principal: 960_000n, penalty: 7_680n, overdue: 967_680n, from: '2026-09', to: '2026-10', lateSince: '2026-10-15' })
    expect(debt.months.reduce((sum, month) => sum + month.charged + month.penalty + month.corrected + month.paid, debt.before)).toBe(debt.balance)
    expect(debt.balance - debt.notDue).toBe(debt.overdue)
    expect(BigInt(head!.penalty)).toBeGreaterThan(debt.penalty)
    expect([lacking, obstacle]).toEqual([['METHOD_DECISION', 'CLAIM_DELIVERY'], null])
    const desk = await accountant.caller.billing.court()
    expect(desk.debtors.map(each => each.number)).not.toContain(flat(5).accountNumber)
    expect(desk.debtors.find(each => each.number === flat(0).accountNumber)?.overdue).toBe(debt.overdue)
  })
})

describe('prepare court pack', () => {
  it('refused naming each paper that is missing, and a claim that is older than the debt; then all four stand together', async () => {
    await expect(prepare(0)).rejects.toMatchObject(missing('METHOD_DECISION,CLAIM_DELIVERY'))
    await file(0, 'METHOD_DECISION', '2026-03-01')
    await db.sql(`update building_managements set method = 'ORGANISATION' where building_id = $1`, [house.buildingId])
    await expect(prepare(0)).rejects.toMatchObject(missing('MANAGEMENT_CONTRACT,CLAIM_DELIVERY'))
    await file(0, 'MANAGEMENT_CONTRACT', '2026-03-02')
    // Nor is it taken in: the pack would go without it, and nobody would see why.
    await expect(file(0, 'CLAIM_DELIVERY', '2026-10-15')).rejects.toMatchObject({ cause: { code: 'court.claimTooEarly', params: { date: '15.10.2026' } } })
    await expect(prepare(0)).rejects.toMatchObject(missing('CLAIM_DELIVERY'))
    await file(0, 'CLAIM_DELIVERY', '2026-11-30')
    const made = await prepare(0)
    const { debt, packs } = await accountant.caller.billing.courtCase(number(0))
    expect(made).toMatchObject({ principal: debt.principal, penalty: debt.penalty })
    expect(packs).toMatchObject([{ packId: made.packId, periodFrom: '2026-09', periodTo: '2026-10', principal: debt.principal, penalty: debt.penalty }])
    expect(packs[0]!.files.map(each => each.kind)).toEqual(['METHOD_DECISION', 'MANAGEMENT_CONTRACT', 'CALCULATION', 'CLAIM_DELIVERY'])
    for (const each of packs[0]!.files) {
      const found = await openTransaction(accountant.request, ctx => findFile(ctx, house.buildingId, each.fileId))
      expect(Buffer.from(await openFile(found!.sha256)).subarray(0, 5).toString(), each.kind).toBe('%PDF-')
    }
    expect(await db.sql(`select ground, after ->> 'principal' as principal from audit_entries where action = 'billing.prepareCourtPack' and subject_id = $1`, [made.packId])).toEqual([{ ground: 'ZRU-993', principal: String(debt.principal) }])
    await expect(db.sql('delete from court_packs')).rejects.toMatchObject({ code: 'UY001' })
    await expect(accountant.caller.billing.prepareCourtPack({ packId: made.packId, ...number(0) })).rejects.toThrow('court.packTaken')
  })

  it('the paper has every month with its sums, and what is asked', async () => {
    const words = await openTransaction(accountant.request, async ctx => {
      const place = (await courtPlace(ctx, flat(0).accountNumber))!
      const debt = await courtDebt(ctx, place)
      return { debt, text: JSON.stringify(calculationPaper({ place, debt, number: 'x', issuedOn: ctx.today, madeAt: ctx.now, locale: 'ru' }, '7K3M9QXT2B').content) }
    })
    for (const month of words.debt.months) for (const amount of [month.charged, month.balance]) expect(words.text).toContain(formatAmount(amount))
    for (const said of ['сентябрь 2026', formatMoney(words.debt.overdue, 'UZS', 'ru'), formatMoney(words.debt.penalty, 'UZS', 'ru'), formatMoney(-words.debt.notDue, 'UZS', 'ru')]) expect(words.text.toLowerCase()).toContain(said.toLowerCase())
  })

  it('refused of a debt that is disputed, on its way, under the inspection\'s check, or none', async () => {
    for (const place of [1, 2, 3]) await file(place, 'CLAIM_DELIVERY', '2026-11-30')
    const owner = await asOwner(db, house, flat(1))
    const { number: request, requestId } = await owner.caller.billing.dispute({ requestId: newId(), ...number(1), period: '2026-09', kind: 'INPUT', subject: 'AREA', submittedAt: '2026-12-05T05:00:00.000Z' })
    await expect(prepare(1)).rejects.toMatchObject({ cause: { code: 'court.disputed', params: { numbers: `№ ${request}` } } })
    await serviceTransaction('worker', ctx => ctx.db.$executeRaw`update requests set state = 'CLOSED' where request_id = ${requestId}::uuid`)
    await prepare(1)

    await serviceTransaction('payments', ctx => ctx.db.$executeRaw`insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, amount, currency, state, provider_time, expires_at, created_at)
      values (${house.buildingId}::uuid, ${newId()}::uuid, 'payme', 'test', ${newId()}, ${newId()}::uuid, ${flat(2).accountId}::uuid, ${flat(2).premisesId}::uuid, ${flat(2).accountNumber}, 1000, 'UZS', 'PENDING', app.now(), app.now() + interval '1 hour', app.now())`)
    await expect(prepare(2)).rejects.toMatchObject({ cause: { code: 'court.inFlight' } })

    const bureau = { house, unit: flat(3), neighbour: flat(4), accountant, inspector: await asInspector(db, house) }
    const adjustmentId = await askFor(bureau)
    await bureau.inspector.caller.ledger.startCheck({ buildingId: house.buildingId, adjustmentId })
    await expect(prepare(3)).rejects.toThrow('court.underCheck')
    await expect(prepare(5)).rejects.toThrow('court.nothingOverdue')
  })

  it('is the work of the body alone', async () => {
    await expect(prepare(0, await asClerk(db, house))).rejects.toThrow('court.keeperOnly')
    await expect((await asClerk(db, house)).caller.billing.court()).rejects.toThrow('court.keeperOnly')
    const twin = await makeHouse(db, { country: 'UZ', flats: 1 })
    await expect(prepare(0, await asAccountant(db, twin))).rejects.toThrow('court.accountNotFound')
    expect(await (await asAccountant(db, twin)).caller.billing.court()).toEqual({ debtors: [], packs: [] })
  })
})
