import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { replaceInvoices } from '#server/payments/replace-invoices.ts'
import { asClerk } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { FakePayme } from '#test/support/fakes/payme.ts'
import { repairWorld, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
let key: Key
beforeAll(async () => {
  world = await repairWorld(await testDatabase())
  key = await world.collecting()
})
afterAll(() => world.close())

const fund = () => `PROGRAMME:${key.programmeId}`
const invoices = () => world.db.sql<{ number: string; invoice_id: string; state: string; amount: string; account_id: string; premises_id: string }>(
  `select number, invoice_id, state, amount::text, account_id, premises_id from payment_invoices where building_id = $1 and account_id = $2 order by issued_at, due_on`, [key.buildingId, world.house.premises[0]!.accountId])

test('a number is withdrawn and another comes; money that was paid covers what is left, also of a payment on its way', async () => {
  const [first] = await invoices()
  const moving = FakePayme.newTransaction()
  await world.payme.create(moving, first!.number, Number(first!.amount))
  const invoice = { invoiceId: newId(), accountId: first!.account_id, premisesId: first!.premises_id, amount: BigInt(first!.amount) - 1000n, dueOn: world.today, fund: fund(), sourceType: 'instalment', sourceId: 'replaced' }
  await serviceTransaction('billing', ctx => replaceInvoices(ctx, { buildingId: key.buildingId, country: 'UZ', invoices: [invoice], withdrawn: [first!.invoice_id], accountIds: [first!.account_id] }))
  expect((await invoices()).map(each => each.state)).toEqual(['WITHDRAWN', 'OPEN'])
  expect((await world.payme.check(first!.number, Number(first!.amount))).error).toBeDefined()
  expect((await world.payme.perform(moving)).result, 'a payment that was accepted comes in').toMatchObject({ state: 2 })
  expect((await invoices()).map(each => each.state), 'and covers the new number').toEqual(['WITHDRAWN', 'PAID'])
})

test('others are refused', async () => {
  const nothing = { buildingId: key.buildingId, country: 'UZ' as const, invoices: [], withdrawn: [], accountIds: [] }
  await expect(openTransaction((await asClerk(world.db, world.house)).request, ctx => replaceInvoices(ctx, nothing))).rejects.toMatchObject({ code: 'payments.invoicesForbidden' })
  await expect(openTransaction(world.twinManager.request, ctx => replaceInvoices(ctx, nothing))).rejects.toMatchObject({ code: 'payments.invoicesForbidden' })
})
