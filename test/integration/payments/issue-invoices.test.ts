import { beforeAll, expect, test } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { isAccountNumber, newId } from '#server/kernel/ids.ts'
import { issueInvoices } from '#server/payments/issue-invoices.ts'
import { asAccountant, asClerk, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
const fund = `PROGRAMME:${newId()}`

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ', flats: 3 })
})

const input = (sourceId = newId()) => ({
  buildingId: house.buildingId, country: 'UZ' as const,
  invoices: house.premises.map(unit => ({ invoiceId: newId(), accountId: unit.accountId, premisesId: unit.premisesId, fund, amount: 100_000n, dueOn: '2026-12-15', sourceType: 'instalment', sourceId: `${sourceId}:${unit.number}` })),
})

test('numbers with a check digit, unlike any account; the same source again adds nothing', async () => {
  const wanted = input()
  for (let i = 0; i < 2; i += 1) await serviceTransaction('billing', ctx => issueInvoices(ctx, wanted))
  const rows = await db.sql<{ number: string; currency: string }>('select number, currency from payment_invoices where building_id = $1', [house.buildingId])
  expect(rows).toHaveLength(3)
  expect(rows.every(row => isAccountNumber(row.number) && row.currency === 'UZS')).toBe(true)
  expect(await db.sql('select from invoice_numbers join account_numbers using (number)')).toEqual([])
})

test('the accountant of the house may; a clerk, an owner and the twin\'s accountant are refused', async () => {
  const twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  const accountant = await asAccountant(db, house)
  await openTransaction(accountant.request, ctx => issueInvoices(ctx, input()))
  for (const person of [await asClerk(db, house), await asOwner(db, house, house.premises[0]!), await asAccountant(db, twin)]) {
    await expect(openTransaction(person.request, ctx => issueInvoices(ctx, input()))).rejects.toMatchObject({ code: 'payments.invoicesForbidden' })
  }
})
