import { expect, test } from 'vitest'
import { asClerk } from '#test/support/actors.ts'
import { faultsOf, keptHouse, monthOf, paidThrough, statementDatabase, takeIn } from '#test/support/statement-steps.ts'

test('a transfer larger than the provider owed waits; once its payments have come it is posted, once', async () => {
  const db = await statementDatabase()
  const keeper = await keptHouse(db, 2)
  const { house } = keeper
  await paidThrough(house, { provider: 'kaspi', flat: 0, amount: 400_000n, day: '2026-11-04', externalId: 'k1' })
  const { statementId } = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-05', amount: 500_000n, name: 'ТОО "Kaspi Pay"', purpose: 'Перечисление платежей' }, { date: '2026-11-05', amount: 1n, purpose: 'x' }]) })
  const line = { buildingId: house.buildingId, statementId, row: 1 }
  const { postLump } = keeper.person.caller.statements
  await expect(postLump(line)).rejects.toMatchObject({ code: 'CONFLICT', message: 'statements.lumpTooLarge' })
  await expect(postLump({ ...line, row: 2 })).rejects.toMatchObject({ message: 'statements.notALump' })
  await expect((await asClerk(db, house)).caller.statements.postLump(line)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await paidThrough(house, { provider: 'kaspi', flat: 1, amount: 100_000n, day: '2026-11-04', externalId: 'k2' })
  await postLump(line)
  await expect(postLump(line)).rejects.toMatchObject({ message: 'statements.lineSettled' })
  expect(await db.sql(`select ledger, sum(amount)::int as sum from ledger_entries where building_id = $1 and ledger <> 'RECEIVABLE' group by ledger having sum(amount) <> 0`, [house.buildingId])).toEqual([{ ledger: 'BANK', sum: 500_000 }])
  expect(await faultsOf(db, house)).toEqual([])
})
