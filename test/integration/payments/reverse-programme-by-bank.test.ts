import { expect, test } from 'vitest'
import { makeInvoice } from '#test/support/fakes/payme.ts'
import { keptHouse, monthOf, statementDatabase, takeIn } from '#test/support/statement-steps.ts'

test('money of a programme that came by the bank is not given back by one person; other money of the bank is', async () => {
  const db = await statementDatabase()
  const keeper = await keptHouse(db, 2)
  const { house } = keeper
  const [first, second] = [house.premises[0]!, house.premises[1]!]
  const invoice = await makeInvoice(db, { buildingId: house.buildingId, premisesId: first.premisesId, accountId: first.accountId, country: 'KZ' }, 500_000n)
  await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-02', amount: 500_000n, purpose: invoice.number, number: '1' }, { date: '2026-11-02', amount: 200_000n, purpose: second.accountNumber, number: '2' }]) })
  const reverse = async (accountId: string) => {
    const [row] = await db.sql<{ id: string }>('select payment_id as id from payment_transactions where account_id = $1', [accountId])
    return keeper.person.caller.payments.reverse({ buildingId: house.buildingId, paymentId: row!.id, reason: 'Letter of the bank No 17' })
  }
  await expect(reverse(first.accountId)).rejects.toMatchObject({ code: 'CONFLICT', message: 'payments.programmeByBank' })
  await reverse(second.accountId)
  expect(await db.sql('select fund, state from payment_transactions where building_id = $1 order by amount', [house.buildingId])).toEqual([{ fund: null, state: 'REFUNDED' }, { fund: invoice.fund, state: 'PAID' }])
})
