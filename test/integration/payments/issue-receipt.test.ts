import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { issueReceipt } from '#server/payments/issue-receipt.ts'
import { allocationRule, receiptFacts } from '#server/payments/queries.ts'
import { receiptPaper } from '#server/payments/receipt/paper.ts'
import { asAccountant, asCouncil, asOwner, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'

let db: TestDatabase
let house: TestHouse
let owner: ActingPerson
let payme: FakePayme
let doors: Awaited<ReturnType<typeof openDoors>>

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 2 })
  owner = await asOwner(db, house, house.premises[0]!)
  doors = await openDoors()
  payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
})
afterAll(() => doors.close())

async function create(): Promise<{ id: string; key: { buildingId: string; paymentId: string } }> {
  const id = FakePayme.newTransaction()
  await payme.create(id, house.premises[0]!.accountNumber, 150_000)
  const [row] = await db.sql<{ payment_id: string }>('select payment_id from payment_transactions where external_id = $1', [id])
  return { id, key: { buildingId: house.buildingId, paymentId: row!.payment_id } }
}

test('a PDF of a posted payment, the same bytes each time; a refund has its own', async () => {
  const { id, key } = await create()
  await expect(openTransaction(owner.request, ctx => issueReceipt(ctx, key))).rejects.toMatchObject({ code: 'payments.notPosted' })
  await payme.perform(id)
  const first = await openTransaction(owner.request, ctx => issueReceipt(ctx, key))
  expect(Buffer.from(first.bytes.subarray(0, 5)).toString()).toBe('%PDF-')
  expect((await openTransaction(owner.request, ctx => issueReceipt(ctx, key))).sha256).toBe(first.sha256)
  expect(await owner.caller.payments.receipt(key)).toMatchObject({ state: 'PAID', split: [{ fund: 'CURRENT', amount: 150_000n }], rule: { ruleId: 'UZ-2026-1' } })
  // Told by nobody, it was paid when Payme says so: never 'not yet' beside money that is posted.
  const shown = await owner.caller.payments.receipt(key)
  expect(shown.paidAt).not.toBeNull()
  expect(shown.paidAt!.getTime()).toBeLessThanOrEqual(shown.acceptedAt.getTime())
  expect((await owner.caller.payments.screen({ number: house.premises[0]!.accountNumber })).payments[0]!.paidAt).toEqual(shown.paidAt)
  // The order itself stands on the paper, not only its name (issue, 6).
  const paper = await openTransaction(owner.request, async ctx => JSON.stringify(receiptPaper({ facts: (await receiptFacts(ctx, key))!, rule: await allocationRule(ctx, 'UZ', '2026-11-21'), locale: 'ru', code: '7K3M9QXT2B' }).content))
  expect(paper).toContain('Коммунальные услуги → Текущий взнос → Взнос на капитальный ремонт → Целевой взнос → Доля в ремонте → Пеня; остаток — Текущий взнос')
  await payme.cancel(id, 5)
  expect((await openTransaction(owner.request, ctx => issueReceipt(ctx, key))).sha256).not.toBe(first.sha256)
})

test('only the flat\'s people and the house\'s accountant; others are refused as not found', async () => {
  const { id, key } = await create()
  await payme.perform(id)
  const twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  const accountant = await asAccountant(db, house)
  expect((await openTransaction(accountant.request, ctx => issueReceipt(ctx, key))).code).toHaveLength(10)
  for (const other of [await asOwner(db, house, house.premises[1]!), await asOwner(db, twin, twin.premises[0]!), await asAccountant(db, twin), await asCouncil(db, house)]) {
    await expect(openTransaction(other.request, ctx => issueReceipt(ctx, key))).rejects.toMatchObject({ code: 'payments.paymentNotFound' })
    await expect(other.caller.payments.receipt(key)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
  await expect(owner.caller.payments.receipt({ ...key, paymentId: newId() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
