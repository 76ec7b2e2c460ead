import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { testDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

const db = await testDatabase()

/** The command as an operator types it, on this test's database. */
function verify(...words: string[]): Promise<{ code: number | null; said: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--conditions=react-server', 'server/start/verify-ledger.ts', ...words],
      { env: { ...process.env, DATABASE_URL: db.url, DATABASE_OWNER_URL: '', DEMO: '0' }, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.once('exit', code => resolve({ code, said }))
  })
}

test('the verifier passes a whole ledger and names the first broken entry of a tampered copy', async () => {
  const account = { buildingId: newId(), accountId: newId(), premisesId: newId(), period: '2026-10', kind: 'CHARGE' as const, valueDate: '2026-10-31', sourceType: 'test', sourceId: '1' }
  for (const amount of [10_000n, 20_000n, 30_000n]) {
    await serviceTransaction('billing', ctx => postToAccount(ctx, { ...account, transactionId: newId(), lines: [{ fund: 'UTILITIES', amount, contra: 'INCOME' }] }))
  }
  expect(await verify()).toEqual({ code: 0, said: expect.stringContaining('The ledger is whole: 6 entries, 1 accounts, 1 houses.') as string })

  await db.sql(`set local session_replication_role = replica; update ledger_entries set amount = amount - 5000 where building_id = '${account.buildingId}' and seq = 2`)
  const tampered = await verify(account.buildingId)
  expect(tampered.code).toBe(1)
  expect(tampered.said).toMatch(new RegExp(`HASH: its content is not what was hashed \\(house ${account.buildingId}, account ${account.accountId}, link 2`))
  expect(tampered.said).toMatch(/UNBALANCED/)
})

test('the verifier says how a house is named', async () => {
  expect(await verify('abay')).toEqual({ code: 1, said: expect.stringContaining("'abay' is neither the id nor the name of a house") as string })
  expect(await verify(newId()), 'no house at all is not a whole one').toMatchObject({ code: 1 })
  const house = await makeHouse(db, { flats: 1 })
  const [{ name } = { name: '' }] = await db.sql<{ name: string }>('select name from buildings where building_id = $1', [house.buildingId])
  expect(await verify(name)).toEqual({ code: 0, said: expect.stringContaining('The ledger is whole') as string })
  const twin = await makeHouse(db, { flats: 1 })
  await db.sql('update buildings set name = $1 where building_id = $2', [name, twin.buildingId])
  expect(await verify(name)).toEqual({ code: 1, said: expect.stringContaining(`Several houses are called '${name}'`) as string })
})
